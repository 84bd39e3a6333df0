"""How a workflow runs an activity: by its policy, and with facts that come back as themselves."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

from workflows import attention
from workflows.policies import Policy

with workflow.unsafe.imports_passed_through():
    from domain.errors import BY_NAME

Command = TypeVar("Command")
Result = TypeVar("Result")

_ONCE = RetryPolicy(maximum_attempts=1)


async def execute(
    activity: Callable[[Any, Command], Awaitable[Result]],
    command: Command,
    *,
    policy: Policy,
    summary: str,
    express: bool = False,
) -> Result:
    """Run a step where its policy puts it; `summary` is its line on the order's page.

    Raises the `DomainError` that the activity raised, and `ActivityError` where the tries that
    the policy allows ended without an answer.
    """
    with attention.of_this_workflow().over(activity.__name__, summary):
        return await _tried(activity, command, policy=policy, summary=summary, express=express)


async def _tried(
    activity: Callable[[Any, Command], Awaitable[Result]],
    command: Command,
    *,
    policy: Policy,
    summary: str,
    express: bool,
) -> Result:
    bound = policy.local_bound(express=express)
    if bound is not None:
        try:
            return await workflow.execute_local_activity_method(
                activity,
                command,
                schedule_to_close_timeout=bound,
                retry_policy=_ONCE,
                summary=summary,
            )
        except FailureError as failure:
            _raise_fact(failure)
            if is_cancelled_exception(failure):
                raise
    try:
        return await workflow.execute_activity_method(
            activity,
            command,
            task_queue=policy.queue,
            start_to_close_timeout=policy.start_to_close,
            schedule_to_close_timeout=policy.deadline,
            retry_policy=policy.retry,
            summary=summary,
        )
    except ActivityError as failure:
        _raise_fact(failure)
        raise


def _raise_fact(failure: FailureError) -> None:
    """Raise the `DomainError` that `failure` carries, if it does.

    A local activity fails with what it raised, another with that as its cause.
    """
    cause = failure.cause if isinstance(failure, ActivityError) else failure
    if isinstance(cause, ApplicationError) and cause.type in BY_NAME:
        raise BY_NAME[cause.type](cause.message) from failure
