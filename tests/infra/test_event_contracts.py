"""The check of `make check`, on a copy of the contracts with a change that breaks readers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.kafka.topics import TOPICS, EventTopic
from domain.events.envelope import Event
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


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "docs" / "event-contracts.md"
    write_page(path)
    return path.read_text()


class TestPage:
    @pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
    def test_tells_of_every_event_when_it_is_emitted(
        self, page: str, topic: EventTopic[Event]
    ) -> None:
        [change] = topic.message.DESCRIPTOR.oneofs
        rows = {row.split(" | ")[1]: row for row in page.splitlines() if "| Emitted " in row}

        assert {f"`{field.name}`" for field in change.fields} <= rows.keys()

    def test_links_to_sections_that_are_there_once(self, page: str) -> None:
        headings = re.findall(r"^##+ (.+)$", page, re.MULTILINE)
        anchors = [re.sub(r"[^a-z0-9]", "", heading.lower()) for heading in headings]

        assert len(anchors) == len({*anchors})
        assert {*re.findall(r"\(#([^)]*)\)", page)} == {*anchors}

    def test_shows_an_envelope_that_is_said_alike_everywhere(self, page: str) -> None:
        contracts = [path.read_text() for path in (ROOT / "protos").rglob("*.proto")]
        envelopes = {
            said[0]
            for contract in contracts
            if (said := re.findall(r"Event \{\n(.*?correlation_id = 6;)", contract, re.DOTALL))
        }

        assert len(envelopes) == 1
        assert page.count("| `event_id` |") == 1
