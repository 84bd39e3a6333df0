"""Carries the correlation id from the caller through a workflow into its activities and children.

In Temporal's headers, so that no command has to have a field for it. Inside a workflow nothing is
decoded or kept: what the workflow was started with is handed on as it is.
"""

from collections.abc import Mapping
from typing import Any

from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from adapters.telemetry import correlated, correlation_id

_HEADER = "correlation-id"


class Correlation(client.Interceptor, worker.Interceptor):
    """Given to a client; its workers then have it too."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        return _FromCaller(next)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: ARG002 - Temporal's signature.
    ) -> type[worker.WorkflowInboundInterceptor]:
        return _IntoWorkflow

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,
    ) -> worker.ActivityInboundInterceptor:
        return _IntoActivity(next)


class _FromCaller(client.OutboundInterceptor):
    async def start_workflow(
        self, input: client.StartWorkflowInput
    ) -> client.WorkflowHandle[Any, Any]:
        bound = correlation_id()
        if bound is not None:
            payload = PayloadConverter.default.to_payload(bound)
            input.headers = {**input.headers, _HEADER: payload}
        return await super().start_workflow(input)


class _IntoWorkflow(worker.WorkflowInboundInterceptor):
    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_FromWorkflow(outbound))


class _FromWorkflow(worker.WorkflowOutboundInterceptor):
    def start_activity(self, input: worker.StartActivityInput) -> workflow.ActivityHandle[Any]:
        input.headers = _handed_on(input.headers)
        return super().start_activity(input)

    def start_local_activity(
        self, input: worker.StartLocalActivityInput
    ) -> workflow.ActivityHandle[Any]:
        input.headers = _handed_on(input.headers)
        return super().start_local_activity(input)

    async def start_child_workflow(
        self, input: worker.StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        input.headers = _handed_on(input.headers)
        return await super().start_child_workflow(input)


class _IntoActivity(worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        payload = input.headers.get(_HEADER)
        if payload is None:
            return await super().execute_activity(input)
        with correlated(PayloadConverter.default.from_payload(payload, str)):
            return await super().execute_activity(input)


def _handed_on(headers: Mapping[str, Payload]) -> Mapping[str, Payload]:
    own = workflow.info().headers
    return {**headers, _HEADER: own[_HEADER]} if _HEADER in own else headers
