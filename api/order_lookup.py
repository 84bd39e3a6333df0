"""Finding an order for somebody who may see it, from the moment it was acknowledged."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.service import RPCError, RPCStatusCode

from api.dependencies import Caller, Using, is_staff
from api.services import Services
from domain.accounts import Account, Role
from domain.errors import Forbidden, OrderNotFound
from domain.orders import Actor, Order, OrderStatus, PlaceOrder
from domain.payments import OrderPayment
from workflows.order import workflow_id


async def find_order(services: Services, order_id: UUID) -> Order | None:
    """From its row; before its workflow has written one, from what the workflow started with."""
    return await services.orders.find(order_id) or await _unwritten(services, order_id)


async def _unwritten(services: Services, order_id: UUID) -> Order | None:
    """Asks the server alone, so it works while no worker runs."""
    started = await _start_event(services, order_id)
    if started is None:
        return None
    order = await _placing(services, started)
    particulars = await services.writings.particulars(order_id, order.request_hash)
    if particulars is None:
        return None
    return Order(
        order_id=order.order_id,
        run_id=started.original_execution_run_id,
        status=OrderStatus.PLACED,
        customer_id=order.customer_id,
        restaurant_id=order.restaurant_id,
        lines=order.lines,
        quote=order.quote,
        placed_total=order.quote.total,
        payment=OrderPayment.pending(order.quote.total.currency),
        courier_id=None,
        answer_by=None,
        ready_by=None,
        ride_minutes=order.ride_minutes,
        particulars=particulars,
        cancellation=None,
        remark=None,
        request_hash=order.request_hash,
        placed_at=order.placed_at,
        updated_at=order.placed_at,
        version=0,
    )


async def placing_of(services: Services, order_id: UUID) -> PlaceOrder | None:
    """What the order's workflow started with; None where the engine keeps it no more."""
    started = await _start_event(services, order_id)
    return await _placing(services, started) if started else None


async def _placing(
    services: Services, started: WorkflowExecutionStartedEventAttributes
) -> PlaceOrder:
    converter = services.temporal.data_converter
    [order] = await converter.decode(started.input.payloads, [PlaceOrder])
    placing: PlaceOrder = order
    return placing


async def _start_event(
    services: Services, order_id: UUID
) -> WorkflowExecutionStartedEventAttributes | None:
    request = GetWorkflowExecutionHistoryRequest(
        namespace=services.temporal.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id(order_id)),
        maximum_page_size=1,
    )
    try:
        page = await services.temporal.workflow_service.get_workflow_execution_history(request)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return page.history.events[0].workflow_execution_started_event_attributes


def roles_in(caller: Account, order: Order) -> set[Actor]:
    """As whom the caller has to do with the order; nobody at all for a stranger."""
    roles = {
        Actor.CUSTOMER: caller.account_id == order.customer_id,
        Actor.RESTAURANT: is_staff(caller, order.restaurant_id),
        Actor.COURIER: Role.COURIER in caller.roles and caller.account_id == order.courier_id,
        Actor.SUPPORT: Role.SUPPORT in caller.roles,
    }
    return {actor for actor, holds in roles.items() if holds}


def acting_as(caller: Account, order: Order, *actors: Actor) -> Actor:
    """The first of the actors that the caller is. Raises `Forbidden` where that is none."""
    held = roles_in(caller, order)
    for actor in actors:
        if actor in held:
            return actor
    message = f"This is for: {', '.join(actors)}."
    raise Forbidden(message)


def name_in_logs(order_id: UUID) -> None:
    """The request's lines then lead to the order's, and to its page in the Temporal UI."""
    structlog.contextvars.bind_contextvars(
        order_id=str(order_id), workflow_id=workflow_id(order_id)
    )


async def visible_order(services: Services, order_id: UUID, caller: Account) -> Order | None:
    """None where there is no such order, or it is none of the caller's."""
    order = await find_order(services, order_id)
    if order is not None and Role.COURIER in caller.roles:
        order = await _with_its_courier(services, order)
    return order if order is not None and roles_in(caller, order) else None


async def _with_its_courier(services: Services, order: Order) -> Order:
    """Who carries it is known by the delivery first; the order's row hears of it."""
    delivery = await services.deliveries.find(order.order_id)
    return order if delivery is None else replace(order, courier_id=delivery.courier_id)


async def _visible(order_id: UUID, services: Using, caller: Caller) -> Order:
    name_in_logs(order_id)
    order = await visible_order(services, order_id, caller)
    if order is None:
        message = "You have no such order."
        raise OrderNotFound(message)
    return order


Visible = Annotated[Order, Depends(_visible)]
"""The order of the path, which the caller may see."""
