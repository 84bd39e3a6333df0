"""Run by Alembic, once per context, on what adapters/postgres/migrate.py hands over."""

from alembic import context

settings = context.config.attributes
context.configure(
    connection=settings["connection"],
    target_metadata=settings["metadata"],
    version_table_schema=settings["metadata"].schema,
    include_schemas=True,
    include_name=lambda name, kind, _: kind != "schema" or name == settings["metadata"].schema,
)
with context.begin_transaction():
    context.run_migrations()
