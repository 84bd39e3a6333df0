"""The tables of `identity` for logins that another issuer vouches for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from adapters.postgres.identity.tables import AccountRow, Base


class ExternalIdentityRow(Base):
    """`issuer` and `subject` are the `iss` and `sub` of the issuer's tokens."""

    __tablename__ = "external_identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UsedNonceRow(Base):
    """Kept until it has expired, and could not be used again anyway."""

    __tablename__ = "used_nonces"

    nonce: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
