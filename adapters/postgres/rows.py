"""What the tables of every context agree on."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy import Enum as OneOf

_ONE_OF = OneOf(
    Enum,
    # A CHECK instead of a type of Postgres: a value is added or removed in one transaction.
    native_enum=False,
    create_constraint=True,
    length=64,
    values_callable=lambda members: [member.value for member in members],
)

TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True), str: Text(), Enum: _ONE_OF}
"""The `type_annotation_map` of each context's base.

Times carry a zone, strings have no length, and a column of an enum holds its values only.
"""
