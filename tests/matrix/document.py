"""`docs/failure-matrix.md`, from the table: `python -m tests.matrix.document` writes it anew."""

from collections.abc import Iterator
from pathlib import Path

from tests.matrix.cells import here
from tests.matrix.faults import Fault
from tests.matrix.outcomes import Cell, Ends, Impossible, Proved, Row, Step
from tests.matrix.table import SECTIONS, Section

PATH = Path(__file__).parents[2] / "docs" / "failure-matrix.md"

_HEAD = """\
# The failure matrix

What becomes of an order when a step fails, hangs, dies, is cancelled or answers late. Rows are the
steps and the external effects of the order, its refund and its delivery. A cell says the outcome,
and its link the test that proves it, or why there is none: **—** can't occur. The tests run in
`make test`. This page is written from the tables of `tests/matrix` by
`python -m tests.matrix.document`; a test fails where it is not current, or names a test that is
not there.

- **times out**: the try hangs, without having done anything or after having done it, and is given
  up after its time limit; what it began lands when nobody waits for it any more.
- **killed**: SIGKILL of the real worker right before or right after the activity, or the request.
- **cancelled**: by the customer, or by support where the customer can't any more, while the step
  is under way. It is undone in the order that the cell names.
- **answers late**: the first try lands after the one that followed it; of undone steps, after the
  undo.

After every end also this is checked: the money that was taken and not given back is what was
agreed, nothing is held, the order's row agrees with the payment, at most one capture, no
reservation, no open delivery or case, no running workflow, nobody was told twice.
"""


def text() -> str:
    return "\n".join([_HEAD, *(line for section in SECTIONS for line in _section(section))])


def tests() -> list[str]:
    """Every test that the page names, once."""
    cells = (
        (row, fault, cell)
        for section in SECTIONS
        for row in section.rows
        for fault, cell in row.cells.items()
    )
    return [*dict.fromkeys(test for place in cells for test in _tests_of(*place))]


def _section(section: Section) -> Iterator[str]:
    notes: dict[str, int] = {}
    table = [_line(row, notes) for row in section.rows]
    yield f"## {section.title}"
    yield ""
    yield f"| | {' | '.join(fault.replace('_', ' ') for fault in Fault)} |"
    yield f"|---|{'---|' * len(Fault)}"
    yield from table
    yield ""
    yield from (f"{number}. {note}" for note, number in notes.items())
    yield ""


def _line(row: Row, notes: dict[str, int]) -> str:
    cells = (_shown(row, fault, row.cells[fault], notes) for fault in Fault)
    name = f"<br>`{row.name}`" if isinstance(row, Step) else ""
    return f"| {row.title}{name} | {' | '.join(cells)} |"


def _shown(row: Row, fault: Fault, cell: Cell, notes: dict[str, int]) -> str:
    match cell:
        case Impossible():
            return f"— [{_number(cell.because, notes)}]"
        case Proved():
            return f"{cell.outcome} [{_number(_named(cell.test), notes)}]"
        case Ends():
            family = f"{here(row.name, fault).partition('[')[0]}[{row.name}-…]"
            return f"{cell} [{_number(_named(family), notes)}]"


def _named(test: str) -> str:
    """Without the path that all have."""
    return f"`{test.removeprefix('tests/')}`"


def _number(note: str, notes: dict[str, int]) -> int:
    return notes.setdefault(note, len(notes) + 1)


def _tests_of(row: Row, fault: Fault, cell: Cell) -> Iterator[str]:
    match cell:
        case Proved():
            yield cell.test
        case Ends():
            yield here(row.name, fault)


if __name__ == "__main__":
    PATH.write_text(text())
