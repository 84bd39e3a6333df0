import pytest
import stripe

from adapters.stripe.declines import declining, reason
from domain.errors import PaymentDeclined


class TestReason:
    def test_prefers_the_decline_code(self) -> None:
        assert "not enough money" in reason("insufficient_funds", "card_declined")

    def test_falls_back_to_the_code(self) -> None:
        assert "expired" in reason(None, "expired_card")

    @pytest.mark.parametrize("code", ["lost_card", "stolen_card", "fraudulent", "pickup_card"])
    def test_does_not_tell_a_thief_that_the_bank_knows(self, code: str) -> None:
        assert reason(code, "card_declined") == reason(None, None)


def refusal(param: str | None) -> stripe.InvalidRequestError:
    return stripe.InvalidRequestError("It is not so.", param)


class TestDeclining:
    @pytest.mark.parametrize("param", [None, "id", "payment_method"])
    def test_blames_the_method(self, param: str | None) -> None:
        with pytest.raises(PaymentDeclined, match="payment method can't be used"), declining():
            raise refusal(param)

    def test_blames_the_amount(self) -> None:
        with pytest.raises(PaymentDeclined, match="amount can't be paid"), declining():
            raise refusal("amount")

    def test_lets_a_mistake_of_ours_alert(self) -> None:
        with pytest.raises(stripe.InvalidRequestError), declining():
            raise refusal("customer")
