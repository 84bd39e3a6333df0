"""Taking a delivery from its courier, for another one or for whoever is near."""

from uuid import UUID

from fastapi import APIRouter

from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.support.asking import answer_of, ask_delivery
from api.support.desk import AtDesk, Reasoned
from domain.deliveries import ReassignCourier
from domain.desk import DeskAction
from domain.errors import (
    ClaimRefused,
    CourierNotFound,
    Forbidden,
    IllegalTransition,
    OrderNotFound,
    RightMissing,
)

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class Reassigning(Reasoned):
    """Without `courier_id` it is offered to all who are near, and not to who had it."""

    courier_id: UUID | None = None


@router.post(
    "/reassign-courier",
    responses=refusals(
        Forbidden, RightMissing, OrderNotFound, CourierNotFound, IllegalTransition, ClaimRefused
    ),
)
async def reassign_courier(order: Visible, body: Reassigning, desk: AtDesk) -> OrderAnswer:
    """Until the food was picked up; from then on the courier has it, or the order is cancelled."""
    async with desk.acting(DeskAction.REASSIGN_COURIER, order, body.reason) as act:
        if body.courier_id:
            await desk.services.couriers.find(body.courier_id)
        asked = ReassignCourier(courier_id=body.courier_id, mandate=act.mandate)
        await ask_delivery(act, order, "reassign", asked)
    return await answer_of(desk, order)
