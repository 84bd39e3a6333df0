"""What people type into the desk's forms, and the JSON that it becomes."""

from http import HTTPStatus

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

from api.fields import read_as
from api.support.desk import Reasoned
from api.web.support.fields import Choice, Field, Kind, Unreadable, body_of
from api.web.support.refusals import CAUGHT, refusal_of

AMOUNT = Field(name="amount", label="Amount", kind=Kind.MONEY)
MINUTES = Field(name="minutes", label="Minutes", kind=Kind.MINUTES)
DEADLINE = Field(name="deadline", label="Deadline", kind=Kind.MOMENT)
REASON = Field(name="reason", label="Reason", kind=Kind.LONG)
DISHES = Field(
    name="line_ids",
    label="Dishes",
    kind=Kind.CHECKS,
    required=False,
    choices=(Choice("1", "Shiro"), Choice("2", "Injera")),
)


class TestBody:
    @pytest.mark.parametrize(
        ("typed", "currency", "amount"),
        [
            ("12.50", "USD", 1250),
            (" 12,5 ", "USD", 1250),
            ("12", "USD", 1200),
            ("500", "JPY", 500),
            ("1.250", "KWD", 1250),
        ],
    )
    def test_has_money_in_minor_units(self, typed: str, currency: str, amount: int) -> None:
        body = body_of([AMOUNT], {"amount": [typed]}, currency)
        assert body == {"amount": {"amount": amount, "currency": currency}}

    @pytest.mark.parametrize(
        ("typed", "currency", "example"),
        [
            ("12.505", "USD", "5.00"),
            ("-1", "USD", "5.00"),
            ("1.5", "JPY", "5"),
            ("ten", "KWD", "5.000"),
            ("1e3", "USD", "5.00"),
            ("١٢", "USD", "5.00"),
        ],
    )
    def test_says_how_money_is_written(self, typed: str, currency: str, example: str) -> None:
        with pytest.raises(Unreadable, match=f"Amount: write it in {currency}, as {example}."):
            body_of([AMOUNT], {"amount": [typed]}, currency)

    def test_has_numbers_moments_and_what_was_ticked(self) -> None:
        given = {
            "minutes": ["10"],
            "deadline": ["2027-01-31T18:30"],
            "reason": [" Late "],
            "line_ids": ["1", "2"],
        }
        assert body_of([MINUTES, DEADLINE, REASON, DISHES], given, "USD") == {
            "minutes": 10,
            "deadline": "2027-01-31T18:30:00Z",
            "reason": "Late",
            "line_ids": ["1", "2"],
        }

    def test_leaves_out_what_was_left_empty_and_what_no_field_asked_for(self) -> None:
        given = {"reason": ["Late"], "line_ids": [" "], "liable": ["nobody"]}
        assert body_of([REASON, DISHES], given, "USD") == {"reason": "Late"}

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            (REASON, " ", "Reason: this has to be filled in."),
            (MINUTES, "soon", "Minutes: write a number of minutes"),
            (DEADLINE, "tomorrow", "Deadline: write it as"),
        ],
    )
    def test_says_which_field_is_wrong(self, field: Field, typed: str, said: str) -> None:
        with pytest.raises(Unreadable, match=said):
            body_of([field], {field.name: [typed]}, "USD")


class TestRefusal:
    def test_names_the_field_that_is_wrong(self) -> None:
        with pytest.raises(RequestValidationError) as wrong:
            read_as(Reasoned, {"reason": "x" * 501})
        refusal = refusal_of(wrong.value, [REASON])
        assert refusal.sentence == "Reason: String should have at most 500 characters."
        assert refusal.status is HTTPStatus.UNPROCESSABLE_ENTITY

    def test_is_logged_where_a_part_is_away(self) -> None:
        error = RPCError("Not now.", RPCStatusCode.UNAVAILABLE, b"")
        with capture_logs() as lines:
            refusal = refusal_of(error, [])
        assert (refusal.status, refusal.is_unsure) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
        assert [(line["event"], line["error"]) for line in lines] == [
            ("request.part_away", "RPCError")
        ]

    def test_is_none_of_a_mistake_of_ours(self) -> None:
        error = RPCError("No such namespace.", RPCStatusCode.INVALID_ARGUMENT, b"")
        with pytest.raises(RPCError, match="No such namespace"):
            refusal_of(error, [])
        assert not issubclass(ValidationError, CAUGHT)
