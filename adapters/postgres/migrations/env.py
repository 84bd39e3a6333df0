"""Run by Alembic, once per context, on what adapters/postgres/migrate.py hands over."""

from alembic import context

settings = context.config.attributes
SCHEMA: str = settings["metadata"].schema


def _ours(name: str | None, kind: str, _: object) -> bool:
    if kind == "schema":
        return name == SCHEMA
    # Made by `NOTIFY` in adapters/postgres/outbox.py, with the trigger it belongs to.
    return name != "ix_outbox_unpublished"


context.configure(
    connection=settings["connection"],
    target_metadata=settings["metadata"],
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=_ours,
)
with context.begin_transaction():
    context.run_migrations()
