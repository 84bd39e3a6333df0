"""`docker compose up` promises the same parts as `make up`; no engine is needed to compare them."""

from typing import Any

import pytest
import yaml

from infra.stack import catalog, temporal
from infra.stack.settings import ROOT, StackSettings
from infra.stack.site import CONTEXTS, Site
from workflows.search_attributes import SEARCH_ATTRIBUTES


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text())
    found: dict[str, Any] = compose["services"]
    return found


def flags(command: list[str], name: str) -> dict[str, str]:
    """`--name=key=value` words as a mapping."""
    prefix = f"--{name}="
    pairs = [word.removeprefix(prefix) for word in command if word.startswith(prefix)]
    return dict(pair.split("=", 1) for pair in pairs)


class TestCompose:
    def test_runs_every_part_of_the_stack(self, services: dict[str, Any]) -> None:
        """But the mail server: the image has no tools of development, and MAIL_HOST is unset."""
        stack = catalog.everything(Site(StackSettings(_env_file=None, stripe_secret_key=None)))
        assert services.keys() == {*stack, "keys", "retention"} - {"mail"}
        assert "MAIL_HOST" not in services["notifications"]["environment"]

    def test_starts_temporal_as_the_stack_does(self, services: dict[str, Any]) -> None:
        command = services["temporal"]["command"]
        assert flags(command, "sqlite-pragma") == temporal.PRAGMAS
        assert flags(command, "dynamic-config-value") == temporal.DYNAMIC_CONFIG
        assert flags(command, "search-attribute") == SEARCH_ATTRIBUTES
        hours = int(temporal.RETENTION.total_seconds() // 3600)
        assert f"--retention={hours}h" in services["retention"]["command"]

    def test_publishes_on_loopback_only(self, services: dict[str, Any]) -> None:
        ports = [port for service in services.values() for port in service.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_gives_every_process_what_the_stack_gives_it(self, services: dict[str, Any]) -> None:
        given = services["api"]["environment"].keys()
        assert given >= {f"{context.upper()}_DSN" for context in CONTEXTS}
        ours = {"CUSTOMER_KEY_SECRET", "JWT_KEYS_DIR", "KAFKA_BOOTSTRAP", "REDIS_URL"}
        stripe = {"STRIPE_BASE_URL", "STRIPE_SECRET_KEY"}
        assert given >= ours | stripe | {"TEMPORAL_ADDRESS"}
