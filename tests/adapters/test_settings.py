import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from adapters import settings
from adapters.settings import PhoneSettings, SupportSettings
from domain.money import Money
from infra.stack.settings import ROOT

EVERY_KIND = [
    kind
    for kind in vars(settings).values()
    if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind is not BaseSettings
]


class TestSupportSettings:
    def test_lets_one_person_give_away_a_hundred_of_the_usual_currencies(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SUPPORT_LIMITS", raising=False)
        for currency in ("EUR", "USD", "GBP", "CHF"):
            assert SupportSettings().limit_of(currency) == Money(10_000, currency)

    def test_reads_other_limits_and_lets_nobody_give_away_what_is_not_named(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUPPORT_LIMITS", '{"JPY": 5000}')
        limits = SupportSettings()
        assert limits.limit_of("JPY") == Money(5_000, "JPY")
        assert limits.limit_of("EUR") == Money.zero("EUR")

    def test_refuses_a_limit_below_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPPORT_LIMITS", '{"EUR": -1}')
        with pytest.raises(ValidationError):
            SupportSettings()


class TestPhoneSettings:
    def test_refuses_what_is_no_country(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHONE_REGION", "Ethiopia")
        with pytest.raises(ValidationError):
            PhoneSettings()


class TestDeployment:
    @pytest.mark.parametrize("kind", EVERY_KIND)
    def test_tells_of_every_variable(self, kind: type[BaseSettings]) -> None:
        told = (ROOT / "docs" / "deployment.md").read_text()
        prefix = kind.model_config.get("env_prefix", "")
        variables = {f"{prefix}{field}".upper() for field in kind.model_fields}
        assert {name for name in variables if f"`{name}`" not in told} == set()
