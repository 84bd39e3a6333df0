"""Placing an ended order anew for its customer: as they would themselves, at today's prices."""

import itertools
from http import HTTPStatus
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response

from api import checkout
from api.addresses import NewAddress
from api.checkout import NewLine, NewOrder
from api.idempotency import hash_of
from api.money import Money
from api.openapi import located, refusals
from api.order_answers import Links
from api.order_lookup import Visible, find_order, placing_of
from api.placing import Acknowledgement, Attempt, Placed, place
from api.services import Services
from api.support.desk import Act, Desk, KeyedDesk, Reasoned
from api.support.timeline import note_on
from domain.accounts import NOWHERE, Account
from domain.desk import DeskAction
from domain.errors import (
    AccountNotFound,
    AddressNotFound,
    Forbidden,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    IllegalTransition,
    OrderNotFound,
    RightMissing,
)
from domain.orders import Order, order_id
from domain.permissions import to_order_again, to_order_once_more

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class OrderingAgain(Reasoned):
    """`expected_total` is what the customer was told: for another price nothing is ordered."""

    expected_total: Money | None = None


class AgainLinks(Links):
    """`again_of` is the first order, and `support` the new one, as support sees them."""

    again_of: str
    support: str


class AgainAnswer(Acknowledgement):
    """The new order; as with any, what only changes later may end it."""

    links: AgainLinks

    @classmethod
    def of(cls, placed: Placed, first: Order) -> Self:
        links = Links.of(placed.order_id).model_dump()
        support = "/api/v1/support/orders"
        return cls(
            **placed.answer().model_dump(exclude={"links"}),
            links=AgainLinks(
                **links,
                again_of=f"{support}/{first.order_id}",
                support=f"{support}/{placed.order_id}",
            ),
        )


@router.post(
    "/order-again",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(
        *checkout.REFUSALS,
        AccountNotFound,
        Forbidden,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        IllegalTransition,
        OrderNotFound,
        RightMissing,
    )
    | located(HTTPStatus.ACCEPTED),
)
async def order_again(
    order: Visible, body: OrderingAgain, desk: KeyedDesk, response: Response
) -> AgainAnswer:
    """The same dishes to the same address, paid in the same way, once the first one has ended.

    Once, whoever asks: where that was done already, only an order that ended without food is
    placed anew. Who wants another one nevertheless orders the one in its place again.

    A payment method that needs its customer, or can't be used again, ends like any other order's:
    `payment_action_required`, or `payment_failed`.
    """
    answer = await place_again(order, body, desk)
    response.headers["Location"] = answer.links.self
    return answer


async def place_again(order: Order, body: OrderingAgain, desk: Desk) -> AgainAnswer:
    async with desk.acting(DeskAction.ORDER_AGAIN, order, body.reason) as act:
        placed = await _placed_before(act) or await _place_anew(act, order, body)
    return AgainAnswer.of(placed, order)


async def _placed_before(act: Act) -> Placed | None:
    """A request stands for the order it placed, whatever was erased or forgotten since."""
    placed_then = act.done.after.get("order_again") if act.done else None
    if placed_then is None:
        return None
    placed = await find_order(act.desk.services, UUID(str(placed_then)))
    return Placed(placed.order_id, placed.request_hash, placed.placed_total) if placed else None


async def _place_anew(act: Act, order: Order, body: OrderingAgain) -> Placed:
    placed = await _place_once(act.desk, order, body)
    # The new order's own timeline names the first one from its beginning.
    await note_on(
        act.desk,
        order,
        f"again-{placed.order_id}",
        event="order_placed_again",
        detail=f"Support placed it anew for the customer: order {placed.order_id}.",
    )
    # What the customer pays for it: nobody gives that away.
    act.amount = placed.total
    act.noted["order_again"] = str(placed.order_id)
    await _log_of_the_new_one(act.desk, order, placed, body)
    return placed


