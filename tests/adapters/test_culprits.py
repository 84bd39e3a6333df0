"""What a step's failure is blamed on."""

import pytest
import stripe
from sqlalchemy.exc import OperationalError
from temporalio.service import RPCError, RPCStatusCode

from adapters.culprits import culprit_of
from adapters.stripe.answers import KeySpent
from domain.attention import Culprit


class TestCulpritOf:
    @pytest.mark.parametrize(
        ("error", "culprit"),
        [
            (stripe.APIConnectionError("refused"), Culprit.PAYMENT_SERVICE),
            (stripe.APIError("500"), Culprit.PAYMENT_SERVICE),
            (KeySpent("replayed"), Culprit.PAYMENT_SERVICE),
            (OperationalError("SELECT 1", {}, Exception()), Culprit.DATABASE),
            (RPCError("away", RPCStatusCode.UNAVAILABLE, b""), Culprit.ENGINE),
            (TimeoutError(), Culprit.SILENCE),
            (ConnectionRefusedError(), Culprit.SILENCE),
            (KeyError("total"), Culprit.FAULT),
        ],
    )
    def test_names_whoever_does_not_answer_and_else_ourselves(
        self, error: Exception, culprit: Culprit
    ) -> None:
        assert culprit_of(error) is culprit
