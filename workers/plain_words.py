"""What a command for people says where it can't go on, instead of a stack trace. Status 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from adapters import outages
from adapters.kafka.cluster import KAFKA_FAILURES, is_away
from adapters.settings import KafkaSettings
from adapters.telemetry import silence_libraries

S = TypeVar("S", bound=BaseSettings)


def settings_of(kind: type[S]) -> S:
    """Ends the command where the environment does not have them."""
    try:
        return kind()
    except ValidationError as error:
        names: dict[str, list[str]] = {"Not set": [], "Not valid": []}
        for each in error.errors(include_input=False):
            name = f"{kind.model_config['env_prefix']}{each['loc'][0]}".upper()
            names["Not set" if each["type"] == "missing" else "Not valid"].append(name)
        what = "; ".join(f"{what}: {', '.join(those)}" for what, those in names.items() if those)
        give_up(f"{what} (docs/deployment.md#settings)")


@contextmanager
def told_plainly(kafka: KafkaSettings) -> Iterator[None]:
    """Ends the command where Kafka or a database does not answer. Libraries keep quiet."""
    silence_libraries()
    try:
        yield
    except KAFKA_FAILURES as error:
        if is_away(error):
            give_up(f"Kafka does not answer at {kafka.bootstrap} (KAFKA_BOOTSTRAP).")
        give_up(f"Kafka at {kafka.bootstrap} (KAFKA_BOOTSTRAP) refuses: {error!r}")
    except outages.AWAY as error:
        # The lines after the first are about the library.
        give_up(f"The database does not answer: {str(error).splitlines()[0]}")


def give_up(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)
