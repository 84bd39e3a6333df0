"""A refund's page in the Temporal UI: whose money is where, and what there is to do about it."""

from datetime import datetime

from temporalio import workflow

from workflows.markdown import escape
from workflows.search_attributes import ATTENTION_REASON, REFUND_STATUS

with workflow.unsafe.imports_passed_through():
    from domain.payments import OrderPayment, Owed, OweMoney

_LINES_SHOWN = 8
_LIMIT = 2_000
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"

_SENTENCES = {
    Owed.HELD: "What is held on the customer's card has to be released.",
    Owed.CAPTURED: "The customer gets all the money of the order back.",
    Owed.PART: "The customer gets a part of the money back.",
}
_TO_DO = (
    "it is tried again by itself until it works. To try at once: More Actions, Send an Update, "
    "**retry\\_refund\\_now**. Where the customer was paid in another way, or is not to be paid, "
    "say so on the support page; look first whether Stripe has the refund after all."
)


class RefundPage:
    """What is known so far. Every change is published at once; that costs no history."""

    def __init__(self, owed: OweMoney) -> None:
        self._owed = owed
        self._heading = "REFUND"
        self._payment: OrderPayment | None = None
        self._attention = ""
        self._next_try: datetime | None = None
        self._story: list[str] = []

    def tell(self, sentence: str) -> None:
        """Add a line to what happened; `sentence` holds no unescaped outside text."""
        self._story.append(f"{workflow.now():%d %b %H:%M:%S} {sentence}")
        self._publish()

    def show(self, heading: str, payment: OrderPayment) -> None:
        self._heading, self._payment = heading, payment
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(payment.refund_status.value)])
        self._publish()

    def alarm(self, reason: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self._attention != reason:
            workflow.upsert_search_attributes([ATTENTION_REASON.value_set(reason)])
            self._attention = reason
            self.tell(escape(reason))

    def calm(self) -> None:
        if self._attention:
            workflow.upsert_search_attributes([ATTENTION_REASON.value_unset()])
            self._attention = ""
            self._publish()

    def waits_until(self, at: datetime | None) -> None:
        self._next_try = at
        self._publish()

    def render(self) -> str:
        parts = [f"## {self._heading}", _SENTENCES[self._owed.owed]]
        if self._attention:
            parts.append(f"> **To do:** {_TO_DO}")
        parts += ["", *self._table(), "", "### What happened (UTC)"]
        parts += [f"- {line}" for line in self._story[-_LINES_SHOWN:]]
        return "\n".join(parts)[:_LIMIT]

    def _table(self) -> list[str]:
        part, payment = self._owed.part, self._payment
        facts = {
            "Order": f"`{self._owed.order_id}`",
            "Amount": f"**{self._owed.amount}**",
            "Why": str(part.reason).replace("_", " ") if part else "the order ended",
            "Paid by": str(part.liable) if part else "the platform",
            "Given back so far": str(payment.refunded) if payment else "",
            "Next look": f"{self._next_try:%d %b %H:%M:%S}" if self._next_try else "",
        }
        rows = [f"| {label}{_GAP} | {value} |" for label, value in facts.items() if value]
        return ["| | |", "|---|---|", *rows]

    def _publish(self) -> None:
        workflow.set_current_details(self.render())
