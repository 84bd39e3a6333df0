"""A dispute's page in the Temporal UI: what the bank did, and until when we may answer."""

from temporalio import workflow

from workflows import page_parts
from workflows.links import Links
from workflows.page_parts import outside

with workflow.unsafe.imports_passed_through():
    from domain.disputes import Dispute, DisputeState

SENTENCES = {
    DisputeState.OPEN: "The customer's bank took {} back, and asks why.",
    DisputeState.WON: "The bank gave {} back to us.",
    DisputeState.LOST: "The customer keeps {}, at the platform's cost.",
}
_LONGEST_ID = 60


def until(dispute: Dispute) -> str:
    return f"until {dispute.due_by:%d %B %H:%M} UTC" if dispute.due_by else "soon"


def render(dispute: Dispute, *, asks: str, links: Links) -> str:
    """`asks` is for a person."""
    address = links.to_order(dispute.order_id)
    is_open = dispute.state is DisputeState.OPEN
    return page_parts.page(
        page_parts.heading(f"dispute {dispute.state}"),
        SENTENCES[dispute.state].format(dispute.amount),
        asks,
        page_parts.waits_for(f"the bank's decision; answer {until(dispute)}" if is_open else ""),
        page_parts.table(
            {
                "Order": f"`{dispute.order_id}`",
                "Amount": f"**{dispute.amount}**",
                "Dispute": outside(dispute.dispute_id, at_most=_LONGEST_ID),
                "The bank's reason": outside(dispute.reason, at_most=_LONGEST_ID),
                "Opened": f"{dispute.opened_at:%d %b %H:%M} UTC",
            }
        ),
        page_parts.possible("see what happened with the order", address),
    )
