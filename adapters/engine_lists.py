"""What Temporal's lists have of workflows in trouble. They are a moment behind."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowExecution, WorkflowHistoryEventFilterType
from temporalio.common import SearchAttributeKey

from domain.findings import Run, Termination

OWN_CODE_FAILS = "TemporalReportedProblems IS NOT NULL"
"""The server's own: set after five failures of workflow tasks in a row, unset by a success."""

_RUNNING = 'ExecutionStatus = "Running"'
_ATTENTION_REASON = SearchAttributeKey.for_keyword("AttentionReason")
# How many workflows one query names.
_AT_ONCE = 50
# More than these are an outage: nobody reads them one by one.
_MOST = 100
_LONGEST = 200
# Those that the sagas are made of; the others begin anew by themselves.
_SAGAS = ("OrderWorkflow", "DeliveryWorkflow", "RefundWorkflow", "DisputeWorkflow")


class EngineLists:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def own_code_fails(self) -> list[Run]:
        return [_run_of(each) for each in await self._listed(f"{OWN_CODE_FAILS} AND {_RUNNING}")]

    async def running(self, workflow_ids: Sequence[str]) -> dict[str, Run]:
        """Those of them that run, by their ids."""
        found: dict[str, Run] = {}
        for first in range(0, len(workflow_ids), _AT_ONCE):
            named = ", ".join(f"'{each}'" for each in workflow_ids[first : first + _AT_ONCE])
            listed = await self._listed(f"WorkflowId IN ({named}) AND {_RUNNING}")
            found |= {each.id: _run_of(each) for each in listed}
        return found

    async def terminated(self, since: datetime) -> list[Termination]:
        types = ", ".join(f"'{each}'" for each in _SAGAS)
        ended = f'ExecutionStatus = "Terminated" AND CloseTime > "{since.isoformat()}"'
        listed = await self._listed(f"{ended} AND WorkflowType IN ({types})")
        return await asyncio.gather(*map(self._termination, listed))

    async def _listed(self, query: str) -> list[WorkflowExecution]:
        return [each async for each in self._client.list_workflows(query, limit=_MOST)]

    async def _termination(self, ended: WorkflowExecution) -> Termination:
        """The run's last event says who it was."""
        run = self._client.get_workflow_handle(ended.id, run_id=ended.run_id)
        events = run.fetch_history_events(
            event_filter_type=WorkflowHistoryEventFilterType.CLOSE_EVENT
        )
        last = await anext(events)
        told = last.workflow_execution_terminated_event_attributes
        return Termination(
            run=_run_of(ended),
            by=told.identity[:_LONGEST],
            reason=told.reason[:_LONGEST],
            at=last.event_time.ToDatetime(UTC),
        )


def _run_of(listed: WorkflowExecution) -> Run:
    return Run(
        workflow_id=listed.id,
        run_id=listed.run_id,
        asks=listed.typed_search_attributes.get(_ATTENTION_REASON) is not None,
    )
