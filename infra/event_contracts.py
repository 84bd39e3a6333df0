"""`python -m infra.event_contracts FOLDER`: docs/event-contracts.md, from the comments in `protos`.

The comments are where a contract is changed, so the page can't say anything else.
"""

import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from adapters.kafka.topics import TOPICS, EventTopic
from domain.events.envelope import Event

_BUF = str(Path(sys.executable).with_name("buf"))
_HEAD = """# Event contracts

Made of the comments in `protos/` by `make protos`: change them there. What holds of all events, and
how they get to Kafka and from it, is in [events.md](events.md).
"""
# The first fields of every event: tests/adapters/kafka/test_codec.py holds them to be the same.
_ENVELOPE = 6
_COLUMNS = ("| number | field | type | says |", "|---|---|---|---|")
# A message's place in the file that declares it, and a field's in its message: see the comments
# of google/protobuf/descriptor.proto.
_MESSAGE, _FIELD, _SYNTAX = 4, 2, 12
Place = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A file: `says` has its comments, by the place of what they stand before.

    `linked` are the types of all files that the page has a section of: those with fields.
    """

    file: FileDescriptorProto
    topic: EventTopic[Event] | None
    says: dict[Place, str]
    linked: Collection[str]

    @property
    def title(self) -> str:
        return self.topic.name if self.topic else self.file.package

    @property
    def messages(self) -> Iterator[tuple[DescriptorProto, Place]]:
        """What has no fields says all there is to say where it is used."""
        places = ((message, (_MESSAGE, n)) for n, message in enumerate(self.file.message_type))
        return ((message, at) for message, at in places if message.field)

    def is_event(self, message: DescriptorProto) -> bool:
        return self.topic is not None and message.name == self.topic.message.DESCRIPTOR.name


def write_page(path: Path) -> None:
    contracts = _contracts()
    parts = [_HEAD, *_contents(contracts), *_envelope(contracts[0])]
    for contract in contracts:
        parts += _section(contract)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts))


def _contracts() -> Sequence[Contract]:
    """Those of the topics in their order, then what they share."""
    described = (file for file in _described().file if not file.name.startswith("google/"))
    files = {file.name: file for file in described}
    topics = {topic.message.DESCRIPTOR.file.name: topic for topic in TOPICS}
    linked = {
        f".{file.package}.{message.name}"
        for file in files.values()
        for message in file.message_type
        if message.field
    }
    return [
        Contract(
            file=files[name], topic=topics.get(name), says=_comments(files[name]), linked=linked
        )
        for name in [*topics, *sorted(files.keys() - topics.keys())]
    ]


def _described() -> FileDescriptorSet:
    command = [_BUF, "build", "--config", "protos/buf.yaml", "--as-file-descriptor-set", "-o", "-"]
    return FileDescriptorSet.FromString(
        subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    )


def _comments(file: FileDescriptorProto) -> dict[Place, str]:
    return {
        tuple(place.path): " ".join(
            "".join([*place.leading_detached_comments, place.leading_comments]).split()
        )
        for place in file.source_code_info.location
        if place.leading_comments or place.leading_detached_comments
    }


def _contents(contracts: Iterable[Contract]) -> Iterator[str]:
    yield "- [Envelope](#envelope)"
    for contract in contracts:
        messages = ", ".join(_link(message.name) for message, _ in contract.messages)
        yield f"- [`{contract.title}`](#{contract.title.replace('.', '')}): {messages}"
    yield ""


def _link(message: str) -> str:
    return f"[{message}](#{message.lower()})"


def _envelope(contract: Contract) -> Iterator[str]:
    event, at = next(place for place in contract.messages if contract.is_event(place[0]))
    yield from ("## Envelope", "", "Every event begins with it, whatever its topic.", "", *_COLUMNS)
    for number, field in enumerate(event.field[:_ENVELOPE]):
        yield _row(field, (*at, _FIELD, number), contract)
    yield ""


def _section(contract: Contract) -> Iterator[str]:
    yield from (f"## `{contract.title}`", "", contract.says[_SYNTAX,], "")
    if contract.topic:
        yield from (_facts(contract.topic, contract.file.name), "")
    for message, at in contract.messages:
        yield from _message(message, at, contract)


def _facts(topic: EventTopic[Event], file: str) -> str:
    kept = f"{topic.retention.days} days" if topic.retention else "for ever"
    return (
        f"`{topic.message.DESCRIPTOR.name}` of `{file}`; {topic.partitions} partitions, kept"
        f" {kept}; what could not be dealt with is in `{topic.dead.name}`."
    )


def _message(message: DescriptorProto, at: Place, contract: Contract) -> Iterator[str]:
    told = _ENVELOPE if contract.is_event(message) else 0
    yield from (f"### {message.name}", "", contract.says[at], "")
    if told:
        yield from (f"Fields 1 to {told} are the [envelope](#envelope).", "")
    yield from _COLUMNS
    chosen = ""
    for number, field in enumerate(message.field[told:], start=told):
        if _choice(message, field) != chosen:
            chosen = _choice(message, field)
            yield f"| | `{chosen}` | oneof | Exactly one of these: |"
        yield _row(field, (*at, _FIELD, number), contract)
    yield ""


def _choice(message: DescriptorProto, field: FieldDescriptorProto) -> str:
    """The `oneof` that it is one of. What is only optional is the one of its own, says protoc."""
    alone = field.proto3_optional or not field.HasField("oneof_index")
    return "" if alone else message.oneof_decl[field.oneof_index].name


def _row(field: FieldDescriptorProto, at: Place, contract: Contract) -> str:
    said = contract.says.get(at) or _of_type(field.type_name, contract)
    return f"| {field.number} | `{field.name}` | {_type_of(field, contract)} | {said} |"


def _of_type(name: str, contract: Contract) -> str:
    """What a type of the same file says of itself, where the field says nothing."""
    names = [f".{contract.file.package}.{each.name}" for each in contract.file.message_type]
    return contract.says[_MESSAGE, names.index(name)]


def _type_of(field: FieldDescriptorProto, contract: Contract) -> str:
    name = field.type_name.rpartition(".")[2]
    if not name:
        name = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    elif field.type_name in contract.linked:
        name = _link(name)
    elif field.type_name.startswith(f".{contract.file.package}."):
        name = f"{name}, no fields"
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"{name}, any number"
    return f"{name}, or unset" if field.proto3_optional else name


if __name__ == "__main__":
    write_page(Path(sys.argv[1]) / "docs" / "event-contracts.md")
