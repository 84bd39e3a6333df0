"""`python -m infra.event_contracts FOLDER`: docs/event-contracts.md, from the comments in `protos`.

The comments are where a contract is changed, so the page can't say anything else.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
# A message's place in the file that declares it, and a field's in its message: see the comments
# of google/protobuf/descriptor.proto.
_MESSAGE, _FIELD, _SYNTAX = 4, 2, 12
Place = tuple[int, ...]


class Comments(NamedTuple):
    """By the place of what they stand before (the file's own: `syntax`), and by type."""

    places: dict[Place, str]
    types: dict[str, str]


def write_page(path: Path) -> None:
    files = {file.name: file for file in _described().file}
    topics = {topic.message.DESCRIPTOR.file.name: topic for topic in TOPICS}
    shared = [file for name, file in files.items() if name not in {*topics, *_foreign(files)}]
    sections = [_section(files[name], topic) for name, topic in topics.items()]
    sections += [_section(file, None) for file in shared]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([_HEAD, *sections]))


def _described() -> FileDescriptorSet:
    command = [_BUF, "build", "--config", "protos/buf.yaml", "--as-file-descriptor-set", "-o", "-"]
    return FileDescriptorSet.FromString(
        subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    )


def _foreign(files: dict[str, FileDescriptorProto]) -> Iterator[str]:
    return (name for name in files if name.startswith("google/"))


def _section(file: FileDescriptorProto, topic: EventTopic[Event] | None) -> str:
    comments = _comments(file)
    title = f"`{topic.name}`" if topic else f"`{file.package}`"
    lines = [f"## {title}", "", comments.places[_SYNTAX,], ""]
    if topic:
        lines += [_facts(topic, file.name), ""]
    for number, message in enumerate(file.message_type):
        # What has no fields says all there is to say where it is used.
        if message.field:
            lines += _message(message, (_MESSAGE, number), comments)
    return "\n".join(lines)


def _facts(topic: EventTopic[Event], file: str) -> str:
    kept = f"{topic.retention.days} days" if topic.retention else "for ever"
    return (
        f"`{topic.message.DESCRIPTOR.name}` of `{file}`; {topic.partitions} partitions, kept"
        f" {kept}; what could not be dealt with is in `{topic.dead.name}`."
    )


def _message(message: DescriptorProto, at: Place, comments: Comments) -> list[str]:
    rows = []
    for number, field in enumerate(message.field):
        said = comments.places.get((*at, _FIELD, number)) or comments.types.get(field.type_name, "")
        rows.append(f"| {field.number} | `{field.name}` | {_type_of(field)} | {said} |")
    head = ["| | field | type | |", "|---|---|---|---|"]
    return [f"### {message.name}", "", comments.places.get(at, ""), "", *head, *rows, ""]


def _type_of(field: FieldDescriptorProto) -> str:
    name = field.type_name.rpartition(".")[2]
    if not name:
        name = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"{name}, any number"
    return f"{name}, or unset" if field.proto3_optional else name


def _comments(file: FileDescriptorProto) -> Comments:
    places = {
        tuple(place.path): " ".join(
            "".join([*place.leading_detached_comments, place.leading_comments]).split()
        )
        for place in file.source_code_info.location
        if place.leading_comments or place.leading_detached_comments
    }
    types = {
        f".{file.package}.{message.name}": places[_MESSAGE, number]
        for number, message in enumerate(file.message_type)
        if (_MESSAGE, number) in places
    }
    return Comments(places, types)


if __name__ == "__main__":
    write_page(Path(sys.argv[1]) / "docs" / "event-contracts.md")
