"""Money that never disagrees with its order: every witness is asked, and what differs is mended."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow

from workflows.attention import Attention, Attentive
from workflows.audit import Sweep
from workflows.links import of_this_workflow
from workflows.policies import AUDIT
from workflows.reconciliation_page import render
from workflows.steps import execute
from workflows.suspects import Suspects

with workflow.unsafe.imports_passed_through():
    from activities.reconciliation_metrics import MetricsActivities
    from domain.audit import Cursor, LookAtMoney, Reconcile, Tally
    from domain.differences import Difference
    from domain.errors import DomainError

# So many suspects are dealt with before the run goes on: a day of outage is mended bit by bit.
_AT_ONCE = 200


def workflow_id(order_id: UUID) -> str:
    """Of a run for one order, as news of its money begins it."""
    return f"reconciliation-{order_id}"


@workflow.defn(failure_exception_types=[DomainError])
class ReconciliationWorkflow(Attentive):
    """Ask Stripe, payments, the ledger, the orders' rows, the stock and the engine, and compare.

    The result says what was found. The engine's cancel ends it where it is: the next run finds
    what this one has not mended.
    """

    @workflow.init
    def __init__(self, reconcile: Reconcile) -> None:
        self._input = reconcile
        self.attention = Attention(self._look_again)
        self._doing = ""
        self._links = of_this_workflow()
        self._began_at = reconcile.began_at or workflow.now()
        self._tally = reconcile.tally
        self._suspects = Suspects(reconcile.suspects)
        self._remaining: list[Difference] = []

    @workflow.run
    async def run(self, reconcile: Reconcile) -> Tally:
        if reconcile.orders:
            await self._look(LookAtMoney(order_ids=reconcile.orders, since=self._since))
        else:
            await self._sweep(reconcile.cursor)
        await self._deal_with_suspects()
        await self._tell()
        return self._tally

    async def _sweep(self, cursor: Cursor | None) -> None:
        sweep = Sweep(since=self._since, limit=self._input.page_size)
        while cursor is not None:
            query, cursor = await sweep.page(cursor)
            await self._look(query)
            if len(self._suspects) >= _AT_ONCE:
                await self._deal_with_suspects()
            if cursor and workflow.info().is_continue_as_new_suggested():
                self._go_on_elsewhere(cursor)

    async def _look(self, query: LookAtMoney) -> None:
        await self._suspects.look(query)
        looked_at = self._tally.looked_at + len(query.order_ids)
        self._tally = replace(self._tally, looked_at=looked_at)
        self._show("Looking.")

    async def _deal_with_suspects(self) -> None:
        suspects, self._suspects = self._suspects, Suspects()
        if not suspects.all:
            return
        self._show(f"{len(suspects)} orders differ; they are looked at again.")
        await suspects.deal_with(
            since=self._since,
            grace=timedelta(seconds=self._input.grace_seconds),
            limit=self._input.page_size,
        )
        self._remaining += suspects.remaining
        self._tally = replace(
            self._tally,
            found=_added(self._tally.found, suspects.found),
            repaired=_added(self._tally.repaired, suspects.repaired),
            remaining=_added(self._tally.remaining, suspects.remaining),
        )

    async def _tell(self) -> None:
        """On the page, by a raised hand, and, of a run through everything, in the metrics."""
        self._show("")
        left = sum(self._tally.remaining.values())
        if left:
            to_do = "each of these is a case: find out, and decide about it."
            self.attention.alarm(f"Reconciliation: {left} remain", to_do)
            self._show_again()
        if not self._input.orders:
            await execute(
                MetricsActivities.publish_reconciliation,
                self._tally,
                policy=AUDIT,
                summary="Publish what remains",
            )

    def _go_on_elsewhere(self, cursor: Cursor) -> None:
        """The engine bounds how much one run may remember; the next one takes over."""
        workflow.continue_as_new(
            replace(
                self._input,
                began_at=self._began_at,
                cursor=cursor,
                suspects=self._suspects.all,
                tally=self._tally,
            )
        )

    def _show(self, doing: str) -> None:
        self._doing = doing
        self._show_again()

    def _look_again(self, _: str) -> None:
        """The page has no story: a step that fails is shown while it does."""
        self._show_again()

    def _show_again(self) -> None:
        page = render(
            self._tally,
            doing=self._doing,
            remaining=self._remaining,
            asks=self.attention.render(),
            links=self._links,
        )
        workflow.set_current_details(page)

    @property
    def _since(self) -> datetime:
        return self._began_at - timedelta(seconds=self._input.since_seconds)


def _added(counts: Mapping[str, int], differences: Iterable[Difference]) -> dict[str, int]:
    return dict(Counter(counts) + Counter(each.kind.value for each in differences))
