"""The tables of `identity`: columns and constraints only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, func, literal_column, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
from domain.accounts import Role
from domain.desk import Right


class Base(DeclarativeBase):
    metadata = metadata("identity")
    type_annotation_map = TYPES


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"


class AccountRow(Base):
    """`email` is kept in lower case, so that one address is one account.

    An erased account keeps its row, because orders name it, and nothing of the person.
    `forgotten_at`: since when no other context has anything of them either. `phone_digits` is
    `phone` as `adapters.phones.dialled` has it, to be found by.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower"),
        CheckConstraint(
            "CASE WHEN erased_at IS NULL THEN email IS NOT NULL AND forgotten_at IS NULL "
            "ELSE num_nonnulls(email, phone, phone_digits, password_hash) = 0 AND name = '' END",
            name="erased_is_nobody",
        ),
        Index(
            "ix_accounts_unforgotten",
            "erased_at",
            postgresql_where=text("erased_at IS NOT NULL AND forgotten_at IS NULL"),
        ),
        # For support, who has the beginning of an address or the end of a number.
        Index(
            "ix_accounts_email_beginning",
            "email",
            postgresql_ops={"email": "text_pattern_ops"},
        ),
        Index(
            "ix_accounts_phone_ending",
            literal_column("reverse(phone_digits)").label("ending"),
            postgresql_ops={"ending": "text_pattern_ops"},
        ),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    name: Mapped[str]
    phone: Mapped[str | None]
    phone_digits: Mapped[str | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class AccountRoleRow(Base):
    __tablename__ = "account_roles"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role.value) for role in Role)})", name="role"),
    )

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(primary_key=True)


class SupportRightRow(Base):
    """How far somebody of support may go; without a row, all the way."""

    __tablename__ = "support_rights"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), primary_key=True
    )
    right: Mapped[Right]


class RestaurantStaffRow(Base):
    """Whose staff somebody is. The restaurant itself is in the catalogue, beyond our reach."""

    __tablename__ = "restaurant_staff"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), primary_key=True
    )
    restaurant_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class AddressRow(Base):
    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        Index(None, "account_id", "created_at", "address_id"),
    )

    address_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(AccountRow.account_id, ondelete="CASCADE"))
    label: Mapped[str | None]
    line1: Mapped[str]
    line2: Mapped[str | None]
    city: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    instructions: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SessionRow(Base):
    """One login: the family of the refresh tokens that follow one another from it."""

    __tablename__ = "sessions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class RefreshTokenRow(Base):
    """`token_hash` is the token's SHA-256: who reads the table can't log in with it.

    A token that was used has its `successor`'s hash. `answered_at`: when the answer with the
    successor had left us; without it, nobody may have got the answer.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index(
            "uq_refresh_tokens_unused",
            "session_id",
            unique=True,
            postgresql_where=text("used_at IS NULL"),
        ),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey(SessionRow.session_id, ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    successor: Mapped[bytes | None]
    answered_at: Mapped[datetime | None]


class PasswordResetRow(Base):
    """A mailed token that sets a new password, once. Kept like a refresh token: as its hash."""

    __tablename__ = "password_resets"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey(AccountRow.account_id, ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]


class LoginAttemptRow(Base):
    """Wrong passwords: for an account from a client's address, for either alone (the other is '').

    Both are keyed hashes, `account` of its e-mail address, whether there is one or not. `passed_at`
    is when the right password last came from there.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        # For pruning: of these a day is enough.
        Index(
            "ix_login_attempts_never_passed",
            "tried_at",
            postgresql_where=text("passed_at IS NULL"),
        ),
    )

    account: Mapped[bytes] = mapped_column(primary_key=True)
    place: Mapped[bytes] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    tried_at: Mapped[datetime] = mapped_column(index=True)
    waits_until: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
