"""What support writes into an order's timeline itself, where no workflow of it does."""

from api.support.desk import Desk
from domain.orders import Actor, NoteOnTimeline, Order, step_key


async def note_on(desk: Desk, order: Order, step: str, *, event: str, detail: str) -> None:
    """The same `step` of an order is one line of it, however often it is written."""
    note = NoteOnTimeline(
        order_id=order.order_id,
        key=step_key(order.order_id, step),
        event=event,
        actor=Actor.SUPPORT,
        detail=detail,
    )
    await desk.services.orders.note(note)
