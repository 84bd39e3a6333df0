"""`python -m adapters.postgres migrate | check | revision CONTEXT MESSAGE`."""

import typer
from pydantic import SecretStr

from adapters.postgres import migrate as migrations
from adapters.settings import DatabaseSettings

app = typer.Typer(help="The databases of the contexts.", no_args_is_help=True)


@app.command()
def migrate(admin_dsn: str = typer.Option(..., envvar="ADMIN_DSN")) -> None:
    """Make the roles and schemas that are missing, and upgrade every context."""
    migrations.migrate(SecretStr(admin_dsn), DatabaseSettings())


@app.command()
def check() -> None:
    """Fail where a context's tables differ from its database."""
    migrations.check(DatabaseSettings())


@app.command()
def revision(context: str, message: str) -> None:
    """Write a migration for what changed in a context's tables."""
    migrations.revision(DatabaseSettings(), context, message)


app()
