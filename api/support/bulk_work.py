"""Doing bulk actions: every API process takes what is its turn, and what another left undone.

Who takes an order has it for a time; who dies with it leaves it to the others. So an order may be
tried twice, and is done once: its action has one idempotency key.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import structlog
from fastapi.exceptions import RequestValidationError

from adapters.outages import AWAY
from adapters.telemetry import correlated
from api.errors import is_away
from api.idempotency import Idempotency, hash_of
from api.services import Services
from api.support.actions import ACTIONS, AGREED, find_for_support
from api.support.desk import desk_of
from domain.bulk import BulkItem
from domain.desk import Outcome
from domain.errors import AccountNotFound, DomainError

# At once, in one process: the others and the requests of people want something of it too.
_AT_ONCE = 4
# Longer than the slowest action takes, and no longer than somebody waits for one that was left.
_LEASE = timedelta(seconds=30)
# For what nobody told this process of.
_LOOKS_EVERY = 2.0
# With the lease between them, about five minutes in which a part may be down or a mistake mended.
_TRIES = 10

_log = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """For as long as the process lives."""
    task = asyncio.create_task(_work(services))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _work(services: Services) -> None:
    while True:
        services.bulk_asked.clear()
        try:
            while await do_some(services):
                pass
        except AWAY as error:
            _log.warning("bulk.part_away", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - Whatever is wrong with one, the others have their turn.
            _log.exception("bulk.failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(services.bulk_asked.wait(), _LOOKS_EVERY)


async def do_some(services: Services, *, lease: timedelta = _LEASE) -> bool:
    """False where there was nothing to do."""
    items = await services.bulk.claim(_AT_ONCE, lease=lease)
    await asyncio.gather(*(_do(services, item) for item in items))
    return bool(items)


async def _do(services: Services, item: BulkItem) -> None:
    """Done or refused; what something of ours kept from either has its turn again."""
    finish = services.bulk.finish
    with correlated(_request_id(item)):
        try:
            await _act(services, item)
        except DomainError as refusal:
            await finish(item, Outcome.REFUSED, code=refusal.code(), sentence=str(refusal))
        except RequestValidationError as error:
            sentence = str(error.errors()[0]["msg"])
            await finish(item, Outcome.REFUSED, code="invalid_request", sentence=sentence)
        except Exception as error:  # noqa: BLE001 - What is wrong with one is told of that one.
            await _put_off(services, item, error)
        else:
            await finish(item, Outcome.DONE)


async def _put_off(services: Services, item: BulkItem, error: Exception) -> None:
    """Until the lease is over; after many tries whoever asked has to see to it."""
    if is_away(error):
        _log.warning("bulk.item_part_away", error=type(error).__name__, attempt=item.attempt)
        code = "unavailable"
        sentence = "A part that this needs was down: look at the order, and ask again."
    else:
        _log.error("bulk.item_failed", attempt=item.attempt, exc_info=error)
        code = "internal_error"
        sentence = "Something broke on our side: look at the order before you ask again."
    if item.attempt >= _TRIES:
        await services.bulk.finish(item, Outcome.REFUSED, code=code, sentence=sentence)


async def _act(services: Services, item: BulkItem) -> None:
    """As if its asker had asked for this order alone; so with what they may do now."""
    request_id = _request_id(item)
    account = await services.accounts.find(item.by)
    if account is None:
        message = "Who asked for it is gone."
        raise AccountNotFound(message)
    key = Idempotency(f"{request_id}-{item.order_id}", hash_of(item.request))
    desk = replace(desk_of(services, account, request_id, key), remark_id=item.remark_id)
    doable = ACTIONS[item.action]
    order = await find_for_support(services, item.order_id)
    await doable.do(order, doable.read({**item.request, "reason": AGREED}), desk)


def _request_id(item: BulkItem) -> str:
    return f"bulk-{item.bulk_id}"
