"""Money on the wire."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from domain import money


def _known(currency: str) -> str:
    if currency not in money.EXPONENTS:
        message = "not an ISO 4217 currency"
        raise ValueError(message)
    return currency


Currency = Annotated[str, AfterValidator(_known), Field(examples=["USD"])]

# The payment provider takes eight digits; a price beyond it could never be paid.
_MOST = 99_999_999


class Money(BaseModel):
    """`{"amount": 1250, "currency": "USD"}` is 12.50 US dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Annotated[StrictInt, Field(ge=0, examples=[1250])]
    currency: Currency

    @classmethod
    def of(cls, value: money.Money) -> Self:
        return cls(amount=value.amount, currency=value.currency)

    def value(self) -> money.Money:
        return money.Money(self.amount, self.currency)


def _payable(sum_: Money) -> Money:
    if sum_.amount > _MOST:
        message = f"at most {_MOST} minor units"
        raise ValueError(message)
    return sum_


Payable = Annotated[Money, AfterValidator(_payable)]
"""Money that a client names: never more than could be paid."""
