"""What every activity passes through: facts end the attempts, and the log tells what ran."""

import time
from collections.abc import Mapping
from typing import Any

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, is_cancelled_exception
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.errors import DomainError

# A message is kept in the history for ever, and shown on a page.
_LONGEST_MESSAGE = 500

log = structlog.stdlib.get_logger(__name__)


class Activities(Interceptor):
    """A `DomainError` becomes a failure of its name that is not retried; all else is weather."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Facts(_Logged(next))


class _Facts(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except DomainError as fact:
            raise ApplicationError(
                str(fact)[:_LONGEST_MESSAGE], type=type(fact).__name__, non_retryable=True
            ) from None


class _Logged(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        with structlog.contextvars.bound_contextvars(**_ids(input)):
            log.info("activity.started")
            began = time.monotonic()
            try:
                result = await super().execute_activity(input)
            except BaseException as error:
                _log_end(error)
                raise
            log.info("activity.finished", seconds=round(time.monotonic() - began, 3))
            return result


def _log_end(error: BaseException) -> None:
    if isinstance(error, DomainError):
        log.info("activity.refused", code=error.code())
    elif is_cancelled_exception(error):
        log.info("activity.cancelled")
    else:
        log.warning("activity.failed", exc_info=error)


def _ids(input: ExecuteActivityInput) -> Mapping[str, object]:
    info = activity.info()
    order_id = getattr(input.args[0], "order_id", None) if input.args else None
    return {
        "activity": info.activity_type,
        "attempt": info.attempt,
        "workflow_id": info.workflow_id,
        "run_id": info.workflow_run_id,
        **({} if order_id is None else {"order_id": str(order_id)}),
    }
