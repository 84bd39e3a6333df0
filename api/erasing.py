"""Forgetting the caller for good."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, status

from api.dependencies import Caller, Using
from api.openapi import refusals
from api.placing import customer_key
from api.services import Services
from domain.errors import OrdersUnderWay
from workflows.order import OrderWorkflow
from workflows.search_attributes import CUSTOMER_KEY

router = APIRouter(prefix="/me", tags=["accounts"])


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, responses=refusals(OrdersUnderWay))
async def erase_account(services: Using, caller: Caller) -> None:
    """Name, addresses, notes, messages and logins are deleted; what was paid for what stays.

    The e-mail address may register again, and is somebody new then. A restaurant without other
    staff is paused; while it has an order that is not over, nothing is erased.
    """
    if await _has_unwritten_orders(services, caller.account_id):
        message = "An order of yours was just placed. Wait until it is over."
        raise OrdersUnderWay(message)
    await services.eraser.erase(caller.account_id, now=datetime.now(UTC))
    await services.login_attempts.forgive(caller.email)


async def _has_unwritten_orders(services: Services, account_id: UUID) -> bool:
    """Acknowledged, and not a row yet: only their workflows know of them."""
    running = (
        f"{CUSTOMER_KEY.name} = '{customer_key(services, account_id)}'"
        f" AND WorkflowType = '{OrderWorkflow.__name__}' AND ExecutionStatus = 'Running'"
    )
    async for found in services.temporal.list_workflows(running):
        order_id = UUID(found.id.removeprefix("order-"))
        if await services.orders.find(order_id) is None:
            return True
    return False
