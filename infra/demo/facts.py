"""The facts that the invariants are decided from, collected through REST and the ledger."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from domain.orders import OrderStatus
from infra.demo.client import Refused
from infra.demo.invariants import HOLDING, OrderFacts, Portions
from infra.demo.orders import LOOK_EVERY, FollowedOrder
from infra.demo.sandbox import Sandbox
from infra.demo.seed import Town

_STATUS = "order_"
# These orders were cancelled when their food was cooked: it is not on the menu any more.
_SPOILT = ("no_courier", "courier_lost", "delivery_failed")


async def collect(
    orders: Sequence[FollowedOrder], sandbox: Sandbox
) -> tuple[list[OrderFacts], list[str]]:
    """What is to be known of each order, and the ids of those that are not there."""
    known: list[OrderFacts] = []
    lost: list[str] = []
    for order in orders:
        try:
            known.append(await _facts_of(order, sandbox))
        except Refused as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise
            lost.append(order.id)
    return known, lost


async def _facts_of(order: FollowedOrder, sandbox: Sandbox) -> OrderFacts:
    events = [entry.event for entry in await order.timeline()]
    return OrderFacts(
        view=await order.view(),
        entries=await sandbox.entries(order.id),
        statuses=[
            OrderStatus(event.removeprefix(_STATUS))
            for event in events
            if event.startswith(_STATUS)
        ],
    )


async def portions(town: Town) -> dict[str, Portions]:
    """Of every dish of the kitchen, by its id.

    Looked at until two looks are the same: an order of an earlier demo may be ending meanwhile,
    and menu and orders are two requests.
    """
    last, now = None, await _look(town)
    while now != last:
        await asyncio.sleep(LOOK_EVERY)
        last, now = now, await _look(town)
    return now


async def _look(town: Town) -> dict[str, Portions]:
    kitchen, owner = town.kitchen, town.owner
    held: Counter[str] = Counter()
    async for order in owner.every(f"/restaurants/{kitchen.id}/orders"):
        for line in _lines_gone(order):
            held[line["menu_item_id"]] += line["quantity"]
    menu = (await owner.get(f"/restaurants/{kitchen.id}/menu"))["items"]
    return {
        item["id"]: Portions(dish=item["name"], left=item["stock"], held=held[item["id"]])
        for item in menu
        if item["stock"] is not None
    }


def _lines_gone(order: Any) -> list[Any]:
    """What an order has of the menu: its dishes, and those that it counted on in vain."""
    lines: list[Any] = list(order["unavailable_items"])
    ending = order["cancellation"]
    if order["status"] in HOLDING or (ending and ending["code"] in _SPOILT):
        lines += order["items"]
    return lines
