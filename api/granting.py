"""What administrators make of accounts, written into the audit log around it.

Who gives roles decides who may act for customers, and who the second person may be: so nobody's
role or right changes unseen, an administrator's own neither.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Request

from api.dependencies import Admin, Using
from api.services import Services
from domain.accounts import Account
from domain.desk import AuditRow, DeskAction, Outcome
from domain.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """`request_id` joins the audit log to all other logs."""

    services: Services
    caller: Account
    request_id: str

    @asynccontextmanager
    async def granting(
        self, action: DeskAction, account_id: UUID, *, granted: object
    ) -> AsyncIterator[None]:
        """Write who grants what to whom before it is done, and what came of it.

        Where a part is down in the middle, only that it was asked for is written. Raises what the
        grant raises.
        """
        id_ = uuid4()
        before = await self._standing(account_id)

        async def write(outcome: Outcome, code: str | None = None) -> None:
            asked = outcome is Outcome.ASKED
            after = {} if asked else await self._standing(account_id)
            row = AuditRow(
                action_id=id_,
                at=datetime.now(UTC),
                actor=self.caller.account_id,
                right=None,
                action=action,
                order_id=None,
                remark_id=None,
                approved_by=None,
                amount=None,
                before=before,
                after=after | {"granted": granted},
                request_id=self.request_id,
                outcome=outcome,
                code=code,
            )
            await self.services.audit.append(row)

        await write(Outcome.ASKED)
        try:
            yield
        except DomainError as refusal:
            await write(Outcome.REFUSED, refusal.code())
            raise
        await write(Outcome.DONE)

    async def _standing(self, account_id: UUID) -> dict[str, object]:
        """Ids and codes alone: who it is, is looked up by whoever reads the log."""
        account = await self.services.accounts.find(account_id)
        if account is None:
            return {"account": str(account_id)}
        return {
            "account": str(account_id),
            "roles": sorted(account.roles),
            "support_right": account.support_right,
        }


async def _administrator(request: Request, services: Using, caller: Admin) -> Administrator:
    return Administrator(services=services, caller=caller, request_id=request.state.request_id)


AsAdministrator = Annotated[Administrator, Depends(_administrator)]
