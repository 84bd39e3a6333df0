"""`python -m workers rebuild orders`: are the rows of the orders what their events say?

docs/events.md says how it is done, docs/operations.md when to do it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Annotated
from uuid import UUID

import typer

from adapters import outages
from adapters.kafka import cluster
from adapters.kafka.history import History
from adapters.kafka.topics import ORDERS
from adapters.postgres.engine import Database
from adapters.postgres.ordering.rebuilding import AlreadyRunning, Difference, RebuiltOrders
from adapters.settings import DatabaseSettings, KafkaSettings
from workers.rebuilding import Findings, Rebuilding

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def rebuild() -> None:
    """Make lists anew from the events in Kafka, and compare them with the live ones."""


@app.command()
def orders(
    *,
    swap: Annotated[
        bool, typer.Option("--swap", help="Make the rows that differ what their events say.")
    ] = False,
) -> None:
    """Compare every order's row with its events.

    Ends with status 1 where something differs or is missing, and with 2 where Kafka or the
    database does not answer, or another rebuild runs.
    """
    try:
        is_fine = asyncio.run(_rebuild(DatabaseSettings(), KafkaSettings(), swap=swap))
    except (*cluster.AWAY, *outages.AWAY) as error:
        typer.echo(f"A server does not answer: {error}", err=True)
        raise typer.Exit(2) from error
    except AlreadyRunning as error:
        typer.echo("Another rebuild runs: wait until it is done.", err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(0 if is_fine else 1)


async def _rebuild(databases: DatabaseSettings, kafka: KafkaSettings, *, swap: bool) -> bool:
    database = Database(databases.ordering_dsn)
    rebuilt = RebuiltOrders(database)
    try:
        async with rebuilt.alone():
            await cluster.create_topics(kafka)
            async with History.connect(kafka, ORDERS) as history:
                found = await Rebuilding(history, rebuilt).compare()
            _print(told(found))
            is_fine = not found.differences
            if swap and not is_fine:
                left = await rebuilt.swap([each.order_id for each in found.differences])
                _print(swapped(found, left))
                is_fine = not left
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
        yield from _differs(difference)
    yield (
        f"{found.orders} orders, {found.events} events, {found.seconds:.1f} s: "
        f"{len(found.differences)} differ, {len(found.missing)} lack events, "
        f"{found.busy} moved meanwhile and were not compared"
    )


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


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)
