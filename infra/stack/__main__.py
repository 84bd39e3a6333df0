"""`python -m infra.stack up | down | env | install | clean`."""

import asyncio
import shutil
import time
from contextlib import suppress
from enum import StrEnum
from signal import SIGTERM
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.text import Text

from infra.stack import catalog, records
from infra.stack.install import install
from infra.stack.interrupts import interruptible
from infra.stack.screen import Screen, welcome
from infra.stack.settings import StackSettings
from infra.stack.site import Site
from infra.stack.stack import Stack
from infra.stack.trouble import tell_trouble

# What a stack makes in its data folder, and so all that may be deleted there.
MADE = ("kafka", "logs", "mail", "postgres", "redis", "secrets", "stripe-sandbox", "temporal")
STOP_WITHIN = 60.0

app = typer.Typer(add_completion=False, help="The local stack.", no_args_is_help=True)


class Part(StrEnum):
    SERVERS = "servers"


@app.command()
def up(
    only: Annotated[Part | None, typer.Option(help="Without the project's own.")] = None,
) -> None:
    """Start everything and keep it running until Ctrl-C."""
    tell_trouble(lambda: install(typer.echo))
    tell_trouble(lambda: asyncio.run(interruptible(_up(StackSettings(), only=only))))


@app.command()
def down() -> None:
    """End the stack of this DATA_DIR, or what a killed one left."""
    data_dir = StackSettings().data_dir
    if pid := records.supervisor(data_dir):
        # If it has to be killed in the end, the kernel ends its children with it.
        records.end(psutil.Process(pid), SIGTERM, within=STOP_WITHIN)
    if left := records.end_leftovers(data_dir):
        typer.echo(f"Ended what was left: {', '.join(left)}.")
    typer.echo("Stopped." if pid or left else "Nothing runs.")


@app.command("env")
def print_environment() -> None:
    """Print what its processes read, for `eval "$(…)"`."""
    for line in Site(StackSettings()).exports():
        typer.echo(line)


@app.command("install")
def install_missing(
    *,
    tests: Annotated[bool, typer.Option(help="And Caddy, Chromium and promtool.")] = False,
    proofs: Annotated[bool, typer.Option(help="Those, and Go.")] = False,
) -> None:
    """Install the servers, if they are missing."""
    tell_trouble(lambda: install(typer.echo, tests=tests, proofs=proofs))


@app.command()
def clean() -> None:
    """End the stack of this DATA_DIR and delete its data."""
    down()
    data_dir = StackSettings().data_dir
    for name in MADE:
        # Postgres' may be a link to a folder its user may enter.
        shutil.rmtree((data_dir / name).resolve(), ignore_errors=True)
        if (data_dir / name).is_symlink():
            (data_dir / name).unlink()
    (data_dir / records.LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        data_dir.rmdir()


async def _up(settings: StackSettings, *, only: Part | None) -> None:
    began = time.monotonic()
    with Screen(Console()) as screen:
        async with Stack(settings, changed=screen.show) as stack:
            await stack.start(catalog.servers(stack.site) if only else None)
            took = time.monotonic() - began
            screen.tell(Text(f"Ready in {took:.1f} s.") if only else welcome(stack.site, took=took))
            await asyncio.Event().wait()


if __name__ == "__main__":
    app()
