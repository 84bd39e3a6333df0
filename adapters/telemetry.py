"""Structured logs: one JSON object a line, joined by ids.

Fields are ids, codes and numbers, never a person's data and never a secret. `correlation_id` is
the id of the request that began it all: the API binds it, and it travels in Temporal's headers and
in events from there on. `trace_id` is there where traces are on.
"""

import logging
import sys
from contextlib import AbstractContextManager
from uuid import UUID

import stamina.instrumentation
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from adapters import tracing, weather

_CORRELATION_ID = "correlation_id"

_QUIET = {
    # It reports every broken connection, several times a second while the broker is away; the
    # relay and the consumer tell that once.
    "aiokafka": logging.CRITICAL,
    # A line for every request.
    "httpx": logging.WARNING,
    "stripe": logging.WARNING,
    # Activities are logged by the workers' interceptor.
    "temporalio.activity": logging.ERROR,
    # It introduces itself in five lines.
    "uvicorn": logging.WARNING,
}


def configure_logging(process: str) -> None:
    """Once per process: `process` names it in every line, the standard library's included."""

    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
        _name_trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _route(shared)
    stamina.instrumentation.set_on_retry_hooks([weather.tell])


def correlated(correlation_id: str) -> AbstractContextManager[None]:
    """Within it every log line, workflow start and activity carries the id."""
    return structlog.contextvars.bound_contextvars(**{_CORRELATION_ID: correlation_id})


def correlation_id() -> str | None:
    """The id bound by `correlated`, or None outside of it."""
    bound: str | None = structlog.contextvars.get_contextvars().get(_CORRELATION_ID)
    return bound


def correlation_id_for(aggregate_id: UUID) -> str:
    """The id bound by `correlated`; outside of it the aggregate's own, so that there is one."""
    return correlation_id() or str(aggregate_id)


def silence_libraries() -> None:
    """Of theirs, leave what we do not tell ourselves."""
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def _name_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    current = tracing.trace_id()
    return event if current is None else {**event, "trace_id": current}


def _route(shared: list[Processor]) -> None:
    """Send everything through the standard library, so that libraries' lines look like ours."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without local variables: they hold what must not be logged.
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    silence_libraries()
