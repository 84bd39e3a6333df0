"""Giving money back by decision of support."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from fastapi import APIRouter, status
from pydantic import BaseModel
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from api.money import Money
from api.openapi import refusals
from api.order_lookup import Visible
from api.support.desk import Act, Desk, KeyedDesk
from api.support.refund_request import NewRefund, account_liable, amount_of_refund
from api.workflow_updates import refused_in_its_words
from domain.casework import MadeRefund
from domain.desk import DeskAction
from domain.errors import (
    ApprovalNeeded,
    Forbidden,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OrderNotFound,
    RefundExceedsCaptured,
    RightMissing,
)
from domain.orders import Order, step_key
from domain.refunds import Liable, Owed, OweMoney, RefundPart, RefundReason, RefundState
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import AMOUNT, AMOUNT_MINOR, RESTAURANT_ID

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])

# The namespace of refund ids: fixed for ever, because an id is found again from its key.
_REFUNDS = UUID("b1f3a1b2-53c5-4c1c-a6a5-6a9f9d2f6f10")
# To hear from a worker that the money is promised; without one nothing happens, and it is 503.
_PROMISE = timedelta(seconds=6)


class RefundLinks(BaseModel):
    order: str


class RefundAnswer(BaseModel):
    """The refund is promised, and goes on by itself."""

    id: UUID
    order_id: UUID
    state: RefundState
    amount: Money
    liable: Liable
    links: RefundLinks


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a refund; its key follows from the caller's, so it is found again."""

    desk: Desk
    order: Order

    @property
    def refund_id(self) -> UUID:
        scope = f"{self.desk.caller.account_id}:{self.order.order_id}"
        return uuid5(_REFUNDS, f"{scope}:{self.desk.key}")

    @property
    def key(self) -> str:
        return step_key(self.order.order_id, str(self.refund_id))

    @property
    def request_hash(self) -> str:
        return self.desk.idempotency.request_hash if self.desk.idempotency else ""

    async def find(self) -> MadeRefund | None:
        return await self.desk.services.money_files.refund(self.key)


@router.post(
    "/refunds",
    status_code=status.HTTP_202_ACCEPTED,
    responses=refusals(
        Forbidden,
        RightMissing,
        ApprovalNeeded,
        OrderNotFound,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        RefundExceedsCaptured,
    ),
)
async def refund_order(order: Visible, body: NewRefund, desk: KeyedDesk) -> RefundAnswer:
    """Answered once the money is promised: so two never promise the same."""
    asked = Asked(desk, order)
    async with desk.acting(DeskAction.REFUND, order, body.reason) as act:
        made = await _made(asked, body, act)
        act.noted |= {"refund": str(asked.refund_id), "liable": made.liable.value}
        return _answer(asked.refund_id, made)


async def _made(asked: Asked, body: NewRefund, act: Act) -> MadeRefund:
    """The one of this key, made now or before. Raises `IdempotencyKeyReused`."""
    made = await asked.find()
    if made is None:
        await _promise(asked, await _part(asked, body, act))
        made = await asked.find()
    if made is None or made.request_hash != asked.request_hash:
        message = "This Idempotency-Key stands for another refund: take a new one."
        raise IdempotencyKeyReused(message)
    act.amount = made.amount
    return made


async def _part(asked: Asked, body: NewRefund, act: Act) -> RefundPart:
    order = asked.order
    amount = await amount_of_refund(asked.desk.services, order, body)
    act.spend(amount)
    return RefundPart(
        order_id=order.order_id,
        key=asked.key,
        amount=amount,
        liable=body.liable,
        liable_account=account_liable(order, body.liable),
        reason=RefundReason.SUPPORT,
        request_hash=asked.request_hash,
        remark_id=act.reason_id,
        mandate=act.mandate,
    )


async def _promise(asked: Asked, part: RefundPart) -> None:
    """Start the refund, or find the one that a request with the same key has started."""
    with refused_in_its_words():
        await asked.desk.services.temporal.execute_update_with_start_workflow(
            RefundWorkflow.planned,
            part.request_hash,
            start_workflow_operation=_start(asked, part),
            rpc_timeout=_PROMISE,
        )


def _start(asked: Asked, part: RefundPart) -> WithStartWorkflowOperation[RefundWorkflow, object]:
    order = asked.order
    owed = OweMoney(
        order_id=order.order_id,
        customer_id=order.customer_id,
        restaurant_id=order.restaurant_id,
        amount=part.amount,
        owed=Owed.PART,
        authorizations=[],
        part=part,
    )
    return WithStartWorkflowOperation(
        RefundWorkflow.run,
        owed,
        id=workflow_id(owed),
        task_queue=PAYMENTS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        # One that was refused may be asked for again.
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=f"Refund of {part.amount}",
        memo=asked.desk.services.links.memo,
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(AMOUNT, str(part.amount)),
                SearchAttributePair(AMOUNT_MINOR, part.amount.amount),
                SearchAttributePair(RESTAURANT_ID, str(order.restaurant_id)),
            ]
        ),
    )


def _answer(refund_id: UUID, made: MadeRefund) -> RefundAnswer:
    order = f"/api/v1/support/orders/{made.order_id}"
    return RefundAnswer(
        id=refund_id,
        order_id=made.order_id,
        state=made.state,
        amount=Money.of(made.amount),
        liable=made.liable,
        links=RefundLinks(order=order),
    )
