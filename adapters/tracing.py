"""Traces: one spans a request, the workflow it starts, its activities, and their events' readers.

Known here is OpenTelemetry's interface alone, which does nothing until `exporting` has set up what
sends. Spans carry ids and names of ours, nothing else (see `adapters.span_exporter`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

from adapters.kafka.record import Record
from adapters.settings import TracingSettings

# https://www.w3.org/TR/trace-context/
_CONTEXT = frozenset({"traceparent", "tracestate"})

_tracer = trace.get_tracer(__name__)


@contextmanager
def exporting(process: str) -> Iterator[None]:
    """Within it spans are sent to `OTEL_EXPORTER_OTLP_ENDPOINT`; without one nothing is traced.

    Once per process. At its end it waits 2 seconds at most for the last of them to be taken.
    """
    settings = TracingSettings()
    if not settings.exporter_otlp_endpoint:
        yield
        return
    # Who traces nothing need not wait for its import.
    from adapters import span_exporter  # noqa: PLC0415

    with span_exporter.running(settings.service_name or f"ha-soranu-{process}"):
        yield


def is_on() -> bool:
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def trace_id() -> str | None:
    """Of the current span, in hexadecimal; None outside of one."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def headers() -> dict[str, str]:
    """By which whoever reads what is written now goes on with the trace; empty outside of one."""
    found: dict[str, str] = {}
    if is_on():
        propagate.inject(found)
    return found


@contextmanager
def producing(record: Record) -> Iterator[Record]:
    """Around sending what it yields: the record, whose reader goes on from this span."""
    if not is_on():
        yield record
        return
    with _tracer.start_as_current_span(
        f"send {record.topic}",
        context=propagate.extract(_sent_with(record)),
        kind=SpanKind.PRODUCER,
        attributes=_named(record, operation="send"),
    ):
        kept = (header for header in record.headers if header[0] not in _CONTEXT)
        own = ((name, value.encode()) for name, value in headers().items())
        yield replace(record, headers=(*kept, *own))


@contextmanager
def consuming(record: Record, *, group: str) -> Iterator[None]:
    """Around dealing with a record, as a member of the consumer group."""
    if not is_on():
        yield
        return
    with _tracer.start_as_current_span(
        f"process {record.topic}",
        context=propagate.extract(_sent_with(record)),
        kind=SpanKind.CONSUMER,
        attributes={
            **_named(record, operation="process"),
            "messaging.consumer.group.name": group,
        },
    ):
        yield


def _sent_with(record: Record) -> dict[str, str]:
    return {name: _text(value) for name, value in record.headers if name in _CONTEXT}


def _named(record: Record, *, operation: str) -> Mapping[str, str]:
    """https://opentelemetry.io/docs/specs/semconv/messaging/kafka/"""
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": operation,
        "messaging.destination.name": record.topic,
        "messaging.kafka.message.key": _text(record.key or b""),
        "messaging.message.id": _text(dict(record.headers).get("ce_id", b"")),
    }


def _text(value: bytes) -> str:
    """Strangers may have written it: a trace is no reason to fail."""
    return value.decode(errors="replace")
