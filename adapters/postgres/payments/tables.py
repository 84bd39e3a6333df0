"""The tables of `payments`: columns and constraints only."""

from sqlalchemy.orm import DeclarativeBase

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES


class Base(DeclarativeBase):
    metadata = metadata("payments")
    type_annotation_map = TYPES


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"
