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
        """But the mail server: the image has no tools of development, and MAIL_HOST is unset.

        And Prometheus, which asks each of our own processes by its name, and support's front door.
        """
        stack = catalog.everything(Site(StackSettings(_env_file=None, stripe_secret_key=None)))
        besides = {"keys", "retention", "prometheus", "ui", "caddy"}
        assert services.keys() == {*stack, *besides} - {"mail"}
        assert "MAIL_HOST" not in services["notifications"]["environment"]

    def test_starts_temporal_as_the_stack_does(self, services: dict[str, Any]) -> None:
        command = services["temporal"]["command"]
        assert flags(command, "sqlite-pragma") == temporal.PRAGMAS
        assert flags(command, "dynamic-config-value") == temporal.DYNAMIC_CONFIG
        assert flags(command, "search-attribute") == SEARCH_ATTRIBUTES
        hours = int(temporal.RETENTION.total_seconds() // 3600)
        assert f"--retention={hours}h" in services["retention"]["command"]

    def test_has_prometheus_ask_who_is_there(self, services: dict[str, Any]) -> None:
        asked = yaml.safe_load((ROOT / "infra" / "prometheus" / "prometheus.yaml").read_text())
        for job in asked["scrape_configs"]:
            [group] = job["static_configs"]
            [target] = group["targets"]
            name, port = target.split(":")
            assert name == job["job_name"]
            assert f":{port}/" in services[name]["healthcheck"]["test"][-1]

    def test_publishes_on_loopback_only(self, services: dict[str, Any]) -> None:
        ports = [port for service in services.values() for port in service.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_lets_support_write_nothing_into_the_engine(self, services: dict[str, Any]) -> None:
        ui = services["ui"]["environment"]
        assert ui["TEMPORAL_DISABLE_WRITE_ACTIONS"] == "true"
        assert ui["TEMPORAL_HIDE_LOGS"] == "true"
        assert "ports" not in services["ui"]
        assert not any(port.endswith(":7233") for port in services["temporal"]["ports"])
        # What the front door passes on under this path is what support is sent to.
        path = ui["TEMPORAL_UI_PUBLIC_PATH"]
        assert services["api"]["environment"]["TEMPORAL_UI_URL"].endswith(path)
        assert f"@ui path {path} {path}/*" in (ROOT / "infra/caddy/Caddyfile").read_text()

    def test_gives_every_process_what_the_stack_gives_it(self, services: dict[str, Any]) -> None:
        given = services["api"]["environment"].keys()
        assert given >= {f"{context.upper()}_DSN" for context in CONTEXTS}
        ours = {"CUSTOMER_KEY_SECRET", "JWT_KEYS_DIR", "KAFKA_BOOTSTRAP", "REDIS_URL"}
        stripe = {"STRIPE_BASE_URL", "STRIPE_SECRET_KEY"}
        assert given >= ours | stripe | {"TEMPORAL_ADDRESS"}

    def test_has_support_work_behind_one_door(self, services: dict[str, Any]) -> None:
        """Where they are signed in: links lead from the UI to the page, and back."""
        given = services["payments"]["environment"]
        assert given["TEMPORAL_UI_URL"] == f"{given['API_PUBLIC_URL']}/temporal"
        [port] = services["caddy"]["ports"]
        assert given["API_PUBLIC_URL"] == f"http://{port.rpartition(':')[0]}"

    def test_leaves_to_the_person_what_has_a_default(self, services: dict[str, Any]) -> None:
        given = services["api"]["environment"]
        for name in ("PHONE_REGION", "SUPPORT_LIMITS"):
            assert given[name] is None
