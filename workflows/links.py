"""Links from a workflow's page in the Temporal UI to where people act.

Their beginnings come in the memo: who starts a workflow knows them, and children get a copy. A
workflow that was started without them has no links.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from temporalio import workflow

_DESK, _STRIPE = "desk", "stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """`desk` is where support's pages are, `stripe` the payments in Stripe's dashboard.

    Each address is empty where its beginning is not known, or what it leads to.
    """

    desk: str = ""
    stripe: str = ""

    @property
    def memo(self) -> Mapping[str, str]:
        """For whoever starts a workflow: the order's, its delivery's, a refund's or a dispute's."""
        return {_DESK: self.desk.rstrip("/"), _STRIPE: self.stripe.rstrip("/")}

    def to_order(self, order_id: UUID) -> str:
        """The order's page on the support desk, where people act."""
        return f"{self.desk}/support/orders/{order_id}" if self.desk else ""

    def to_case(self, key: str) -> str:
        """The page of a case that is of no order, where it is decided."""
        return f"{self.desk}/support/cases/{quote(key, safe='')}" if self.desk else ""

    def to_restaurant(self, restaurant_id: UUID) -> str:
        """The support desk, with this restaurant's orders."""
        return f"{self.desk}/support?restaurant_id={restaurant_id}" if self.desk else ""

    def to_payment(self, payment_intent_id: str) -> str:
        known = self.stripe and payment_intent_id
        return f"{self.stripe}/{payment_intent_id}" if known else ""


NOWHERE = Links()


def of_this_workflow() -> Links:
    """As the memo has them."""
    return Links(desk=_noted(_DESK), stripe=_noted(_STRIPE))


def _noted(key: str) -> str:
    return workflow.memo_value(key, "", type_hint=str)
