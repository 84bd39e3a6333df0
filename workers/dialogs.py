"""The updates of a workflow in the Temporal UI's own dialog: those that need no input come first.

The dialog lists them as the workflow tells them, and the SDK tells them by name.
"""

from typing import Any

from temporalio.api.sdk.v1 import WorkflowInteractionDefinition, WorkflowMetadata
from temporalio.worker import (
    HandleQueryInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from workflows.updates import NO_DATA


class Dialogs(Interceptor):
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - Temporal's signature.
    ) -> type[WorkflowInboundInterceptor]:
        return _NoInputFirst


class _NoInputFirst(WorkflowInboundInterceptor):
    async def handle_query(self, input: HandleQueryInput) -> Any:
        answer = await super().handle_query(input)
        if isinstance(answer, WorkflowMetadata):
            answer.definition.update_definitions.sort(key=_place)
        return answer


def _place(update: WorkflowInteractionDefinition) -> tuple[bool, str]:
    return NO_DATA not in update.description, update.name
