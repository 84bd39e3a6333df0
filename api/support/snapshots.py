"""How what support acts on stands, as the audit log keeps it: ids, statuses and amounts."""

from api.order_lookup import find_order
from api.services import Services
from domain.casework import Case
from domain.orders import Order

Matter = Order | Case
"""What an action is about: both belong to an order, and have a currency."""


def currency_of(matter: Matter) -> str:
    return matter.amount.currency if isinstance(matter, Case) else matter.quote.total.currency


def name_of(matter: Matter) -> str:
    return matter.key if isinstance(matter, Case) else str(matter.order_id)


async def snapshot(services: Services, matter: Matter) -> dict[str, object]:
    """As it stands now."""
    if isinstance(matter, Case):
        return _case(await services.cases.find(matter.key) or matter)
    return _order(await find_order(services, matter.order_id) or matter)


def _order(order: Order) -> dict[str, object]:
    payment = order.payment
    return {
        "status": order.status.value,
        "refund_status": order.refund_status.value,
        "captured": payment.captured.amount,
        "refunded": payment.refunded.amount,
        "currency": payment.captured.currency,
        "courier_id": str(order.courier_id) if order.courier_id else None,
        "answer_by": order.answer_by.isoformat() if order.answer_by else None,
        "ready_by": order.ready_by.isoformat() if order.ready_by else None,
        "version": order.version,
    }


def _case(case: Case) -> dict[str, object]:
    return {
        "case": case.key,
        "owner": str(case.owner) if case.owner else None,
        "deadline": case.deadline.isoformat(),
        "resolution": case.resolution.value if case.resolution else None,
    }
