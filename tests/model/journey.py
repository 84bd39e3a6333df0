"""How an order gets on, where nothing is in its way: so that runs see more than beginnings."""

from uuid import UUID

from domain.deliveries import DeliveryState
from domain.orders import OrderStatus
from tests.model.expectations import Request, Verb
from tests.model.run import Run

_NEXT = {
    OrderStatus.CONFIRMED: Verb.ACCEPT,
    OrderStatus.ACCEPTED: Verb.PREPARE,
    OrderStatus.PREPARING: Verb.READY,
}
_RIDES = {
    DeliveryState.OFFERED: "claim",
    DeliveryState.ASSIGNED: "pick_up",
    DeliveryState.PICKED_UP: "deliver",
}


async def go_on(run: Run, order_id: UUID) -> None:
    """The next thing that somebody who means well does."""
    status = run.orders[order_id].state.status
    if status is OrderStatus.PAYMENT_ACTION_REQUIRED:
        await run.authenticate(order_id, "succeeded")
        await run.look_at_payment(order_id)
    elif status in _NEXT:
        await run.ask(order_id, Request(verb=_NEXT[status]))
    elif not status.is_final:
        await _ride(run, order_id)


async def _ride(run: Run, order_id: UUID) -> None:
    delivery = await run.town.delivery(order_id)
    if delivery is None or delivery.state not in _RIDES:
        return
    couriers = run.town.couriers
    courier = couriers.index(delivery.courier_id) if delivery.courier_id else 0
    await run.ride(order_id, _RIDES[delivery.state], [courier])
