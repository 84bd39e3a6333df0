"""Ready-made views of the Temporal UI's list of workflows: their queries stand here alone.

The UI keeps views in the browser, word for word, so that none can mean "today": one that names a
day is right on that day, and is written anew whenever it is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

# What the list shows of each workflow: the UI's own columns, and search attributes.
COLUMNS = (
    "Status",
    "AttentionReason",
    "OrderStatus",
    "RefundStatus",
    "Amount",
    "Workflow ID",
    "Start",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`query` is a list filter of Temporal's (https://docs.temporal.io/list-filter)."""

    name: str
    query: str

    def link(self, workflows_url: str) -> str:
        """Opening it shows the view, and saves it in that browser under its name."""
        asked = urlencode({"query": self.query, "savedQuery": self.name})
        return f"{workflows_url}?{asked}"


ATTENTION = View(
    name="Attention needed", query='AttentionReason IS NOT NULL AND ExecutionStatus = "Running"'
)


def ready_made(today: date) -> Iterator[View]:
    """`today` is the day in UTC that "declined today" means."""
    yield ATTENTION
    yield View(name="Refund due", query='WorkflowType = "RefundWorkflow" AND RefundStatus = "due"')
    yield View(name="Kitchen late", query='AttentionReason = "Kitchen late"')
    yield View(
        name="Courier missing",
        query=(
            'AttentionReason IN ("No courier", "Ready, and nobody fetches it", '
            '"Courier silent with the food")'
        ),
    )
    ended = 'OrderStatus IN ("payment_failed", "rejected")'
    yield View(name="Declined today", query=f'{ended} AND CloseTime >= "{today}T00:00:00Z"')


def of_restaurant(restaurant_id: UUID, name: str = "This restaurant") -> View:
    return View(name=name, query=f'RestaurantId = "{restaurant_id}"')
