"""Accounts and logins made where the API would make them, without the password's 64 MiB each.

Registering and logging in have their own tests; everybody else only needs to be somebody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.sessions import SessionRepository
from adapters.tokens import AccessTokens, Bearer
from domain.accounts import Account, Role
from tests.support.rest import Person


@dataclass(frozen=True)
class People:
    http: httpx.AsyncClient
    accounts: AccountRepository
    sessions: SessionRepository
    tokens: AccessTokens

    async def join(self, *roles: Role, **given: Any) -> Person:
        """Somebody new, logged in."""
        now = datetime.now(UTC)
        defaults: dict[str, Any] = {
            "account_id": uuid4(),
            "email": f"{uuid4().hex}@example.com",
            "name": "Abebe",
            "phone": None,
            "roles": list(roles),
            "restaurants": [],
            "created_at": now,
        }
        account = Account(**(defaults | given))
        await self.accounts.add(account, "no password opens this")
        session = await self.sessions.begin(account.account_id, now=now)
        return Person(
            http=self.http,
            token=self.tokens.issue(Bearer(account.account_id, session.session_id), now=now),
            id=str(account.account_id),
            email=account.email,
            refresh_token=session.refresh_token,
        )
