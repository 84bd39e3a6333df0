"""What is done about a case, in the shape of what is done about an order."""

from collections.abc import Mapping

from api.fields import CaseKey
from api.money_answers import CaseAnswer
from api.support.actions import Doable
from api.support.cases import decide_case
from api.support.desk import Desk, Reasoned
from domain.desk import DeskAction
from domain.errors import RefundNotDue
from domain.orders import Order


class DecidingOne(Reasoned):
    case: CaseKey


async def _decide(order: Order, body: DecidingOne, desk: Desk) -> CaseAnswer:
    await _check_whose(order, body.case, desk)
    return await decide_case(body.case, body, desk)


async def _check_whose(order: Order, key: str, desk: Desk) -> None:
    """Raises `RefundNotDue`."""
    case = await desk.services.cases.find(key)
    if case is None or case.order_id != order.order_id:
        message = "This order has no such case."
        raise RefundNotDue(message)


CASE_ACTIONS: Mapping[DeskAction, Doable] = {
    DeskAction.DECIDE_CASE: Doable(DecidingOne, _decide),
}
