"""A person who has mended what a step fails on need not wait for its next attempt."""

from collections.abc import Callable

from temporalio import workflow

from workflows.policies import POSTGRES_FROM_AFAR
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.engine import EngineActivities
    from domain.desk import RetrySteps
    from domain.errors import IllegalTransition


async def retry_steps(what: str, *, waits_for: str, tell: Callable[[str], None]) -> list[str]:
    """Try this workflow's failing steps at once; their names. `what` is it that goes on by them.

    `tell` writes on its page. Raises `IllegalTransition` where no step fails.
    """
    info = workflow.info()
    retried = await execute(
        EngineActivities.retry_steps,
        RetrySteps(workflow_id=info.workflow_id, run_id=info.run_id),
        policy=POSTGRES_FROM_AFAR,
        summary="Try the failing steps at once",
    )
    if not retried:
        instead = f"waits for {waits_for}" if waits_for else "goes on by itself"
        raise IllegalTransition(f"No step is failing. {what} {instead}.")
    tell("Support had the failing step tried at once.")
    return retried
