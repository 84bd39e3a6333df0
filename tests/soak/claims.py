"""What must hold of all events, whatever was killed meanwhile: pure functions over the evidence.

Each yields a sentence for what does not hold.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from adapters.kafka.topics import ORDERS, RESTAURANTS, STOCK
from domain.announcements import announcements, restaurant_announcements, stock_announcements
from domain.events.envelope import Event
from domain.events.payments import PaymentEventType
from domain.notifications import Notification
from tests.soak.evidence import GROUPS, Arrived, Entry, Evidence

# What the order's timeline says of the events of other contexts; of the rest it says nothing.
_SILENT = {PaymentEventType.STARTED, PaymentEventType.SETTLED}
_SAID = {
    **{str(type_): str(type_) for type_ in PaymentEventType if type_ not in _SILENT},
    "delivery_assigned": "courier_assigned",
    "delivery_released": "courier_released",
    "delivery_failed": "delivery_failed",
}
_NEWS: dict[str, Callable[..., list[Notification]]] = {
    ORDERS.name: announcements,
    STOCK.name: stock_announcements,
    RESTAURANTS.name: restaurant_announcements,
}

Complaints = Iterator[str]


def violations(evidence: Evidence) -> list[str]:
    """Everything that does not hold; empty is what a test wants."""
    return [complaint for claim in CLAIMS for complaint in claim(evidence)]


def all_that_was_written_arrived(evidence: Evidence) -> Complaints:
    """At least once under its one id, and nothing else did."""
    for topic in evidence.arrived.keys() | evidence.written.keys():
        written = evidence.written.get(topic, frozenset())
        arrived = {each.event.event_id for each in evidence.arrived.get(topic, ())}
        yield from (f"{topic}: {id_} never arrived." for id_ in written - arrived)
        yield from (f"{topic}: nobody wrote {id_}." for id_ in arrived - written)


def repeats_are_the_same(evidence: Evidence) -> Complaints:
    for topic, arrived in evidence.arrived.items():
        values = defaultdict[UUID, set[bytes]](set)
        for each in arrived:
            values[each.event.event_id].add(each.value)
        for id_, different in values.items():
            if len(different) > 1:
                yield f"{topic}: {id_} says {len(different)} different things."


def every_version_came_in_order(evidence: Evidence) -> Complaints:
    """1 to n by first occurrences, and n is what the row has."""
    for topic, versions in evidence.versions.items():
        found = _by_aggregate(evidence.arrived[topic])
        for id_ in found.keys() | versions.keys():
            arrived, last = found.get(id_, []), versions.get(id_, 0)
            came = [*dict.fromkeys(each.event.aggregate_version for each in arrived)]
            if came != [*range(1, last + 1)]:
                yield f"{topic}: {id_} is at version {last}, and {came} came."
            if len({each.partition for each in arrived}) > 1:
                yield f"{topic}: {id_} is in several partitions."


def timelines_say_it_once(evidence: Evidence) -> Complaints:
    due = Counter(
        Entry(order_id=event.aggregate_id, event=said, at=event.occurred_at)
        for topic in GROUPS["timeline"]
        for event in evidence.events(topic.name)
        if (said := _SAID.get(str(event.type))) and event.aggregate_id in evidence.orders
    )
    for entry in due.keys() | evidence.entries.keys():
        if (times := evidence.entries[entry]) != due[entry]:
            yield f"{entry.order_id}: its timeline has {entry.event} {times} times."


def people_are_told_once(evidence: Evidence) -> Complaints:
    """No dedupe key is there twice: the table forbids it."""
    due = {
        news.dedupe_key
        for topic in GROUPS["notifications"]
        for event in evidence.events(topic.name)
        for news in _NEWS[topic.name](event)
    }
    yield from (f"Nobody was told {key}." for key in sorted(due - evidence.told))
    yield from (f"Somebody was told {key} of no event." for key in sorted(evidence.told - due))


def inboxes_have_what_had_an_effect(evidence: Evidence) -> Complaints:
    for group, topics in GROUPS.items():
        due = {
            event.event_id
            for topic in topics
            for event in evidence.events(topic.name)
            if _has_effect(topic.name, event)
        }
        inbox = evidence.inboxes[group]
        yield from (f"{group} has not dealt with {id_}." for id_ in due - inbox)
        yield from (f"{group} has dealt with {id_}, an event of nobody." for id_ in inbox - due)


def no_letter_is_dead(evidence: Evidence) -> Complaints:
    yield from (
        f"{topic}: {count} dead letters." for topic, count in evidence.dead.items() if count
    )


CLAIMS: tuple[Callable[[Evidence], Complaints], ...] = (
    all_that_was_written_arrived,
    repeats_are_the_same,
    every_version_came_in_order,
    timelines_say_it_once,
    people_are_told_once,
    inboxes_have_what_had_an_effect,
    no_letter_is_dead,
)


def _has_effect(topic: str, event: Event) -> bool:
    if news := _NEWS.get(topic):
        return bool(news(event))
    return str(event.type) in _SAID


def _by_aggregate(arrived: Sequence[Arrived]) -> dict[UUID, list[Arrived]]:
    found = defaultdict[UUID, list[Arrived]](list)
    for each in arrived:
        found[each.event.aggregate_id].append(each)
    return found
