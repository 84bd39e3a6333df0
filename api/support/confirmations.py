"""Telling a customer once more."""

from fastapi import APIRouter

from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.support.asking import answer_of, as_it_is, is_order_heard
from api.support.desk import Act, AtDesk, Reasoned
from api.support.timeline import note_on
from domain.desk import DeskAction
from domain.errors import Forbidden, IllegalTransition, OrderNotFound, RightMissing
from domain.notifications import ended_again
from domain.orders import Order

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


@router.post(
    "/resend-confirmation",
    responses=refusals(Forbidden, RightMissing, OrderNotFound, IllegalTransition),
)
async def resend_confirmation(order: Visible, body: Reasoned, desk: AtDesk) -> OrderAnswer:
    """The customer hears again that the order stands; of one that ended, how it ended."""
    async with desk.acting(DeskAction.RESEND_CONFIRMATION, order, body.reason) as act:
        if not await is_order_heard(act, order, "resend_confirmation", act.mandate):
            await _tell_how_it_ended(act, order)
    return await answer_of(desk, order)


async def _tell_how_it_ended(act: Act, order: Order) -> None:
    """Its workflow is closed, so nobody else tells of it any more.

    Raises `IllegalTransition` where the order has not ended: it was asked, and could not tell.
    """
    order = await as_it_is(act.desk, order)
    if not order.status.is_final:
        message = "The customer could not be told: try again in a moment."
        raise IllegalTransition(message)
    which = act.update_id("resend_confirmation")
    await act.desk.services.notifications.deliver([ended_again(order, which)])
    await note_on(
        act.desk,
        order,
        which,
        event="confirmation_resent",
        detail="Support told the customer again how the order ended.",
    )
