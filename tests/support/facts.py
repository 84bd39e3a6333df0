"""What is known of the orders once traffic has stopped, each part by a witness of its own.

`seen` is what everybody can see from outside; the rest is from behind the API: the tables, Kafka
and the engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from infra.demo.invariants import Facts as Visible
from infra.demo.invariants import OrderFacts as Seen
from infra.demo.invariants import Portions
from infra.demo.sandbox import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A record in Kafka."""

    event_id: UUID
    type: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A workflow as the engine has it: `status` in its words, `shown` in the list of orders.

    `outcome` and `refund` are of its result, and None while it runs.
    """

    status: str
    shown: str
    outcome: str | None = None
    refund: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """One order. `payment` is what the context of payments has, None where it never heard of it.

    `sequences` number its timeline, `events` are in Kafka's order, `told` holds a notification's
    type and audience, `reservation` its state, and `run` is the workflow that its row names.
    """

    seen: Seen
    refund_status: str
    sequences: Sequence[int]
    payment: Balance | None
    events: Sequence[Sent]
    told: Sequence[tuple[str, str]]
    reservation: str | None
    run: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of it. `promised` is the clients' own log: key of a request -> ids it was answered.

    `stocked` and `stock` are of every counted dish, before any order and now. `unpublished` counts
    events that wait for Kafka, `owed` names refunds that are still open.
    """

    promised: Mapping[str, frozenset[UUID]]
    orders: Sequence[OrderFacts]
    stocked: Mapping[str, Portions]
    stock: Mapping[str, Portions]
    unpublished: int
    owed: Sequence[str]

    @property
    def visible(self) -> Visible:
        """As far as it can be seen from outside."""
        promised = {str(order_id) for ids in self.promised.values() for order_id in ids}
        return Visible(
            orders=[order.seen for order in self.orders],
            lost=sorted(promised - {order.seen.view.id for order in self.orders}),
            before={**self.stocked},
            after={**self.stock},
        )
