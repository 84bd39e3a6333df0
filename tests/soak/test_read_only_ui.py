"""Support's Temporal UI refuses to write: its own server does, not a button that is greyed.

And what its server lets pass all the same, the proxy before it refuses.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType

from tests.soak import pages
from tests.soak.knobs import Knobs
from tests.soak.ui_desk import Desk, Site, running_desk
from tests.support.polling import seen
from tests.support.ui_server import VERSION

# Characters of an answer.
_LONG = 60

pytestmark = [
    pytest.mark.timeout(0),
    pytest.mark.skipif(Knobs().reports is None, reason="make soak: its build takes minutes"),
]

INTRODUCTION = f"""\
Written by `make soak` ([development.md](../development.md#long-proofs) says how).

The Temporal UI's own server, `ui-server` {VERSION}, is built here from the source that its makers
release (`tests/support/ui_server.py`), and runs twice beside one Temporal server: with
`TEMPORAL_DISABLE_WRITE_ACTIONS=true`, and without. Before the first stands Caddy with
`infra/caddy/Caddyfile`; who is signed in is not asked here (`tests/api/test_front_door.py` does).
Requests are sent by a page of the UI in Chromium, with the `X-CSRF-Token` that the UI sends. Each
is of an order of its own, `ORDER`, that is confirmed and waits for its kitchen. The last column is
an event that histories have after the second answer, and did not have after the first.
"""
DISGUISE = """\
The switch is to let queries pass. It takes for one every POST below `/api/v1/namespaces/` that has
`/workflows/` and `/query/` anywhere in its *decoded* path, and so also an encoded slash (`%2F`)
in the name of a signal, in an id to start a workflow under, or in the id of a batch, which may
terminate any number of workflows. So the switch alone keeps no one from writing who means to. The
Caddyfile looks at the path as it was sent, and lets no POST pass but a query's.
"""


@dataclass(frozen=True, kw_only=True)
class Write:
    """A POST, and the event that the history of the workflow `on` then has."""

    path: str
    body: dict[str, Any]
    event: EventType.ValueType
    on: str = "ORDER"

    def of(self, order: str) -> "Write":
        body = json.loads(json.dumps(self.body).replace("ORDER", order))
        path, on = (each.replace("ORDER", order) for each in (self.path, self.on))
        return replace(self, path=path, body=body, on=on)


def argument(value: object) -> dict[str, Any]:
    """As the UI sends what somebody types."""
    encoded = {
        "metadata": {"encoding": b64encode(b"json/plain").decode()},
        "data": b64encode(json.dumps(value).encode()).decode(),
    }
    return {"payloads": [encoded]}


WRITES = (
    Write(
        path="workflows/ORDER/terminate",
        body={"reason": "a proof"},
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    ),
    Write(
        path="workflows/ORDER/cancel",
        body={"reason": "a proof"},
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED,
    ),
    Write(
        path="workflows/ORDER/signal/payment_changed",
        body={},
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    ),
    Write(
        path="workflows/ORDER/update/delay",
        body={
            "request": {
                "meta": {"updateId": "a-proof"},
                "input": {"name": "delay", "args": argument({"minutes": 5})},
            }
        },
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    ),
)
IN_DISGUISE = (
    Write(
        path="workflows/ORDER/signal/a%2Fquery%2Fb",
        body={},
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    ),
    Write(
        path="workflows/ORDER%2Fquery%2Fa",
        body={
            "workflowType": {"name": "OrderWorkflow"},
            "taskQueue": {"name": "nobodys"},
            "requestId": "a-proof",
        },
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        on="ORDER/query/a",
    ),
    Write(
        path="batch-operations/ORDER%2Fworkflows%2Fa%2Fquery%2Fb",
        body={
            "reason": "a proof",
            "executions": [{"workflowId": "ORDER"}],
            "terminationOperation": {},
        },
        event=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was answered where it is refused, and where it is done."""

    write: Write
    refused: tuple[int, str]
    done: tuple[int, str]


async def tried(desk: Desk, write: Write, *, refusing: Site, doing: Site) -> Trial:
    asked = write.of(await desk.order())
    refused = await refusing.post(asked.path, asked.body)
    assert refused[0] == HTTPStatus.METHOD_NOT_ALLOWED, refused
    assert asked.event not in await desk.events(asked.on)
    done = await doing.post(asked.path, asked.body)
    assert done[0] == HTTPStatus.OK, done
    await seen(lambda: desk.events(asked.on), lambda events: asked.event in events)
    return Trial(write=write, refused=refused, done=done)


def query(order: str) -> tuple[str, dict[str, Any]]:
    """As the UI asks for an order's page."""
    return f"workflows/{order}/query/__temporal_workflow_metadata", {}


def table(trials: Sequence[Trial], heads: tuple[str, str]) -> str:
    first, second = heads
    lines = [f"| POST | {first} | {second} | event |", "|---|---|---|---|"]
    for trial in trials:
        event = EventType.Name(trial.write.event).removeprefix("EVENT_TYPE_")
        answers = f"{_shown(trial.refused)} | {_shown(trial.done)}"
        lines.append(f"| `{trial.write.path}` | {answers} | `{event}` |")
    return "\n".join(lines)


def _shown(answer: tuple[int, str]) -> str:
    status, text = answer
    return f"{status} `{text if len(text) < _LONG else text[:_LONG] + '…'}`"


def parts(plain: Sequence[Trial], disguised: Sequence[Trial], status: int) -> Iterator[str]:
    yield INTRODUCTION.strip()
    yield table(plain, ("read-only", "writable"))
    yield f"A query, without which no order's page is shown, passes the door: {status}."
    yield "## What the switch does not refuse"
    yield DISGUISE.strip()
    yield table(disguised, ("at the door", "read-only, without the door"))
    yield "## The bodies"
    bodies = {each.write.path: each.write.body for each in (*plain, *disguised)}
    lines = [f"POST /temporal/api/v1/namespaces/default/{path}" for path in bodies]
    sent = (
        f"{line}\n{json.dumps(body)}" for line, body in zip(lines, bodies.values(), strict=True)
    )
    yield "```\n" + "\n\n".join(sent) + "\n```"


class TestReadOnlyUI:
    async def test_refuses_what_a_writable_one_does(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async with running_desk() as desk:
            plain = [
                await tried(desk, write, refusing=desk.read_only, doing=desk.writable)
                for write in WRITES
            ]
            disguised = [
                await tried(desk, write, refusing=desk.door, doing=desk.read_only)
                for write in IN_DISGUISE
            ]
            status, page_of_order = await desk.door.post(*query(await desk.order()))
        page = pages.write(
            (Knobs().reports or tmp_path) / "read-only-ui.md",
            title="The Temporal UI's read-only switch",
            parts=[*parts(plain, disguised, status)],
        )
        with capsys.disabled():
            sys.stdout.write(f"\n{page}")
        assert status == HTTPStatus.OK
        assert "queryResult" in page_of_order