async def wanted_again(
    services: Services, order: Order, expected_total: Money | None = None
) -> tuple[Account, NewOrder]:
    """Who orders what. Raises `IllegalTransition`, and `AccountNotFound` and `AddressNotFound`
    where the customer was erased.
    """
    to_order_again(order.status)
    customer = await services.accounts.find(order.customer_id)
    if customer is None:
        message = "The customer's account was erased."
        raise AccountNotFound(message)
    address = order.particulars.address
    if address == NOWHERE:
        message = "The order's address was erased."
        raise AddressNotFound(message)
    first = await placing_of(services, order.order_id)
    if first is None:
        message = "How it was paid is not kept any more: the customer has to order anew."
        raise IllegalTransition(message)
    return customer, NewOrder(
        restaurant_id=order.restaurant_id,
        items=_lines(order),
        delivery_address=NewAddress(
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            lat=address.point.lat,
            lon=address.point.lon,
            instructions=address.instructions,
        ),
        payment_method=first.payment_method,
        tip=Money.of(order.quote.tip),
        expected_total=expected_total,
        if_unavailable=first.if_unavailable,
    )


def _lines(order: Order) -> list[NewLine]:
    """Without what the kitchen had to leave out."""
    return [
        NewLine(menu_item_id=line.menu_item_id, quantity=line.quantity, note=note)
        for line, note in zip(order.lines, order.particulars.notes, strict=True)
        if not line.unavailable
    ]


async def _place_once(desk: Desk, order: Order, body: OrderingAgain) -> Placed:
    customer, wanted = await wanted_again(desk.services, order, body.expected_total)
    asked = _hash(desk)
    attempt = Attempt(
        caller=customer,
        order_id=await next_in_place(desk.services, order, asked),
        request_hash=asked,
        again_of=order.order_id,
    )
    try:
        return await place(desk.services, attempt, wanted)
    except IdempotencyKeyReused:
        # A colleague was quicker by so little: they have started the one workflow of that id.
        await next_in_place(desk.services, order, asked)
        raise


def _hash(desk: Desk) -> str:
    """Whose key it is, and what it stands for."""
    content = desk.idempotency.request_hash if desk.idempotency else ""
    return f"{hash_of([str(desk.caller.account_id), desk.key])}:{content}"


async def next_in_place(services: Services, order: Order, asked: str = "") -> UUID:
    """The id that the order in its place gets, whoever asks: they are counted from the first one.

    So of two who ask at once one places it. `asked` is the hash of a request, whose order is found
    again. Raises `IllegalTransition` where another order is in its place, and
    `IdempotencyKeyReused`.
    """
    first = await _first(services, order.order_id)
    # No key that a customer can send has a line break.
    ids = (order_id(order.customer_id, f"again\n{first}\n{count}") for count in itertools.count())
    whose, id_ = asked.partition(":")[0], next(ids)
    while (again := await find_order(services, id_)) and again.request_hash != asked:
        if again.request_hash.startswith(f"{whose}:"):
            message = "This Idempotency-Key stands for another order: take a new one."
            raise IdempotencyKeyReused(message)
        if id_ != order.order_id:
            to_order_once_more(again)
        id_ = next(ids)
    return id_


async def _first(services: Services, id_: UUID) -> UUID:
    """The order that its customer placed, however often support has placed it anew since."""
    placing = await placing_of(services, id_)
    while placing is not None and placing.again_of is not None:
        id_ = placing.again_of
        placing = await placing_of(services, id_)
    return id_


async def _log_of_the_new_one(desk: Desk, first: Order, placed: Placed, body: Reasoned) -> None:
    """So that who looks at the new order sees whose decision it was, and why."""
    new = await find_order(desk.services, placed.order_id)
    if new is not None:
        async with desk.acting(DeskAction.ORDER_AGAIN, new, body.reason) as act:
            act.noted["again_of"] = str(first.order_id)
