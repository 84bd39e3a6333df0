"""What support asks of a running order, beside ending it and giving its kitchen more time."""

from uuid import UUID

from temporalio import workflow

from workflows.confirmation import Confirmation
from workflows.order_page_text import waits_for
from workflows.retrying import retry_steps
from workflows.row import OrderRow

with workflow.unsafe.imports_passed_through():
    from domain.progress import AddNote


class OrderDesk:
    """The text of a note stays in Postgres: its id says that there is one."""

    def __init__(self, row: OrderRow, confirmation: Confirmation) -> None:
        self._row = row
        self._confirmation = confirmation
        self._notes: set[UUID] = set()

    async def retry(self) -> list[str]:
        """Raises `IllegalTransition` where no step fails."""
        page = self._row.page
        return await retry_steps("The order", waits_for=waits_for(page), tell=page.tell)

    async def resend_confirmation(self) -> None:
        number = await self._confirmation.tell_again()
        await self._row.note(
            "confirmation_resent",
            key=f"confirmation:{number}",
            detail="Support sent the confirmation again.",
        )

    async def add_note(self, note: AddNote) -> None:
        if note.remark_id in self._notes:
            return
        self._notes.add(note.remark_id)
        await self._row.note(
            "note_added", key=f"note:{note.remark_id}", detail="Support wrote a note."
        )
        self._row.page.note()
