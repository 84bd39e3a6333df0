"""Tries that hang are given up after two seconds: a test need not wait as long as a customer.

Only the length differs: that every step has a limit is checked here too.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

_LIMIT = timedelta(seconds=2)


class Haste(Interceptor):
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - the same for all.
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        if input.start_to_close_timeout is None:
            message = f"{input.activity} may take for ever."
            raise ValueError(message)
        return super().start_activity(replace(input, start_to_close_timeout=_LIMIT))
