"""Accounts and logins made where the API would make them, without the password's 64 MiB each.

Registering and logging in have their own tests; everybody else only needs to be somebody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.sessions import SessionRepository
from adapters.tokens import AccessTokens, Bearer
from domain.accounts import Account, Role
from tests.support.rest import Person

# Of a password that nobody knows: making one takes a core for 150 ms.
_NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=1$WtxIy20QbQ1I1/4o0+JpqA"
    "$GEqHelYwX0bgfMJL0ccRWlZav+lk2U/7KMVDdDfB3Cg"
)


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
        await self.accounts.add(account, _NOBODYS_HASH)
        return await self.login_of(
            Person(http=self.http, id=str(account.account_id), email=account.email)
        )

    async def login_of(self, person: Person) -> Person:
        """Once more, beside the logins they have."""
        now = datetime.now(UTC)
        session = await self.sessions.begin(UUID(person.id), now=now)
        token = self.tokens.issue(Bearer(session.account_id, session.session_id), now=now)
        return replace(person, token=token, refresh_token=session.refresh_token)


@contextmanager
def lasting_logins() -> Iterator[None]:
    """Access tokens that are issued meanwhile outlive the run: nobody renews them in its course."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("adapters.tokens.LIFETIME", timedelta(hours=24))
        yield
