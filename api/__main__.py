"""`python -m api` serves; `grant` and `bootstrap-admin` make the first administrators;
`unlock` lets somebody log in again.
"""

import asyncio
from typing import Annotated

import typer

from adapters.settings import DatabaseSettings, IdentitySettings
from adapters.telemetry import configure_logging
from adapters.tracing import exporting
from api import administrators, server
from api.app import create_app
from api.services import Settings
from domain.accounts import Role
from domain.desk import Right

commands = typer.Typer(help="The HTTP API.")


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    if context.invoked_subcommand:
        return
    configure_logging("api")
    settings = Settings()
    with exporting("api"):
        server.serve(create_app(settings), settings.api)


@commands.command()
def grant(
    email: str,
    role: Role,
    right: Annotated[Right | None, typer.Option(help="How far support may go.")] = None,
) -> None:
    """Give the role to the account with this e-mail address."""
    if right and role is not Role.SUPPORT:
        message = "A right goes with the role support only."
        raise typer.BadParameter(message, param_hint="--right")
    asyncio.run(administrators.grant(DatabaseSettings(), email, role, right=right))


@commands.command()
def unlock(email: str) -> None:
    """Let the account with this e-mail address log in now, however often somebody guessed at it."""
    asyncio.run(administrators.unlock(DatabaseSettings(), IdentitySettings(), email))


@commands.command()
def bootstrap_admin(
    email: str = typer.Option(..., envvar="ADMIN_EMAIL"),
    password: str = typer.Option(..., envvar="ADMIN_PASSWORD"),
) -> None:
    """Make the account with the roles admin and support, or give it those roles."""
    asyncio.run(administrators.bootstrap(DatabaseSettings(), email, password))


commands()
