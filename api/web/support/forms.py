"""The forms of an order's page: what each action asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.web.support.asked import (
    DEADLINE,
    MINUTES,
    OWNER,
    REASON,
    REASON_OF_THE_END,
    REFERENCE,
    RESOLUTION,
    who_pays,
)
from api.web.support.dossier import Dossier
from api.web.support.fields import Choice, Field, Kind
from domain.casework import Case
from domain.desk import DeskAction
from domain.money import Money
from domain.orders import Order, OrderLine
from domain.proposals import DeskFacts
from domain.refunds import Liable


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionForm:
    """`slug` is the end of its address, as REST calls it too; `fields` are made for an order.

    `shown` nobody fills in: it says what the page has shown, so that it is done so, or not at all.
    """

    slug: str
    action: DeskAction
    title: str
    fields: Callable[[Dossier], Sequence[Field]]
    shown: tuple[Field, ...] = ()


_DUE = Field(name="expected_amount", label="Due", kind=Kind.MONEY, required=False)
_TOTAL = Field(name="expected_total", label="Total", kind=Kind.MONEY, required=False)


def _of_facts(
    fields: Callable[[DeskFacts], Sequence[Field]],
) -> Callable[[Dossier], Sequence[Field]]:
    return lambda dossier: fields(dossier.facts)


def _only_why(_: Dossier) -> Sequence[Field]:
    return (REASON,)


def _note(_: Dossier) -> Sequence[Field]:
    return (Field(name="reason", label="Note", kind=Kind.LONG),)


def _refund(facts: DeskFacts) -> Sequence[Field]:
    order = facts.order
    parties = [liable for liable in Liable if liable is not Liable.COURIER or order.courier_id]
    return (
        Field(
            name="amount",
            label=f"Amount in {order.quote.total.currency}",
            kind=Kind.MONEY,
            required=False,
            hint="Or tick dishes below. With neither, all that is left is given back.",
        ),
        Field(
            name="line_ids",
            label="Dishes",
            kind=Kind.CHECKS,
            required=False,
            choices=_dishes(order),
        ),
        who_pays(parties),
        REASON,
    )


def _dishes(order: Order) -> tuple[Choice, ...]:
    """What was paid. A dish that stands in several lines, as with notes, has one box for all."""
    paid: dict[UUID, list[OrderLine]] = {}
    for line in order.lines:
        if not line.unavailable:
            paid.setdefault(line.menu_item_id, []).append(line)
    nothing = Money.zero(order.quote.total.currency)
    return tuple(
        Choice(
            str(dish),
            f"{sum(line.quantity for line in lines)} × {lines[0].name}, "
            f"{sum((line.line_total for line in lines), nothing)}",
        )
        for dish, lines in paid.items()
    )


def _resolve(facts: DeskFacts) -> Sequence[Field]:
    return (
        *_which(facts.refund_cases(None), facts.purse.due),
        RESOLUTION,
        REFERENCE,
        REASON,
    )


def _move(dossier: Dossier) -> Sequence[Field]:
    return (
        *_which(_open(dossier)),
        OWNER,
        DEADLINE,
        REASON,
    )


def _decide(dossier: Dossier) -> Sequence[Field]:
    return (*_which([case for case in _open(dossier) if not case.is_of_refund]), REASON)


def _reassign(dossier: Dossier) -> Sequence[Field]:
    has_courier = dossier.delivery is not None and dossier.delivery.courier_id is not None
    anybody = (Choice("", "Whoever is near, but not the courier who has it"),)
    couriers = tuple(
        Choice(
            str(courier.courier_id),
            f"{dossier.people.get(courier.courier_id, 'A courier')} ({courier.vehicle})",
        )
        for courier in dossier.available
    )
    return (
        Field(
            name="courier_id",
            label="Give it to",
            kind=Kind.CHOICE,
            required=False,
            choices=(*(anybody if has_courier else ()), *couriers),
        ),
        REASON,
    )


def _extend(_: Dossier) -> Sequence[Field]:
    return (MINUTES, REASON)


def _cancel(facts: DeskFacts) -> Sequence[Field]:
    return (
        Field(
            name="keep",
            label=f"Fee that the customer still pays, in {facts.order.quote.total.currency}",
            kind=Kind.MONEY,
            required=False,
            hint="Empty: they get everything back.",
        ),
        REASON_OF_THE_END,
    )


def _open(dossier: Dossier) -> list[Case]:
    return [case for case in dossier.money.cases if case.is_open]


def _which(
    cases: Sequence[Case], amount: Callable[[Case], Money] = lambda case: case.amount
) -> Sequence[Field]:
    """`amount` is what it is about now: of a refund it may be less than when its case began."""
    choices = tuple(Choice(case.key, f"{amount(case)}: {case.why}") for case in cases)
    return (Field(name="case", label="Case", kind=Kind.CHOICE, choices=choices),)


APPROVABLE: Mapping[DeskAction, Callable[[DeskFacts], Sequence[Field]]] = {
    DeskAction.REFUND: _refund,
    DeskAction.RESOLVE_REFUND: _resolve,
    DeskAction.CANCEL: _cancel,
}
"""Of what a second person may be asked for. A dossier is more, and asks the engine too."""

FORMS = {
    form.slug: form
    for form in (
        ActionForm(
            slug="retry", action=DeskAction.RETRY, title="Retry the step now", fields=_only_why
        ),
        ActionForm(
            slug="refunds",
            action=DeskAction.REFUND,
            title="Give money back",
            fields=_of_facts(_refund),
        ),
        ActionForm(
            slug="resolve-refund",
            action=DeskAction.RESOLVE_REFUND,
            title="Refund paid by hand, or waived",
            fields=_of_facts(_resolve),
            shown=(_DUE,),
        ),
        ActionForm(
            slug="move-case",
            action=DeskAction.MOVE_CASE,
            title="Change a case's owner or deadline",
            fields=_move,
        ),
        ActionForm(
            slug="decide-case",
            action=DeskAction.DECIDE_CASE,
            title="Close a case of reconciliation",
            fields=_decide,
        ),
        ActionForm(
            slug="reassign-courier",
            action=DeskAction.REASSIGN_COURIER,
            title="Reassign or drop the courier",
            fields=_reassign,
        ),
        ActionForm(
            slug="extend-deadline",
            action=DeskAction.EXTEND_DEADLINE,
            title="Extend the deadline",
            fields=_extend,
        ),
        ActionForm(
            slug="cancel",
            action=DeskAction.CANCEL,
            title="Cancel the order",
            fields=_of_facts(_cancel),
        ),
        ActionForm(
            slug="order-again",
            action=DeskAction.ORDER_AGAIN,
            title="Order again for the customer",
            fields=_only_why,
            shown=(_TOTAL,),
        ),
        ActionForm(
            slug="resend-confirmation",
            action=DeskAction.RESEND_CONFIRMATION,
            title="Resend the confirmation",
            fields=_only_why,
        ),
        ActionForm(slug="notes", action=DeskAction.ADD_NOTE, title="Add a note", fields=_note),
    )
}
"""By slug, in the order in which the page offers them."""

TITLES = {form.action: form.title for form in FORMS.values()}
