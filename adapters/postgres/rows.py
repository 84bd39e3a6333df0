"""What the tables of every context agree on."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text

TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True), str: Text()}
"""Times carry a zone, strings have no length: the `type_annotation_map` of each context's base."""
