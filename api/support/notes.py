"""What support wants to remember about an order."""

from fastapi import APIRouter

from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.support.asking import answer_of, is_order_heard
from api.support.desk import AtDesk, Reasoned
from api.support.timeline import note_on
from domain.desk import DeskAction
from domain.errors import Forbidden, OrderNotFound, RightMissing
from domain.progress import AddNote

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class Noting(Reasoned):
    """`reason` is the note."""


@router.post("/notes", responses=refusals(Forbidden, RightMissing, OrderNotFound))
async def add_note(order: Visible, body: Noting, desk: AtDesk) -> OrderAnswer:
    """Support reads its text; the timeline, which customers see, says only that there is one.

    Where the order's customer was erased, no text is kept.
    """
    async with desk.acting(DeskAction.ADD_NOTE, order, body.reason) as act:
        note = AddNote(remark_id=act.reason_id, mandate=act.mandate)
        if not await is_order_heard(act, order, "add_note", note):
            # Its workflow is closed, so nobody else writes into its timeline any more. The step is
            # the one that it would have written, and may have.
            await note_on(
                desk,
                order,
                f"note:{act.reason_id}",
                event="note_added",
                detail="Support wrote a note.",
            )
    return await answer_of(desk, order)
