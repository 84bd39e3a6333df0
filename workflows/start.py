"""How an order's workflow begins, for those who have a client."""

from datetime import timedelta

from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from domain.orders import OrderStatus, PlaceOrder
from domain.progress import OrderOutcome
from workflows.links import NOWHERE, Links
from workflows.markdown import escape
from workflows.order import TASK_QUEUE, OrderWorkflow, workflow_id
from workflows.policies import TASK_TIMEOUT
from workflows.search_attributes import (
    AMOUNT,
    AMOUNT_MINOR,
    CUSTOMER_KEY,
    ORDER_STATUS,
    RESTAURANT_ID,
)

# A start that isn't acknowledged by then is reported as weather; the same key may try again.
_RPC_TIMEOUT = timedelta(seconds=5)

# The memo answers who repeats a request before the order has a row: the hash of the first body,
# and what was promised then (minor units).
MEMO_REQUEST_HASH = "request_hash"
MEMO_TOTAL = "total"
MEMO_CURRENCY = "currency"


async def start_order(
    client: Client, order: PlaceOrder, *, customer_key: str, links: Links = NOWHERE
) -> WorkflowHandle[OrderWorkflow, OrderOutcome]:
    """Start the one workflow of this order; `links` are for its page.

    Raises `temporalio.exceptions.WorkflowAlreadyStartedError` where there is one, also when it is
    closed (the server keeps it for 30 days; after that the order's row says so).
    """
    return await client.start_workflow(
        OrderWorkflow.run,
        order,
        id=workflow_id(order.order_id),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        task_timeout=TASK_TIMEOUT,
        rpc_timeout=_RPC_TIMEOUT,
        static_summary=f"{escape(order.restaurant_name)} · {order.quote.total}",
        memo={
            MEMO_REQUEST_HASH: order.request_hash,
            MEMO_TOTAL: order.quote.total.amount,
            MEMO_CURRENCY: order.quote.total.currency,
            **links.memo,
        },
        search_attributes=_search_attributes(order, customer_key),
    )


def _search_attributes(order: PlaceOrder, customer_key: str) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [
            SearchAttributePair(ORDER_STATUS, OrderStatus.PLACED.value),
            SearchAttributePair(AMOUNT, str(order.quote.total)),
            SearchAttributePair(AMOUNT_MINOR, order.quote.total.amount),
            SearchAttributePair(RESTAURANT_ID, str(order.restaurant_id)),
            SearchAttributePair(CUSTOMER_KEY, customer_key),
        ]
    )
