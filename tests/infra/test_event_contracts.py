"""The check of `make check`, on a copy of the contracts with a change that breaks readers."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.event_contracts import write_page

ROOT = Path(__file__).parents[2]
EVENTS = Path("protos", "ordering", "v1", "events.proto")
BUF = Path(sys.executable).with_name("buf")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Of what is released now, so that the change to try is the only one."""
    shutil.copytree(ROOT / "protos", tmp_path / "protos", ignore=shutil.ignore_patterns("*.py*"))
    run(tmp_path, "build", "--output", "protos/released.txtpb")
    return tmp_path


def run(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BUF, command, "--config", "protos/buf.yaml", *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


def check_after(folder: Path, old: str, new: str) -> subprocess.CompletedProcess[str]:
    contract = folder / EVENTS
    before = contract.read_text()
    assert before.count(old) == 1
    contract.write_text(before.replace(old, new))
    return run(folder, "breaking", "--against", "protos/released.txtpb")


class TestContracts:
    @pytest.mark.parametrize(
        ("old", "new", "named"),
        [
            ("  string customer_id = 3;\n", "", "customer_id"),
            ("  string customer_id = 3;\n", "  reserved 3;\n", "customer_id"),
            ("  int64 ride_minutes = 17;", "  string ride_minutes = 17;", "ride_minutes"),
            ("  int64 ride_minutes = 17;", "  int64 ride_minutes = 170;", "ride_minutes"),
            ("  int64 ride_minutes = 17;", "  int64 minutes_of_ride = 17;", "minutes_of_ride"),
            ("    OrderReady order_ready = 18;\n", "", "order_ready"),
        ],
        ids=["removed", "reserved", "retyped", "renumbered", "renamed", "type_of_event_removed"],
    )
    def test_can_not_be_broken_unnoticed(self, copy: Path, old: str, new: str, named: str) -> None:
        checked = check_after(copy, old, new)

        assert checked.returncode != 0
        assert named in checked.stdout
        assert str(EVENTS) in checked.stdout

    def test_may_grow(self, copy: Path) -> None:
        field = "  int64 ride_minutes = 17;\n"

        checked = check_after(copy, field, f"{field}  // New.\n  string weather = 99;\n")

        assert (checked.returncode, checked.stdout) == (0, "")


class TestPage:
    def test_tells_of_every_event_when_it_is_emitted(self, tmp_path: Path) -> None:
        page = tmp_path / "docs" / "event-contracts.md"

        write_page(page)

        rows = [row for row in page.read_text().splitlines() if row.startswith("|")]
        bare = [row for row in rows[1:] if row.endswith("|  |")]
        assert bare == []
        assert sum("Emitted when" in row or "Emitted before" in row for row in rows) > 30
