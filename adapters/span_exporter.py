"""Sends spans to a collector: OTLP over HTTP, from a thread of its own.

OpenTelemetry's own variables set all there is to set: where to, sampling, batches, patience.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import CarrierT, Getter, default_getter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# A process that ends waits no longer than this for a collector that is away.
_LAST_SECONDS = 2

_SHOWN = frozenset(
    {
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "messaging.consumer.group.name",
        "messaging.destination.name",
        "messaging.kafka.message.key",
        "messaging.message.id",
        "messaging.operation.type",
        "messaging.system",
        "temporalActivityID",
        "temporalRunID",
        "temporalUpdateID",
        "temporalWorkflowID",
    }
)


class IdsOnly(OTLPSpanExporter):
    """Leaves out what libraries tell besides ids and names.

    An exception's message may quote SQL or what a person wrote, and a URL anything at all.
    """

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export([_without_texts(span) for span in spans])


class TraceParentOnly(TraceContextTextMapPropagator):
    """Takes over which trace it is, and not the `tracestate`, which anybody may write into."""

    def extract(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        getter: Getter[CarrierT] = default_getter,
    ) -> Context:
        given = getter.get(carrier, "traceparent") or []
        return super().extract({"traceparent": given}, context)


@contextmanager
def running(service: str) -> Iterator[None]:
    """What is traced within it is sent. `service` names the process in every span."""
    # Nor is the standard's baggage: both would carry a client's words into histories and events.
    propagate.set_global_textmap(TraceParentOnly())
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: service}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(IdsOnly()))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        # Its own patience is 30 seconds, longer than a process has to end.
        ending = Thread(target=provider.shutdown, daemon=True)
        ending.start()
        ending.join(_LAST_SECONDS)


def _without_texts(span: ReadableSpan) -> ReadableSpan:
    attributes = span.attributes or {}
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in attributes.items() if name in _SHOWN},
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
