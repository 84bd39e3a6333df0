"""Deciding about a refund that can't be made: paid by hand, or not paid."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.fields import CaseKey
from api.money import Payable
from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.services import Services
from api.support.asking import answer_of, is_heard
from api.support.desk import Act, AtDesk, Reasoned
from api.support.refund_request import purse_of
from domain import money
from domain.casework import Case, Resolution, ResolveRefund
from domain.desk import DeskAction, Outcome
from domain.errors import (
    ApprovalNeeded,
    Forbidden,
    OrderNotFound,
    ReferenceMissing,
    ReferenceRefused,
    RefundNotDue,
    RightMissing,
)
from domain.orders import Order
from domain.permissions import refund_due, to_be_due
from domain.references import LONGEST_REFERENCE, REFERENCE, check_reference
from workflows.refund import workflow_id_of

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


def _a_reference(written: str) -> str:
    try:
        check_reference(written)
    except ReferenceRefused as refusal:
        raise PydanticCustomError("reference_refused", str(refusal)) from refusal
    return written


# It is kept with what was asked, also of many orders, where no word of a person may be.
_Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_a_reference),
    Field(json_schema_extra={"maxLength": LONGEST_REFERENCE, "pattern": f"^{REFERENCE}$"}),
]


class Resolving(Reasoned):
    """`case` names which one; it may be left out where only one is due.

    `reference` is the number of the payment at the bank, and needed where it was paid by hand.
    `expected_amount` is what was said to be due, and so was paid: of another amount nothing is
    written down.
    """

    resolution: Literal["paid_by_hand", "waived"]
    reference: _Reference | None = Field(default=None, examples=["SEPA 2027-01-07/118"])
    case: CaseKey | None = None
    expected_amount: Payable | None = None

    @property
    def expected(self) -> money.Money | None:
        return self.expected_amount.value() if self.expected_amount else None


@router.post(
    "/resolve-refund",
    responses=refusals(
        Forbidden, RightMissing, ApprovalNeeded, OrderNotFound, RefundNotDue, ReferenceMissing
    ),
)
async def resolve_refund(order: Visible, body: Resolving, desk: AtDesk) -> OrderAnswer:
    """Money that is due was paid by hand, or is not paid, by decision; its case ends with that."""
    async with desk.acting(DeskAction.RESOLVE_REFUND, order, body.reason) as act:
        cases = await _cases(desk.services, order, body.case)
        case = _decided_before(cases, body, act) or refund_due(cases)
        act.noted |= {"case": case.key, "resolution": body.resolution}
        if not case.is_open:
            act.amount = await _paid_before(case, body, act)
            return await answer_of(desk, order)
        paid = await _paid(desk.services, order, case, body)
        if paid:
            # What a second person agreed to is an amount, too.
            to_be_due(act.mandate.approved, paid)
            act.spend(paid)
        decision = ResolveRefund(
            resolution=Resolution(body.resolution),
            by=desk.caller.account_id,
            remark_id=act.reason_id,
            reference=body.reference or "",
            mandate=act.mandate,
            amount=paid or body.expected,
        )
        refund = desk.services.temporal.get_workflow_handle(
            workflow_id_of(order.order_id, case.key)
        )
        if not await is_heard(act, refund, "resolve_refund", decision):
            message = "The refund has ended, or is being begun again: look again in a moment."
            raise RefundNotDue(message)
    return await answer_of(desk, order)


async def amount_of_resolution(
    services: Services, order: Order, body: Resolving
) -> money.Money | None:
    """Raises `RefundNotDue`."""
    case = refund_due(await _cases(services, order, body.case))
    return await _paid(services, order, case, body)


async def _paid(
    services: Services, order: Order, case: Case, body: Resolving
) -> money.Money | None:
    """What leaves the platform by it: nothing where it is waived. Raises `RefundNotDue`."""
    resolution = Resolution(body.resolution)
    due = (await purse_of(services, order)).to_decide(case, resolution)
    to_be_due(body.expected, due)
    return due if resolution is Resolution.PAID_BY_HAND else None


async def _paid_before(case: Case, body: Resolving, act: Act) -> money.Money | None:
    """What was paid, unless the audit log has it already: whoever adds it up finds it once.

    Raises `RefundNotDue` where somebody says that it was another amount.
    """
    if case.resolution is not Resolution.PAID_BY_HAND:
        return None
    file = await act.desk.services.money_files.of_order(case.order_id)
    made = [refund.amount for refund in file.attempts_at(case.key) if refund.reference]
    paid = sum(made, money.Money.zero(case.amount.currency))
    if body.expected not in {None, paid}:
        message = f"{paid} of it are written down as paid already, and not {body.expected}."
        raise RefundNotDue(message)
    others = [row for row in act.log if row.action_id != act.action_id and row.amount]
    is_told = any(
        row.outcome is Outcome.DONE and row.after.get("case") == case.key for row in others
    )
    return None if is_told else paid


async def _cases(services: Services, order: Order, key: str | None) -> list[Case]:
    """Of refunds; the one that is named, or all."""
    file = await services.money_files.of_order(order.order_id)
    return [case for case in file.cases if key in (None, case.key) and case.is_of_refund]


def _decided_before(cases: list[Case], body: Resolving, act: Act) -> Case | None:
    """The one that this request has ended already; without a key, what says the same is the same.

    Raises `RefundNotDue` where it may as well mean another one, which is due still.
    """
    for case in cases:
        if not case.is_open and case.remark_id == act.reason_id:
            return case
    decision = (act.mandate.by, body.resolution, body.reference or None)
    for case in cases:
        if decision == (case.resolved_by, case.resolution, case.reference):
            if not any(each.is_open for each in cases):
                return case
            message = "This was decided about one refund, and another is due: name its case."
            raise RefundNotDue(message)
    return None


async def with_its_case(services: Services, order: Order, body: Resolving) -> Resolving:
    """So that what is approved later is about the refund that is due now."""
    due = [case for case in await _cases(services, order, body.case) if case.is_open]
    return body.model_copy(update={"case": due[0].key}) if len(due) == 1 else body
