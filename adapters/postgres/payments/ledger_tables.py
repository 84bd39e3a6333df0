"""The tables of the double-entry ledger. Triggers keep postings balanced and unchanged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from adapters.postgres.payments.tables import Base
from domain.ledger import PostingKind


class PostingRow(Base):
    """One movement of money, once per `key`; its entries sum to zero. Append-only."""

    __tablename__ = "postings"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[UUID]
    kind: Mapped[PostingKind]
    currency: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index(None, "order_id"),
    )


class EntryRow(Base):
    """One side of a posting: minor units, positive is a debit. Append-only.

    `currency` and `at` are the posting's, so that an account's statement is one index range.
    """

    __tablename__ = "entries"

    posting_id: Mapped[int] = mapped_column(ForeignKey(PostingRow.id), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    currency: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index(None, "account", "at", postgresql_include=["amount", "currency"]),
    )
