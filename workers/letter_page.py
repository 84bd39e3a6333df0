"""Dead letters as text: a table of many, and a page of one."""

from collections.abc import Sequence
from datetime import datetime

from adapters.kafka.codec import Undecodable
from adapters.kafka.readable import as_hex, as_json
from adapters.kafka.record import Record
from adapters.kafka.topics import BY_NAME
from workers.letter_box import Entry

_COLUMNS = ("ID", "TOPIC", "PARTITION", "OFFSET", "CONSUMER", "ATTEMPTS", "FIRST FAILED", "REASON")


def table_of(entries: Sequence[Entry]) -> str:
    """What was decided about those that are not open stands before their reason."""
    rows = [_COLUMNS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def page_of(entry: Entry) -> str:
    letter, failure = entry.letter, entry.letter.failure
    facts = {
        "letter": str(letter.id),
        "came from": f"{letter.record.topic}, partition {letter.partition}, offset {letter.offset}",
        "key": _text(letter.record.key),
        "given up by": f"{failure.consumer}, at attempt {failure.attempts}",
        "first failed": _time(failure.first_failed_at),
        "given up at": _time(failure.dead_at),
        "reason": failure.reason,
        "decision": _decision(entry) or "none: it is open",
    }
    headers = {name: _text(value) for name, value in letter.record.headers}
    return "\n\n".join(
        [_listed(facts), f"Headers\n{_listed(headers)}", f"Value\n{_value(letter.record)}"]
    )


def _row(entry: Entry) -> tuple[str, ...]:
    letter, failure = entry.letter, entry.letter.failure
    decision = _decision(entry)
    reason = " ".join(failure.reason.split())
    return (
        str(letter.id),
        letter.record.topic,
        str(letter.partition),
        str(letter.offset),
        failure.consumer,
        str(failure.attempts),
        _time(failure.first_failed_at),
        f"[{decision}] {reason}" if decision else reason,
    )


def _decision(entry: Entry) -> str:
    made = entry.resolution
    if made is None:
        return ""
    why = f": {made.reason}" if made.reason else ""
    return f"{made.decision} by {made.by} at {_time(made.at)}{why}"


def _value(record: Record) -> str:
    topic = BY_NAME[record.topic]
    try:
        return as_json(topic, record.value)
    except Undecodable as reason:
        name = topic.message.DESCRIPTOR.full_name
        return f"No {name}: {reason}\n{as_hex(record.value)}"


def _listed(facts: dict[str, str]) -> str:
    width = max(map(len, facts), default=0)
    return "\n".join(f"  {name.ljust(width)}  {text}".rstrip() for name, text in facts.items())


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="backslashreplace")


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
