"""The fields that the form of one order and that of many have in common."""

from collections.abc import Iterable
from dataclasses import replace

from api.web.support.fields import Choice, Field, Kind
from domain.refunds import Liable

REASON = Field(
    name="reason",
    label="Reason",
    kind=Kind.LONG,
    hint="For colleagues: it stays with your name in the log.",
)

REASON_OF_THE_END = replace(
    REASON,
    hint="The customer, the restaurant and the courier read it as why the order ended. "
    "It stays with your name in the log.",
)

MINUTES = Field(name="minutes", label="Minutes more", kind=Kind.MINUTES, value="10")

RESOLUTION = Field(
    name="resolution",
    label="What was decided",
    kind=Kind.CHOICE,
    choices=(Choice("paid_by_hand", "Paid by hand"), Choice("waived", "Not paid, by decision")),
)

OWNER = Field(
    name="owner",
    label="E-mail of the new owner",
    kind=Kind.PERSON,
    required=False,
    hint="Empty: it stays with whom it is.",
)

DEADLINE = Field(name="deadline", label="New deadline (UTC)", kind=Kind.MOMENT, required=False)

REFERENCE = Field(
    name="reference",
    label="Reference of the payment",
    required=False,
    hint="Needed where it was paid by hand: the number of the transfer, as SEPA 2027-01-07/118. "
    "No names, and nothing about the customer: it stays with what was paid.",
)


def who_pays(parties: Iterable[Liable]) -> Field:
    return Field(
        name="liable",
        label="Who pays for it",
        kind=Kind.CHOICE,
        choices=tuple(Choice(each, each.capitalize()) for each in parties),
    )
