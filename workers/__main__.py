"""`python -m workers orders | payments | delivery | notifications | outbox | events`."""

from enum import StrEnum
from importlib import import_module

import typer

from workers.process import run


class Kind(StrEnum):
    """Each is the module of its name: the first four serve a task queue of Temporal's."""

    ORDERS = "orders"
    PAYMENTS = "payments"
    DELIVERY = "delivery"
    NOTIFICATIONS = "notifications"
    OUTBOX = "outbox"
    EVENTS = "events"


def main(kind: Kind) -> None:
    """Run one worker process until SIGTERM."""
    # Only what this process needs is imported: the relay knows nothing of Stripe.
    run(kind, import_module(f"workers.{kind}").work)


typer.run(main)
