"""The page of a run of reconciliation in the Temporal UI, for support staff."""

from collections.abc import Mapping, Sequence

from temporalio import workflow

from workflows import page_parts
from workflows.links import NOWHERE, Links
from workflows.markdown import escape

with workflow.unsafe.imports_passed_through():
    from domain.audit import Tally
    from domain.differences import Difference, Kind

_SHOWN = 8
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"

NAMES = {
    Kind.MISSED_WEBHOOK: "news of Stripe's that was missed",
    Kind.HOLD_DIFFERS: "held at Stripe otherwise than here",
    Kind.CAPTURE_UNKNOWN: "taken at Stripe, not here",
    Kind.REFUND_UNKNOWN: "given back at Stripe, not here",
    Kind.REFUND_RETURNED: "refund returned by the bank",
    Kind.DISPUTE_UNKNOWN: "dispute that is new or decided",
    Kind.WORKFLOW_LOST: "order without its workflow",
    Kind.ROW_BEHIND: "order that shows old sums",
    Kind.STOCK_HELD: "dishes held by an ended order",
    Kind.HELD_WITHOUT_FOOD: "money held without food",
    Kind.KEPT_WITHOUT_FOOD: "money kept without food",
    Kind.KEPT_TOO_LITTLE: "less kept than agreed",
    Kind.REFUND_ABANDONED: "refund that nobody makes",
    Kind.CASE_ABANDONED: "case that nobody tries",
    Kind.LEDGER_DIFFERS: "ledger that differs",
    Kind.ROW_MISSING: "money of an order that is gone",
    Kind.STRANGERS_MONEY: "money of nobody",
    Kind.UNKNOWN_CHARGE: "charge besides the order's own",
    Kind.DELIVERED_UNPAID: "food that nobody paid",
    Kind.UNSETTLED: "money that was not divided",
}
"""A kind in a few plain words."""


def render(
    tally: Tally,
    *,
    doing: str,
    remaining: Sequence[Difference],
    asks: str = "",
    links: Links = NOWHERE,
) -> str:
    """`doing` is what the run does now, and empty once it is done; `asks` is for a person."""
    left = sum(tally.remaining.values())
    return page_parts.page(
        page_parts.heading("reconciling" if doing else f"{left} remain" if left else "all agrees"),
        f"{tally.looked_at} orders were looked at. {doing}".rstrip(),
        asks,
        _table(tally),
        "### What remains" if remaining else "",
        *(_line(each, links) for each in remaining[:_SHOWN]),
    )


def _line(difference: Difference, links: Links) -> str:
    """It leads to where somebody decides about it."""
    order_id = difference.order_id
    page = links.to_order(order_id) if difference.has_order else links.to_case(difference.key)
    named = page_parts.links({str(order_id): page}) or f"`{order_id}`"
    return f"- {named} {escape(difference.words)}"


def _table(tally: Tally) -> str:
    """By kind: how many were found new, were mended, and remain."""
    kinds = [kind for kind in Kind if any(kind in each for each in (tally.found, tally.remaining))]
    if not kinds:
        return ""
    rows = [
        f"| {NAMES[kind]}{_GAP} | {_count(tally.found, kind)} | {_count(tally.repaired, kind)} |"
        f" {_count(tally.remaining, kind)} |"
        for kind in kinds
    ]
    return "\n".join(["| | found | mended | remain |", "|---|---|---|---|", *rows])


def _count(counts: Mapping[str, int], kind: Kind) -> int:
    return counts.get(kind, 0)
