"""`python -m workers dead-letters list | show | replay | drop`."""

import asyncio
import getpass
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, TypeVar

import typer

from adapters.kafka.dead_letters import DeadLetter, LetterId
from adapters.kafka.topics import BY_NAME
from adapters.settings import KafkaSettings
from workers import letter_box
from workers.commands import commands
from workers.letter_box import Entry
from workers.letter_page import page_of, table_of
from workers.plain_words import settings_of, told_plainly

T = TypeVar("T")

app = commands()

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", show_default=False)]
Topic = Annotated[str | None, typer.Option(help="Only those of this topic.", show_default=False)]
By = Annotated[str, typer.Option(help="Who decides.", default_factory=getpass.getuser)]
Again = Annotated[bool, typer.Option("--again", help="Also what was decided about before.")]


@app.command("list")
def list_letters(
    *,
    topic: Topic = None,
    all_: Annotated[bool, typer.Option("--all", help="Also what was decided about.")] = False,
) -> None:
    """The open letters, by topic, the oldest first."""
    entries = [entry for entry in _read(topic) if all_ or entry.resolution is None]
    none = f"There are no {'' if all_ else 'open '}dead letters."
    typer.echo(table_of(entries) if entries else none)


@app.command()
def show(id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One letter: why it is there, its headers, and what it says."""
    [entry] = _find([id_])
    typer.echo(page_of(entry))


@app.command()
def replay(
    ids: Ids = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Every open letter.")] = False,
    topic: Topic = None,
    again: Again = False,
    by: By,
) -> None:
    """Send what came to its topic again, as it came.

    Who has dealt with it drops it by its id.
    """
    if bool(ids) == all_ or (ids and topic):
        raise typer.BadParameter("Name the letters, or say --all, maybe with a --topic.")
    if all_ and again:
        raise typer.BadParameter("What was decided about before is named by its id: --again.")
    entries = _find(ids) if ids else [each for each in _read(topic) if each.resolution is None]
    letters = _undecided(entries, again=again)
    _outcome(lambda kafka: letter_box.replay(kafka, letters, by=by))
    typer.echo(f"Replayed: {_named(letters)}.")
    if letters:
        typer.echo("Where one fails again, it is a new letter: see `list`.")


@app.command()
def drop(
    ids: Annotated[list[str], typer.Argument(metavar="ID…")],
    *,
    reason: Annotated[str, typer.Option(help="Why nobody needs it.")],
    again: Again = False,
    by: By,
) -> None:
    """Decide that nothing is to come of it."""
    if not reason.strip():
        raise typer.BadParameter("Say why: --reason is empty.")
    letters = _undecided(_find(ids), again=again)
    _outcome(lambda kafka: letter_box.drop(kafka, letters, reason=reason, by=by))
    typer.echo(f"Dropped: {_named(letters)}.")


def _read(topic: str | None) -> list[Entry]:
    names = [topic.removesuffix(".dlt")] if topic else list(BY_NAME)
    if unknown := set(names) - set(BY_NAME):
        raise typer.BadParameter(f"There is no topic {unknown.pop()}: see {', '.join(BY_NAME)}.")
    dead = [BY_NAME[name].dead.name for name in names]
    return list(_outcome(lambda kafka: letter_box.read(kafka, dead)).values())


def _find(ids: Sequence[str]) -> list[Entry]:
    """Each once, in the order given. Ends the command where one is none of a letter."""
    wanted = list(dict.fromkeys(map(_parse, ids)))
    topics = {letter.topic for letter in wanted}
    there = _outcome(lambda kafka: letter_box.read(kafka, topics))
    if missing := [str(letter) for letter in wanted if letter not in there]:
        raise typer.BadParameter(f"There is no dead letter {', '.join(missing)}.")
    return [there[letter] for letter in wanted]


def _parse(text: str) -> LetterId:
    try:
        letter = LetterId.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if letter.topic not in {topic.dead.name for topic in BY_NAME.values()}:
        raise typer.BadParameter(f"There is no dead-letter topic {letter.topic!r}.")
    return letter


def _undecided(entries: Sequence[Entry], *, again: bool) -> list[DeadLetter]:
    """Ends the command where a letter is decided about, and nobody said `again`."""
    decided = [
        f"{entry.letter.id} was {entry.resolution.decision}"
        for entry in entries
        if entry.resolution is not None
    ]
    if decided and not again:
        raise typer.BadParameter(f"{', '.join(decided)} before; --again does it nevertheless.")
    return [entry.letter for entry in entries]


def _named(letters: Sequence[DeadLetter]) -> str:
    return ", ".join(str(letter.id) for letter in letters) or "nothing, because nothing is open"


def _outcome(work: Callable[[KafkaSettings], Coroutine[Any, Any, T]]) -> T:
    kafka = settings_of(KafkaSettings)
    with told_plainly(kafka):
        return asyncio.run(work(kafka))
