"""`python -m workers rebuild orders`: are the rows of the orders what their events say?

docs/events.md says how it is done, docs/operations.md when to do it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Annotated
from uuid import UUID

import typer

from adapters.kafka.cluster import existing_topics
from adapters.kafka.history import History
from adapters.kafka.topics import ORDERS
from adapters.postgres.engine import Database
from adapters.postgres.ordering.rebuilding import AlreadyRunning, Difference, RebuiltOrders
from adapters.settings import KafkaSettings, OrderingSettings
from workers.commands import commands
from workers.plain_words import give_up, settings_of, told_plainly
from workers.rebuilding import Findings, Rebuilding

app = commands()


@app.callback()
def rebuild() -> None:
    """Make lists anew from their events, and compare."""


@app.command()
def orders(
    *,
    swap: Annotated[
        bool, typer.Option("--swap", help="Make the rows that differ what their events say.")
    ] = False,
) -> None:
    """Compare every order's row with its events.

    Ends with status 1 where something differs or is missing, and with 2 where nothing could be
    compared: a server does not answer, a setting is missing, or another rebuild runs.
    """
    ordering, kafka = settings_of(OrderingSettings), settings_of(KafkaSettings)
    with told_plainly(kafka):
        is_fine = asyncio.run(_rebuild(ordering, kafka, swap=swap))
    raise typer.Exit(0 if is_fine else 1)


async def _rebuild(ordering: OrderingSettings, kafka: KafkaSettings, *, swap: bool) -> bool:
    if ORDERS.name not in await existing_topics(kafka):
        give_up(f"There is no topic {ORDERS.name} at {kafka.bootstrap} (KAFKA_BOOTSTRAP).")
    database = Database(ordering.ordering_dsn)
    rebuilt = RebuiltOrders(database)
    try:
        async with rebuilt.alone():
            async with History.connect(kafka, ORDERS) as history:
                found = await Rebuilding(history, rebuilt, say=_say).compare()
            _print(told(found))
            is_fine = not found.differences
            if swap and not is_fine:
                left = await rebuilt.swap([each.order_id for each in found.differences])
                _print(swapped(found, left))
                is_fine = not left
    except AlreadyRunning:
        give_up("Another rebuild runs: wait until it is done.")
    finally:
        await database.close()
    return is_fine and not found.missing


def told(found: Findings) -> Iterator[str]:
    """A line for all that is not as it should be, and at last the sums."""
    for each in found.unreadable:
        yield f"{ORDERS.name} partition {each.partition} offset {each.offset}: {each.reason}"
    for event, why in found.refused:
        yield _about(event.aggregate_id, f"event {event.event_id} can't be kept: {why}")
    for order_id, gaps in found.missing.items():
        yield _about(order_id, f"no events of versions {', '.join(map(_span, gaps))}")
    for difference in found.differences:
        if difference.order_id in found.unsent:
            yield _about(
                difference.order_id, "its events still wait in the outbox: is a relay running?"
            )
        else:
            yield from _differs(difference)
    yield _sums(found)


def _sums(found: Findings) -> str:
    size = [_many(found.orders, "order"), _many(found.events, "event"), f"{found.seconds:.1f} s"]
    sums = [
        _many(len(found.differences), "differs", "differ"),
        _many(len(found.missing), "lacks events", "lack events"),
        f"{len(found.unreadable)} unreadable",
        _many(
            found.busy,
            "moved meanwhile and was not compared",
            "moved meanwhile and were not compared",
        ),
    ]
    return f"{', '.join(size)}: {', '.join(sums)}"


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or f'{one}s'}"


def swapped(found: Findings, left: Mapping[UUID, str]) -> Iterator[str]:
    """What a swap did not mend, and why."""
    for order_id, why in left.items():
        yield _about(order_id, f"left as it is: {why}")
    yield f"{len(found.differences) - len(left)} swapped, {len(left)} left"


def _differs(difference: Difference) -> Iterator[str]:
    order_id, live, said = difference.order_id, difference.live, difference.told
    if live is None:
        yield _about(order_id, "no row, though it has events")
    elif said is None:
        yield _about(order_id, "no events, though it has a row")
    else:
        for name in difference.fields:
            yield _about(order_id, f"{name}: live {live[name]!r}, events {said[name]!r}")


def _span(gap: range) -> str:
    return f"{gap[0]}" if len(gap) == 1 else f"{gap[0]}-{gap[-1]}"


def _about(order_id: UUID, what: str) -> str:
    return f"order {order_id}: {what}"


def _say(words: str) -> None:
    """Beside what is printed: nobody who reads that with a program wants it."""
    typer.echo(words, err=True)


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)
