"""What a restaurant earned on a day."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, TypeAdapter

from api.dependencies import Staffed, Using
from api.money import Currency
from api.openapi import refusals
from api.pages import Paged
from domain import ledger, money
from domain.errors import Forbidden, RestaurantNotFound
from domain.ledger import Line, PostingKind

router = APIRouter(tags=["restaurants"])

_PLACE: TypeAdapter[tuple[datetime, int]] = TypeAdapter(tuple[datetime, int])


class Earning(BaseModel):
    """Minor units: above zero is earned, below zero is taken back."""

    amount: int
    currency: Currency

    @classmethod
    def of(cls, entry: money.Money) -> Self:
        """In the ledger what we owe somebody is a credit, below zero."""
        return cls(amount=-entry.amount, currency=entry.currency)


class StatementLine(BaseModel):
    at: datetime
    kind: PostingKind
    order_id: UUID
    amount: Earning

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(
            at=line.at, kind=line.kind, order_id=line.order_id, amount=Earning.of(line.amount)
        )


class StatementAnswer(BaseModel):
    """`opening` is what was owed to the restaurant at the day's begin, `closing` at its end."""

    day: date
    opening: Earning
    closing: Earning
    items: list[StatementLine]
    next_cursor: str | None


@router.get(
    "/restaurants/{restaurant_id}/statements/{day}",
    responses=refusals(Forbidden, RestaurantNotFound),
)
async def read_statement(
    day: date, services: Using, restaurant: Staffed, paging: Paged
) -> StatementAnswer:
    """Of one day in UTC, the oldest line first."""
    statement = await services.ledger.statement(
        ledger.restaurant(restaurant.restaurant_id),
        day,
        currency=restaurant.currency,
        after=services.cursors.read(paging.cursor, _PLACE) if paging.cursor else None,
        limit=paging.limit + 1,
    )
    shown = statement.lines[: paging.limit]
    last = shown[-1] if len(statement.lines) > paging.limit else None
    return StatementAnswer(
        day=day,
        opening=Earning.of(statement.opening),
        closing=Earning.of(statement.closing),
        items=[StatementLine.of(line) for line in shown],
        next_cursor=services.cursors.write((last.at, last.posting_id)) if last else None,
    )
