"""The contexts: each with a schema, a role, a DSN and migrations of its own."""

from adapters.postgres.catalog import tables as catalog
from adapters.postgres.delivery import tables as delivery
from adapters.postgres.identity import external_tables  # noqa: F401 - for its tables.
from adapters.postgres.identity import tables as identity
from adapters.postgres.notifications import tables as notifications
from adapters.postgres.ordering import tables as ordering
from adapters.postgres.payments import casework_tables, ledger_tables  # noqa: F401 - for their tables.
from adapters.postgres.payments import tables as payments
from adapters.postgres.support import finding_tables  # noqa: F401 - for its table.
from adapters.postgres.support import tables as support

CONTEXTS = {
    "identity": identity.Base.metadata,
    "catalog": catalog.Base.metadata,
    "ordering": ordering.Base.metadata,
    "payments": payments.Base.metadata,
    "delivery": delivery.Base.metadata,
    "notifications": notifications.Base.metadata,
    "support": support.Base.metadata,
}
"""Schema name -> its tables."""

WITH_OUTBOX = [name for name, tables in CONTEXTS.items() if f"{name}.outbox" in tables.tables]
"""What support does is told by the contexts in which it has its effect."""
