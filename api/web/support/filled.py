"""A form as somebody of support has filled it in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import uuid4

from api.idempotency import Idempotency, hash_of
from api.support.actions import ACTIONS, Doable
from api.support.desk import Desk
from api.web.support.case_actions import CASE_ACTIONS
from api.web.support.dossier import Dossier
from api.web.support.fields import Field, Given, body_of, told
from api.web.support.forms import ActionForm
from api.web.support.names import ids_for
from api.web.support.refusals import Refusal
from api.web.support.typed import one
from domain.orders import Order

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What is asked for. `key` is as old as the form, so that a form sent twice is one request."""

    form: ActionForm
    read: Dossier
    fields: Sequence[Field]
    given: Given
    key: str
    desk: Desk

    @classmethod
    def of(cls, form: ActionForm, read: Dossier, given: Given, desk: Desk) -> Self:
        return cls(
            form=form,
            read=read,
            fields=form.fields(read),
            given=given,
            key=key_of(given),
            desk=desk,
        )

    @property
    def order(self) -> Order:
        return self.read.order

    @property
    def doable(self) -> Doable:
        return {**ACTIONS, **CASE_ACTIONS}[self.form.action]

    @property
    def said(self) -> Iterator[tuple[str, str]]:
        return told(self.fields, self.given)

    async def body(self) -> dict[str, object]:
        """As JSON. Raises `Unreadable`, and `AccountNotFound` where nobody is so called."""
        given = body_of(
            (*self.fields, *self.form.shown), self.given, self.order.quote.total.currency
        )
        return await ids_for(self.desk.services, self.fields, given)

    def keyed(self, body: dict[str, object]) -> Desk:
        return replace(self.desk, idempotency=Idempotency(self.key, hash_of(body)))

    def key_after(self, refusal: Refusal) -> str:
        """For the form that is shown again: only what may have been done is asked once more."""
        return self.key if refusal.is_unsure else new_key()


def key_of(given: Given) -> str:
    key = one(given, "key")
    return key if _KEY.fullmatch(key) else new_key()


def new_key() -> str:
    return uuid4().hex
