"""Who an account is at Stripe, and which methods are attached there."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import Database
from adapters.postgres.payments.tables import CustomerRow, PaymentMethodRow
from domain.charges import AttachedMethod


class CustomerRepository:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, account_id: UUID) -> str | None:
        """Stripe's id of the account's Customer."""
        async with self._database.transaction() as session:
            return (await session.scalars(_customer(account_id))).one_or_none()

    async def method(self, account_id: UUID, given: str) -> AttachedMethod | None:
        """What was attached as `given` to the account's Customer."""
        query = (
            select(PaymentMethodRow, CustomerRow.stripe_customer_id)
            .join(CustomerRow)
            .where(CustomerRow.account_id == account_id, PaymentMethodRow.given == given)
        )
        async with self._database.transaction() as session:
            found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        row, customer = found
        return AttachedMethod(id=row.stripe_method_id, customer=customer, type=row.type)

    async def keep(self, account_id: UUID, stripe_customer_id: str) -> str:
        """The account's Customer from now on: this one, or the one that was kept before it."""
        kept = insert(CustomerRow).values(
            account_id=account_id, stripe_customer_id=stripe_customer_id
        )
        async with self._database.transaction() as session:
            await session.execute(kept.on_conflict_do_nothing())
            return (await session.scalars(_customer(account_id))).one()

    async def keep_method(self, account_id: UUID, given: str, method: AttachedMethod) -> None:
        kept = insert(PaymentMethodRow).values(
            account_id=account_id, given=given, stripe_method_id=method.id, type=method.type
        )
        async with self._database.transaction() as session:
            await session.execute(kept.on_conflict_do_nothing())


def _customer(account_id: UUID) -> Select[str]:
    return select(CustomerRow.stripe_customer_id).where(CustomerRow.account_id == account_id)
