"""The delivery's page in the Temporal UI: what a person sees who asks where the food is.

It holds ids, amounts and times only, so there is nothing in it to escape.
"""

from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow

from workflows import page_parts
from workflows.attention import Attention
from workflows.links import NOWHERE, Links

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import DeliverOrder, DeliveryState

_SENTENCES = {
    DeliveryState.OFFERED: "Couriers near the restaurant are asked, the nearest first.",
    DeliveryState.ASSIGNED: "A courier claimed it, and has to pick the food up.",
    DeliveryState.PICKED_UP: "The courier is on the way to the customer.",
    DeliveryState.DELIVERED: "The customer has the food.",
    DeliveryState.FAILED: "The food did not reach the customer. The order is cancelled.",
    DeliveryState.CANCELLED: "The order was called off.",
}
_POSSIBLE = {
    DeliveryState.OFFERED: "name a courier · give more time · cancel the order",
    DeliveryState.ASSIGNED: "change the courier · give more time · cancel the order",
    DeliveryState.PICKED_UP: "call the courier · give more time · cancel the order",
}


class DeliveryPage:
    """What is known so far. Every change is published at once; that costs no history."""

    def __init__(self, errand: DeliverOrder, links: Links = NOWHERE) -> None:
        self._errand = errand
        self._links = links
        self._state = DeliveryState.OFFERED
        self._courier_id: UUID | None = None
        self._ready_at: datetime | None = None
        self._waits: tuple[str, datetime, str] | None = None
        self.attention = Attention(self.tell)
        self._story: list[str] = []

    def tell(self, sentence: str) -> None:
        self._story.append(f"{workflow.now():%H:%M:%S} {sentence}")
        self._publish()

    def show(self, state: DeliveryState, courier_id: UUID | None, sentence: str) -> None:
        """A new state: what somebody had to do about the old one is over."""
        self._state, self._courier_id, self._waits = state, courier_id, None
        self.calm()
        self.tell(sentence)

    def ready(self, at: datetime) -> None:
        self._ready_at = at
        self.tell("The food is ready.")

    def wait(self, what: str, until: datetime, *, then: str) -> None:
        """Say what is waited for, until when, and what happens then."""
        self._waits = (what, until, then)
        self._publish()

    def extend(self, more: timedelta) -> None:
        """What is waited for has so much longer, by support."""
        if self._waits:
            what, until, then = self._waits
            self._waits = (what, until + more, then)
        self.tell(f"Support gives it {more // timedelta(minutes=1)} minutes more.")

    def alarm(self, reason: str, to_do: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self.attention.alarm(reason, to_do):
            self.tell(f"{reason}.")

    def calm(self) -> None:
        if self.attention.calm():
            self._publish()

    @property
    def waits_for(self) -> str:
        """What for, and until when; empty where it waits for nothing."""
        if self._waits is None:
            return ""
        what, until, then = self._waits
        return page_parts.waiting(what, until, then)

    def render(self) -> str:
        return page_parts.page(
            page_parts.heading(self._state),
            _SENTENCES[self._state],
            self.attention.render(),
            page_parts.waits_for(self.waits_for),
            page_parts.table(self._facts()),
            page_parts.possible(_POSSIBLE.get(self._state, ""), self._support_page),
            page_parts.links(
                {
                    "Support page": self._support_page,
                    "Restaurant's orders": self._links.to_restaurant(self._errand.restaurant_id),
                }
            ),
            story=self._story,
        )

    def _facts(self) -> dict[str, str]:
        ready = self._ready_at
        return {
            "Order": f"`{self._errand.order_id}`",
            "Restaurant": f"`{self._errand.restaurant_id}`",
            "Courier": f"`{self._courier_id}`" if self._courier_id else "nobody",
            "Food": f"ready since {ready:%H:%M}" if ready else self._promise(),
            "Fee": f"**{self._errand.fee}**",
        }

    @property
    def _support_page(self) -> str:
        return self._links.to_order(self._errand.order_id)

    def _promise(self) -> str:
        return f"promised for {self._errand.ready_by:%H:%M}"

    def _publish(self) -> None:
        workflow.set_current_details(self.render())
