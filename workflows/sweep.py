"""A look, every few minutes, for what needs a person and can't say so itself."""

from temporalio import workflow

from workflows.attention import Attention, Attentive
from workflows.policies import AUDIT
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.sweeping import SweepActivities
    from domain.errors import DomainError
    from domain.findings import SweepFor, Swept


@workflow.defn(failure_exception_types=[DomainError])
class SweepWorkflow(Attentive):
    """Its findings are on the support desk. The engine's cancel ends it: the next finds them."""

    def __init__(self) -> None:
        self.attention = Attention(self._show)

    @workflow.run
    async def run(self, command: SweepFor) -> Swept:
        self._show("Looking.")
        swept = await execute(
            SweepActivities.sweep,
            command,
            policy=AUDIT,
            summary="Look for workflows that need a person and can't say so",
        )
        self._show(f"{sum(swept.found.values())} findings are on the support desk.")
        return swept

    def _show(self, sentence: str) -> None:
        workflow.set_current_details(f"## SWEEP\n\n{sentence}\n\n{self.attention.render()}")
