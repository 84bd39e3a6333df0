"""A collector of traces, as OpenTelemetry's exporters know one: it keeps what it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan


@dataclass(frozen=True, kw_only=True)
class Span:
    """Ids are hexadecimal; that of the parent is empty at the root of a trace."""

    service: str
    name: str
    id: str
    parent: str
    trace: str
    links: tuple[str, ...]
    sent: SentSpan


@dataclass(frozen=True)
class Collector:
    url: str
    spans: list[Span] = field(default_factory=list)

    def of(self, trace: str) -> dict[str, Span]:
        """The spans of a trace, by their ids."""
        return {span.id: span for span in [*self.spans] if span.trace == trace}


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.spans.extend(_spans_in(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests have nothing to read of it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _spans_in(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        texts = {each.key: each.value.string_value for each in resource.resource.attributes}
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            yield Span(
                service=texts["service.name"],
                name=span.name,
                id=span.span_id.hex(),
                parent=span.parent_span_id.hex(),
                trace=span.trace_id.hex(),
                links=tuple(link.trace_id.hex() for link in span.links),
                sent=span,
            )
