"""A refund's page in the Temporal UI: whose money is where, and what there is to do about it."""

from datetime import datetime
from uuid import UUID

from temporalio import workflow

from workflows import page_parts
from workflows.attention import Attention, Urgency
from workflows.links import of_this_workflow
from workflows.markdown import escape
from workflows.search_attributes import REFUND_STATUS

with workflow.unsafe.imports_passed_through():
    from domain.money import Money
    from domain.payments import OrderPayment, RefundStatus
    from domain.refunds import Owed, OweMoney

_SENTENCES = {
    Owed.HELD: "What is held on the customer's card has to be released.",
    Owed.CAPTURED: "The customer gets all the money of the order back.",
    Owed.PART: "The customer gets a part of the money back.",
}
_DONE = {
    RefundStatus.NONE: "Nothing is owed to the customer.",
    RefundStatus.FULL: "The customer has all the money back.",
    RefundStatus.PARTIAL: "The customer has this part of the money back.",
}
_TO_DO = (
    "it is tried again by itself until it works. To try at once: *Retry the step now* on the "
    "support page. Where the customer was paid in another way, or is not to be paid, say so there "
    "too; look first whether Stripe has the refund after all."
)
_DUE = "try the refund now · paid by hand, or not paid · change the case's owner or deadline"
_AT = "%d %b %H:%M:%S"


class RefundPage:
    """What is known so far. Every change is published at once; that costs no history."""

    def __init__(self, owed: OweMoney) -> None:
        self._owed = owed
        self._heading = "refund"
        self._payment: OrderPayment | None = None
        self.attention = Attention(self.tell)
        self._waits = ""
        self._case: tuple[UUID | None, datetime] | None = None
        self._is_over = False
        self._story: list[str] = []
        self._links = of_this_workflow()

    def tell(self, sentence: str) -> None:
        """Add a line to what happened; `sentence` holds no unescaped outside text."""
        self._story.append(f"{workflow.now():{_AT}} {sentence}")
        self._publish()

    def show(self, payment: OrderPayment) -> None:
        self._heading, self._payment = f"refund {payment.refund_status}", payment
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(payment.refund_status.value)])
        self._publish()

    def alarm(self, reason: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self.attention.alarm(reason, _TO_DO, urgency=Urgency.MONEY):
            self.tell(escape(reason))

    def calm(self) -> None:
        if self.attention.calm():
            self._publish()

    def show_case(self, owner: UUID | None, deadline: datetime) -> None:
        """Whose it is, None for the whole support desk, and until when."""
        self._case = owner, deadline
        self._publish()

    def close_case(self) -> None:
        self._case = None
        self._publish()

    def wait(self, what: str, until: datetime) -> None:
        self._waits = page_parts.waiting(what, until, "it looks by itself")
        self._publish()

    def end(self, sentence: str) -> None:
        self._waits, self._is_over = "", True
        self.tell(sentence)

    def render(self) -> str:
        address = self._links.to_order(self._owed.order_id)
        return page_parts.page(
            page_parts.heading(self._heading),
            self._sentence(),
            self.attention.render(),
            page_parts.waits_for(self._waits),
            page_parts.table(self._facts()),
            page_parts.possible(_DUE if self._case else "", address),
            page_parts.links(
                {
                    "Support page": address,
                    "Restaurant's orders": self._links.to_restaurant(self._owed.restaurant_id),
                }
            ),
            story=self._story,
        )

    def _sentence(self) -> str:
        if self._is_over and self._payment and self._payment.refund_status in _DONE:
            return _DONE[self._payment.refund_status]
        if self._owed.keep:
            return f"The customer gets all the money of the order back but {self._owed.keep}."
        return _SENTENCES[self._owed.owed]

    def _facts(self) -> dict[str, str]:
        part, payment = self._owed.part, self._payment
        return {
            "Order": f"`{self._owed.order_id}`",
            "Amount": f"**{self._owed.amount}**",
            "Why": str(part.reason).replace("_", " ") if part else "the order ended",
            "Paid by": str(part.liable) if part else "the platform",
            "Authorized": str(payment.authorized) if payment else "",
            "Captured": str(payment.captured) if payment else "",
            "Refunded": str(payment.refunded) if payment else "",
            "Kept by agreement": str(self._owed.keep or ""),
            "Due": str(self._due),
            "Case": self._whose_case(),
        }

    @property
    def _due(self) -> Money:
        """What is not back yet; of a hold, what is not released yet."""
        owed, payment = self._owed, self._payment
        nothing = Money.zero(owed.amount.currency)
        if self._is_over:
            return nothing
        if payment is None or owed.part:
            return owed.amount
        left = payment.authorized + payment.captured - payment.refunded - (owed.keep or nothing)
        return max(left, nothing, key=lambda money: money.amount)

    def _whose_case(self) -> str:
        if self._case is None:
            return ""
        owner, deadline = self._case
        whose = f"`{owner}`" if owner else "the whole support desk"
        return f"of {whose}, until {deadline:%d %b %H:%M} UTC"

    def _publish(self) -> None:
        workflow.set_current_details(self.render())
