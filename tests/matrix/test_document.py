"""The page says what the table says, and what it names is there."""

import subprocess
import sys
from pathlib import Path

from tests.matrix import document
from tests.matrix.faults import Fault
from tests.matrix.outcomes import Impossible
from tests.matrix.table import SECTIONS

ROOT = Path(__file__).parents[2]
ROWS = [row for section in SECTIONS for row in section.rows]


def collected(*paths: str) -> set[str]:
    """The ids of the tests in the files, each with and without its parameters."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--no-header", *paths],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    ids = [line for line in listed.stdout.splitlines() if "::" in line]
    return {name for id_ in ids for name in (id_, id_.partition("[")[0])}


class TestPage:
    def test_is_current(self) -> None:
        assert document.PATH.read_text() == document.text(), "python -m tests.matrix.document"

    def test_names_tests_that_are_there(self) -> None:
        named = document.tests()
        there = collected(*sorted({test.partition("::")[0] for test in named}))
        assert [test for test in named if test not in there] == []


class TestTable:
    def test_has_a_cell_for_every_fault(self) -> None:
        assert [row.name for row in ROWS if row.cells.keys() != {*Fault}] == []

    def test_names_each_row_once_in_its_section(self) -> None:
        for section in SECTIONS:
            names = [row.name for row in section.rows]
            assert len(names) == len({*names})

    def test_gives_a_reason_where_there_is_no_test(self) -> None:
        cells = [cell for row in ROWS for cell in row.cells.values()]
        assert all(cell.because.endswith(".") for cell in cells if isinstance(cell, Impossible))
