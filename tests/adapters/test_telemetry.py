import json
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from adapters.telemetry import correlated, correlation_id, correlation_id_for

SCRIPT = """
import logging, structlog
from adapters.telemetry import configure_logging, correlated

configure_logging("orders")
{body}
"""


def lines_of(body: str) -> list[dict[str, Any]]:
    """What a process of its own writes: logging is set up once per process."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body)], check=True, capture_output=True, text=True
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


class TestConfigureLogging:
    def test_writes_one_json_object_a_line_that_names_the_process(self) -> None:
        [line] = lines_of('structlog.get_logger("a").info("order.placed", order_id="7")')

        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "order.placed",
            "level": "info",
            "logger": "a",
            "order_id": "7",
            "process": "orders",
        }

    def test_gives_the_lines_of_libraries_the_same_shape(self) -> None:
        [line] = lines_of('logging.getLogger("library").warning("It is %s.", "late")')

        assert (line["event"], line["logger"], line["process"]) == (
            "It is late.",
            "library",
            "orders",
        )

    def test_joins_lines_by_the_correlation_id(self) -> None:
        inside, outside = lines_of(
            'with correlated("req-1"): structlog.get_logger().info("a")\n'
            'structlog.get_logger().info("b")'
        )

        assert inside["correlation_id"] == "req-1"
        assert "correlation_id" not in outside

    def test_shows_where_it_broke_without_the_values(self) -> None:
        [line] = lines_of(
            "try:\n"
            "    password = 'hunter2'; 1 / 0\n"
            "except ZeroDivisionError:\n"
            '    structlog.get_logger().exception("it.broke")'
        )

        assert "ZeroDivisionError" in line["exception"]
        assert "hunter2" not in json.dumps(line)

    @pytest.mark.parametrize("name", ["aiokafka", "httpx", "stripe", "uvicorn"])
    def test_keeps_talkative_libraries_quiet(self, name: str) -> None:
        assert lines_of(f'logging.getLogger("{name}.part").info("Here I am.")') == []


class TestCorrelationId:
    def test_is_bound_within_and_gone_after(self) -> None:
        with correlated("req-1"):
            assert correlation_id() == correlation_id_for(uuid4()) == "req-1"

        assert correlation_id() is None

    def test_is_the_aggregates_own_where_none_is_bound(self) -> None:
        order_id = uuid4()
        assert correlation_id_for(order_id) == str(order_id)
