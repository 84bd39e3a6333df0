"""What the engine says of orders: their workflows, which of these ask for a person, what fails.

All of it is None where the engine does not answer: a page is worth more without its word than late.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

import structlog
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from adapters.temporal_steps import failing_steps
from api.services import Services
from api.support.views import ATTENTION
from domain.disputes import Dispute
from domain.findings import Run
from domain.orders import Order
from workflows import delivery, dispute, order, reconciliation, refund
from workflows.search_attributes import ATTENTION_REASON, RESTAURANT_ID

_log = structlog.stdlib.get_logger(__name__)

SHOWN = 50
_PATIENCE_SECONDS = 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWorkflow:
    """`kind` is order, delivery, refund or dispute; `reason` why it asks for a person, or empty."""

    kind: str
    order_id: UUID | None
    restaurant_id: UUID | None
    reason: str
    is_open: bool
    link: str


async def needing_attention(
    services: Services, restaurant_id: UUID | None
) -> list[ListedWorkflow] | None:
    narrowed = f' AND RestaurantId = "{restaurant_id}"' if restaurant_id else ""
    return await _listed(services, ATTENTION.query + narrowed)


async def workflows_of(
    services: Services, order_id: UUID, disputes: Iterable[Dispute]
) -> list[ListedWorkflow] | None:
    """An order's workflows, also those that ended; none where the engine keeps them no more."""
    ids = [of.workflow_id(order_id) for of in (order, delivery, reconciliation)]
    ids += [dispute.workflow_id(each.dispute_id) for each in disputes]
    own = ", ".join(f'"{id_}"' for id_ in ids)
    refunds = f'WorkflowId STARTS_WITH "{refund.ids_begin_with(order_id)}"'
    return await _listed(services, f"WorkflowId IN ({own}) OR {refunds}")


async def failing_steps_of(temporal: Client, about: Order) -> Sequence[str] | None:
    """The names of the order's, else of its delivery's.

    Asked of the workflows themselves, as their `retry_now` asks, and in the same order: what asks
    for a person by itself is seen a minute later, or asks for something else than another try.
    """
    if about.status.is_final:
        return []
    ids = (order.workflow_id(about.order_id), delivery.workflow_id(about.order_id))
    found = await _heard(asyncio.gather(*(_failing_steps(temporal, id_) for id_ in ids)))
    return None if found is None else next((names for names in found if names), [])


async def _heard(asked: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await asked
    except (RPCError, TimeoutError) as error:
        _log.warning("desk.engine_away", error=type(error).__name__)
        return None


async def _failing_steps(temporal: Client, workflow_id: str) -> list[str]:
    try:
        steps = await failing_steps(temporal.get_workflow_handle(workflow_id))
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return []
        raise
    return [step.activity_type.name for step in steps]


async def _listed(services: Services, query: str) -> list[ListedWorkflow] | None:
    found = await _heard(_executions(services, query))
    if found is None:
        return None
    disputes = {dispute_id for each in found if (dispute_id := _run(each).dispute_id)}
    orders = await services.money_files.disputed(disputes) if disputes else {}
    return [_shown(services, execution, orders) for execution in found]


async def _executions(services: Services, query: str) -> list[WorkflowExecution]:
    listed = services.temporal.list_workflows(query, limit=SHOWN)
    return [execution async for execution in listed]


def _run(execution: WorkflowExecution) -> Run:
    return Run(workflow_id=execution.id, run_id=execution.run_id)


def _shown(
    services: Services, execution: WorkflowExecution, disputed: Mapping[str, UUID]
) -> ListedWorkflow:
    """`disputed` are the orders of the disputes."""
    run = _run(execution)
    attributes = execution.typed_search_attributes
    restaurant = attributes.get(RESTAURANT_ID)
    return ListedWorkflow(
        kind=run.kind,
        order_id=run.order_id or disputed.get(run.dispute_id),
        restaurant_id=UUID(restaurant) if restaurant else None,
        reason=attributes.get(ATTENTION_REASON) or "",
        is_open=execution.close_time is None,
        link=_page(services, execution),
    )


def _page(services: Services, execution: WorkflowExecution) -> str:
    """The one in the Temporal UI that says in plain words where the workflow stands."""
    named = f"{quote(execution.id, safe='')}/{execution.run_id}"
    return f"{services.workflows_url}/{named}/user-metadata"
