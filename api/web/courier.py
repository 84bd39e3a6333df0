"""The courier's page: whether they work, where they are, what is offered and what they carry."""

from fastapi import APIRouter, Request, Response

from api.deliveries import list_deliveries
from api.dependencies import Caller, Using
from api.pages import Paging
from api.web.rendering import page
from domain.accounts import Role
from domain.deliveries import HELD

router = APIRouter(prefix="/courier")

_SHOWN = Paging(limit=20, cursor=None)


@router.get("")
async def show_courier(request: Request, services: Using, caller: Caller) -> Response:
    if Role.COURIER not in caller.roles:
        return page(request, "enlist.html", caller=caller)
    mine = (await list_deliveries(services, caller, _SHOWN, mine=True)).items
    facts = {
        "courier": await services.couriers.find(caller.account_id),
        "carried": [delivery for delivery in mine if delivery.status in HELD],
        "ended": [delivery for delivery in mine if delivery.status not in HELD],
        "offers": (await list_deliveries(services, caller, _SHOWN)).items,
    }
    return page(request, "courier.html", caller=caller, facts=facts)
