"""The tables of `catalog`: columns and constraints only."""

from sqlalchemy.orm import DeclarativeBase

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES


class Base(DeclarativeBase):
    metadata = metadata("catalog")
    type_annotation_map = TYPES


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"
