"""What the workflows' pages in the Temporal UI are made of: blocks of Markdown.

The UI sends a page back and forth in an address, so it has at most 2,000 characters. It is cut
between blocks and between lines only: half a link or half a table would show as rubbish.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from workflows.markdown import escape

LIMIT = 2_000
_LINES_SHOWN = 8
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"


def page(*blocks: str, story: Sequence[str] = ()) -> str:
    """The blocks, and below them what happened last.

    Empty blocks are left out, as are those that do not fit any more, and the story's oldest lines.
    """
    text = ""
    for block in blocks:
        longer = f"{text}\n\n{block}" if text else block
        if block and len(longer) <= LIMIT:
            text = longer
    return _with_story(text, story[-_LINES_SHOWN:])


def _with_story(text: str, story: Sequence[str]) -> str:
    for first in range(len(story)):
        lines = [f"- {line}" for line in story[first:]]
        longer = "\n".join([text, "", "### What happened (UTC)", *lines])
        if len(longer) <= LIMIT:
            return longer
    return text


def heading(status: str) -> str:
    return f"## {status.replace('_', ' ').upper()}"


def table(facts: Mapping[str, str]) -> str:
    """One row a fact; those that are empty are left out."""
    rows = [f"| {label}{_GAP} | {value} |" for label, value in facts.items() if value]
    return "\n".join(["| | |", "|---|---|", *rows])


def links(addresses: Mapping[str, str]) -> str:
    """On one line, by their words; those without an address are left out."""
    return " · ".join(f"[{words}]({address})" for words, address in addresses.items() if address)


def waiting(what: str, until: datetime | None = None, then: str = "") -> str:
    """What is waited for, until when, and what happens then."""
    deadline = f" until {until:%H:%M} UTC" if until else ""
    return f"{what}{deadline}{f', then {then}' if then else ''}"


def waits_for(what: str) -> str:
    return f"**Waits for** {what}." if what else ""


def possible(actions: str, address: str) -> str:
    """What a person may do, and the page where they do it, if that is known."""
    linked = links({actions: address}) or actions
    return f"**You can now** {linked}" if actions else ""


def outside(text: str, *, at_most: int) -> str:
    """Text that somebody typed: harmless, and no longer than so many of its characters."""
    return escape(text if len(text) <= at_most else f"{text[: at_most - 1]}…")
