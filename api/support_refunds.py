"""Giving money back by decision of support."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid5

from fastapi import APIRouter, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, model_validator
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError

from api.dependencies import Support, Using
from api.fields import Model, Text
from api.idempotency import Idempotency, Required
from api.money import Money, Payable
from api.openapi import refusals
from api.order_lookup import Visible
from api.services import Services
from domain import ledger, money
from domain.accounts import Account
from domain.casework import MadeRefund
from domain.errors import (
    BY_NAME,
    Forbidden,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OrderNotFound,
    RefundExceedsCaptured,
)
from domain.orders import Actor, Order, step_key
from domain.payments import (
    Liable,
    Owed,
    OweMoney,
    RefundPart,
    RefundReason,
    RefundState,
)
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import AMOUNT, AMOUNT_MINOR, RESTAURANT_ID

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])

# The namespace of refund ids: fixed for ever, because an id is found again from its key.
_REFUNDS = UUID("b1f3a1b2-53c5-4c1c-a6a5-6a9f9d2f6f10")
# To hear from a worker that the money is promised; without one nothing happens, and it is 503.
_PROMISE = timedelta(seconds=6)


class NewRefund(Model):
    """Of an amount, or of whole lines by their `menu_item_id`; of neither, all that is left."""

    amount: Payable | None = None
    line_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=50)
    reason: Text = Field(examples=["Half of it was cold"])
    liable: Liable

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.amount and self.line_ids:
            message = "amount and line_ids exclude each other"
            raise ValueError(message)
        if self.amount and not self.amount.amount:
            message = "a refund is of more than nothing"
            raise ValueError(message)
        return self


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

    services: Services
    order: Order
    caller: Account
    idempotency: Idempotency

    @property
    def refund_id(self) -> UUID:
        scope = f"{self.caller.account_id}:{self.order.order_id}"
        return uuid5(_REFUNDS, f"{scope}:{self.idempotency.key}")

    @property
    def key(self) -> str:
        return step_key(self.order.order_id, str(self.refund_id))

    async def find(self) -> MadeRefund | None:
        return await self.services.money_files.refund(self.key)


@router.post(
    "/refunds",
    status_code=status.HTTP_202_ACCEPTED,
    responses=refusals(
        Forbidden,
        OrderNotFound,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        RefundExceedsCaptured,
    ),
)
async def refund_order(
    order: Visible, body: NewRefund, services: Using, caller: Support, idempotency: Required
) -> RefundAnswer:
    """Answered once the money is promised: so two never promise the same."""
    asked = Asked(services, order, caller, idempotency)
    made = await asked.find()
    if made is None:
        await _promise(asked, await _part(asked, body))
        made = await asked.find()
    if made is None or made.request_hash != idempotency.request_hash:
        message = "This Idempotency-Key stands for another refund: take a new one."
        raise IdempotencyKeyReused(message)
    return _answer(asked.refund_id, made)


async def _part(asked: Asked, body: NewRefund) -> RefundPart:
    order = asked.order
    return RefundPart(
        order_id=order.order_id,
        key=asked.key,
        amount=await _amount(asked, body),
        liable=body.liable,
        liable_account=_account(order, body.liable),
        reason=RefundReason.SUPPORT,
        request_hash=asked.idempotency.request_hash,
        remark_id=await keep_reason(asked.services, order, asked.caller, body.reason),
    )


async def _amount(asked: Asked, body: NewRefund) -> money.Money:
    order = asked.order
    if body.amount:
        if body.amount.currency != order.quote.total.currency:
            raise _invalid("amount", f"This order was paid in {order.quote.total.currency}.")
        return body.amount.value()
    if body.line_ids:
        return _of_lines(order, body.line_ids)
    left = await _left(asked.services, order)
    if left.amount <= 0:
        message = "Nothing of this order can be given back any more."
        raise RefundExceedsCaptured(message)
    return left


def _of_lines(order: Order, line_ids: list[UUID]) -> money.Money:
    paid = {line.menu_item_id: line.line_total for line in order.lines if not line.unavailable}
    if not set(line_ids) <= paid.keys():
        raise _invalid("line_ids", "Not all of them are lines of this order that were paid.")
    return sum((paid[each] for each in set(line_ids)), money.Money.zero(order.quote.total.currency))


async def _left(services: Services, order: Order) -> money.Money:
    """What was taken, without what went back, is promised to go back, or was waived."""
    payment = await services.payments.find(order.order_id)
    if payment is None:
        return money.Money.zero(order.quote.total.currency)
    left = payment.standing.captured - payment.standing.refunded - payment.waived
    for balance in await services.ledger.balances(order.order_id):
        if balance.account == ledger.REFUNDS_DUE:
            left += balance.amount
    return left


def _account(order: Order, liable: Liable) -> str:
    if liable is Liable.RESTAURANT:
        return ledger.restaurant(order.restaurant_id)
    if liable is Liable.PLATFORM:
        return ledger.PLATFORM
    if order.courier_id is None:
        raise _invalid("liable", "No courier carried this order.")
    return ledger.courier(order.courier_id)


def _invalid(field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", field), "msg": message, "type": field}])


async def keep_reason(services: Services, order: Order, caller: Account, reason: str) -> UUID:
    """What people write stays in Postgres: the workflow hears the id of it."""
    return await services.writings.keep_remark(
        order_id=order.order_id, actor=Actor.SUPPORT, account_id=caller.account_id, text=reason
    )


async def _promise(asked: Asked, part: RefundPart) -> None:
    """Start the refund, or find the one that a request with the same key has started."""
    try:
        await asked.services.temporal.execute_update_with_start_workflow(
            RefundWorkflow.planned,
            part.request_hash,
            start_workflow_operation=_start(asked.order, part),
            rpc_timeout=_PROMISE,
        )
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        if isinstance(cause, ApplicationError) and cause.type in BY_NAME:
            raise BY_NAME[cause.type](cause.message) from failed
        raise


def _start(order: Order, part: RefundPart) -> WithStartWorkflowOperation[RefundWorkflow, object]:
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
