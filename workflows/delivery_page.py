"""The delivery's page in the Temporal UI: what a person sees who asks where the food is.

It holds ids, amounts and times only, so there is nothing in it to escape.
"""

from datetime import datetime
from uuid import UUID

from temporalio import workflow

from workflows.search_attributes import ATTENTION_REASON

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import DeliverOrder, DeliveryState

_LINES_SHOWN = 8
_LIMIT = 2_000
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"

_SENTENCES = {
    DeliveryState.OFFERED: "Couriers near the restaurant are asked, the nearest first.",
    DeliveryState.ASSIGNED: "A courier claimed it, and has to pick the food up.",
    DeliveryState.PICKED_UP: "The courier is on the way to the customer.",
    DeliveryState.DELIVERED: "The customer has the food.",
    DeliveryState.FAILED: "The food did not reach the customer. The order is cancelled.",
    DeliveryState.CANCELLED: "The order was called off.",
}


class DeliveryPage:
    """What is known so far. Every change is published at once; that costs no history."""

    def __init__(self, errand: DeliverOrder) -> None:
        self._errand = errand
        self._state = DeliveryState.OFFERED
        self._courier_id: UUID | None = None
        self._ready_at: datetime | None = None
        self._attention = ""
        self._to_do = ""
        self._story: list[str] = []

    def tell(self, sentence: str) -> None:
        self._story.append(f"{workflow.now():%H:%M:%S} {sentence}")
        self._publish()

    def show(self, state: DeliveryState, courier_id: UUID | None, sentence: str) -> None:
        """A new state: what somebody had to do about the old one is over."""
        self._state, self._courier_id = state, courier_id
        self.calm()
        self.tell(sentence)

    def ready(self, at: datetime) -> None:
        self._ready_at = at
        self.tell("The food is ready.")

    def alarm(self, reason: str, to_do: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self._attention != reason:
            workflow.upsert_search_attributes([ATTENTION_REASON.value_set(reason)])
            self._attention, self._to_do = reason, to_do
            self.tell(f"{reason}.")

    def calm(self) -> None:
        if self._attention:
            workflow.upsert_search_attributes([ATTENTION_REASON.value_unset()])
            self._attention = self._to_do = ""
            self._publish()

    def render(self) -> str:
        heading = self._state.value.replace("_", " ").upper()
        parts = [f"## {heading}", _SENTENCES[self._state]]
        if self._to_do:
            parts.append(f"> **To do:** {self._to_do}")
        parts += ["", *self._table(), "", "### What happened (UTC)"]
        parts += [f"- {line}" for line in self._story[-_LINES_SHOWN:]]
        return "\n".join(parts)[:_LIMIT]

    def _table(self) -> list[str]:
        ready = self._ready_at
        facts = {
            "Order": f"`{self._errand.order_id}`",
            "Restaurant": f"`{self._errand.restaurant_id}`",
            "Courier": f"`{self._courier_id}`" if self._courier_id else "nobody",
            "Food": f"ready since {ready:%H:%M}" if ready else self._promise(),
            "Fee": f"**{self._errand.fee}**",
        }
        rows = [f"| {label}{_GAP} | {value} |" for label, value in facts.items()]
        return ["| | |", "|---|---|", *rows]

    def _promise(self) -> str:
        return f"promised for {self._errand.ready_by:%H:%M}"

    def _publish(self) -> None:
        workflow.set_current_details(self.render())
