"""`python -m api` serves; `grant` and `bootstrap-admin` make the first administrators."""

import asyncio

import typer
import uvicorn

from adapters.settings import DatabaseSettings
from adapters.telemetry import configure_logging
from api import administrators
from api.app import create_app
from api.services import Settings
from domain.accounts import Role

commands = typer.Typer(help="The HTTP API.")


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    if context.invoked_subcommand:
        return
    configure_logging("api")
    settings = Settings()
    uvicorn.run(
        create_app(settings),
        host=settings.api.host,
        port=settings.api.port,
        loop="uvloop",
        # Ours has ids and is JSON; uvicorn's would show query strings.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=15,
    )


@commands.command()
def grant(email: str, role: Role) -> None:
    """Give the role to the account with this e-mail address."""
    asyncio.run(administrators.grant(DatabaseSettings(), email, role))


@commands.command()
def bootstrap_admin(
    email: str = typer.Option(..., envvar="ADMIN_EMAIL"),
    password: str = typer.Option(..., envvar="ADMIN_PASSWORD"),
) -> None:
    """Make the account with the roles admin and support, or give it those roles."""
    asyncio.run(administrators.bootstrap(DatabaseSettings(), email, password))


commands()
