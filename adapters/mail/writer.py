"""Finds out what a queued mail needs: whom it is to, and what is in it."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from adapters.mail.letters import Letters
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.password_resets import PasswordResets
from adapters.postgres.ordering.orders import OrderRepository
from domain.accounts import Account
from domain.mail import EmailTemplate, QueuedEmail


class Writer:
    """Names, addresses and tokens are looked up at the last moment, and kept nowhere."""

    def __init__(
        self,
        letters: Letters,
        *,
        accounts: AccountRepository,
        orders: OrderRepository,
        resets: PasswordResets,
    ) -> None:
        self._letters = letters
        self._accounts = accounts
        self._orders = orders
        self._resets = resets

    async def write(self, email: QueuedEmail, *, now: datetime) -> EmailMessage | None:
        """None where there is nobody to write to. Raises `LookupError` without its order."""
        person = await self._accounts.find(email.account_id)
        if person is None or not person.email:
            return None
        return self._letters.write(email, person, await self._facts(email, person, now))

    async def _facts(
        self, email: QueuedEmail, person: Account, now: datetime
    ) -> Mapping[str, object]:
        if email.template is EmailTemplate.RECEIPT:
            order = await self._orders.find(UUID(email.params["order_id"]))
            if order is None:
                message = "The order of this receipt is not there."
                raise LookupError(message)
            return {"order": order}
        if email.template is EmailTemplate.PASSWORD_RESET:
            return {"token": await self._resets.issue(person.account_id, now=now)}
        return {}
