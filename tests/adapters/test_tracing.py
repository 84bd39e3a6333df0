import json
import socket
import subprocess
import sys
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Status as SentStatus
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import StatusCode

from adapters.kafka.record import Record
from adapters.span_exporter import IdsOnly, TraceParentOnly
from adapters.tracing import consuming, headers, producing, trace_id
from tests.support.collector import Collector, collecting

RECORD = Record(
    topic="ordering.orders.v1",
    key=b"7",
    value=b"",
    headers=(("ce_id", b"1"), ("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01")),
)
EXPORTERS_OWN_PATIENCE = 10
SCRIPT = """
import json, sys, threading, time
from opentelemetry import trace
from adapters.tracing import exporting, headers, is_on

with exporting("orders"), trace.get_tracer("test").start_as_current_span("work"):
    found = {
        "on": is_on(),
        "headers": [*headers()],
        "sdk": "opentelemetry.sdk" in sys.modules,
        "threads": threading.active_count(),
    }
    began = time.monotonic()
print(json.dumps({**found, "ended_after": time.monotonic() - began}))
"""


def a_process(**environment: str) -> dict[str, Any]:
    """What tracing is in a process of its own: it is set up once per process."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True, env=environment
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


class TestExporting:
    def test_loads_and_starts_nothing_without_a_collector(self) -> None:
        found = a_process()

        assert found.pop("ended_after") < 1
        assert found == {"on": False, "headers": [], "sdk": False, "threads": 1}

    def test_names_the_process_unless_the_variable_does(self) -> None:
        with collecting() as collector:
            a_process(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
            a_process(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_SERVICE_NAME="elsewhere")

        assert [span.service for span in collector.spans] == ["ha-soranu-orders", "elsewhere"]

    def test_ends_in_time_where_the_collector_does_not_answer(self) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            port = silent.getsockname()[1]
            found = a_process(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}")

        assert found["headers"] == ["traceparent"]
        assert found["ended_after"] < EXPORTERS_OWN_PATIENCE


class TestTraceParentOnly:
    def test_takes_over_the_trace_and_no_word_of_a_stranger(self) -> None:
        parent = f"00-{'a' * 32}-{'b' * 16}-01"
        given = {"traceparent": parent, "tracestate": "who=jane.doe@example.org"}
        sent: dict[str, str] = {}

        TraceParentOnly().inject(sent, TraceParentOnly().extract(given))

        assert sent == {"traceparent": parent}

    def test_begins_anew_where_none_is_given(self) -> None:
        sent: dict[str, str] = {}

        TraceParentOnly().inject(sent, TraceParentOnly().extract({}))

        assert sent == {}


class TestWithoutCollector:
    def test_leaves_records_as_they_are_and_names_no_trace(self) -> None:
        with producing(RECORD) as sent, consuming(RECORD, group="readers"):
            assert sent is RECORD
            assert headers() == {}
            assert trace_id() is None


class TestIdsOnly:
    def test_sends_neither_messages_of_errors_nor_what_stands_in_a_url(self) -> None:
        with collecting() as collector:
            _trace_a_failure(collector, "Selam lives in Bole Road 7")

            [span] = collector.spans
        assert span.name == "GET /orders"
        assert "Bole" not in str(span.sent)
        assert span.sent.status.code == SentStatus.STATUS_CODE_ERROR
        assert [each.key for each in span.sent.attributes] == ["http.route"]


def _trace_a_failure(collector: Collector, message: str) -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(IdsOnly(f"{collector.url}/v1/traces")))
    attributes = {"http.route": "/orders", "url.query": "street=Bole"}
    span = provider.get_tracer("test").start_span("GET /orders", attributes=attributes)
    span.record_exception(ValueError(message))
    span.set_status(StatusCode.ERROR, message)
    span.end()
    provider.shutdown()
