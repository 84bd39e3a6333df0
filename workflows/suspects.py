"""Orders where something differs: looked at again, mended, and made somebody's case.

An order in motion differs for a moment. So a difference counts that the next look finds too, and
is mended then; what is still there after its repairs needs a person.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow

from workflows.audit import facts_of
from workflows.policies import BOOKS, CASE_DEADLINE
from workflows.repairs import repair
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.cases import CaseActivities
    from domain.audit import LookAtMoney, Suspect
    from domain.casework import Case, CloseCase, OpenCase, Resolution
    from domain.differences import Difference, Repair
    from domain.reconciliation.comparison import compare
    from domain.witnesses import Facts

# How often one difference is mended before it is given up.
_TRIES = 2
# However much keeps changing meanwhile: a repair may uncover what the next one has to mend.
_LOOKS = 8


class Suspects:
    """A batch of orders. `confirmed` are the differences that two looks in a row have found."""

    def __init__(self, given: Sequence[Suspect] = ()) -> None:
        self._suspects = {suspect.order_id: suspect for suspect in given}
        self.confirmed: dict[str, Difference] = {}
        # By their keys: what the last look found, and which are cases since before and since now.
        self._there = {key for suspect in given for key in suspect.keys}
        self._tries = Counter[str]()
        self._cases_before: set[str] = set()
        self._given_up: set[str] = set()

    def __len__(self) -> int:
        return len(self._suspects)

    @property
    def all(self) -> list[Suspect]:
        return [*self._suspects.values()]

    @property
    def found(self) -> list[Difference]:
        """Those that are new: no run before has made them a case."""
        return [each for key, each in self.confirmed.items() if key not in self._cases_before]

    @property
    def repaired(self) -> list[Difference]:
        return [each for key, each in self.confirmed.items() if key not in self._there]

    @property
    def remaining(self) -> list[Difference]:
        return [each for key, each in self.confirmed.items() if key in self._there]

    async def look(self, query: LookAtMoney) -> None:
        """Take a first look at orders, and remember those where something differs."""
        for facts in await facts_of(query):
            keys = [difference.key for difference in compare(facts)]
            if keys or _open_cases(facts):
                self._there |= {*keys}
                self._suspects[facts.order_id] = Suspect(
                    order_id=facts.order_id,
                    intent_ids=[charge.intent_id for charge in facts.charges],
                    keys=keys,
                )

    async def deal_with(self, *, since: datetime, grace: timedelta, limit: int) -> None:
        """Mend what does not settle by itself within `grace`, and leave the rest to people."""
        for _ in range(_LOOKS):
            if not self._suspects:
                return
            await workflow.sleep(grace, summary="Whether it settles by itself")
            seen = [
                facts
                for query in self._queries(since, limit)
                for facts in await facts_of(query, exactly=True)
            ]
            for facts in seen:
                await self._close_what_agrees(facts)
            found = [(difference, facts) for facts in seen for difference in compare(facts)]
            before, self._there = self._there, {difference.key for difference, _ in found}
            for difference, facts in found:
                if difference.key in before:
                    await self._act(difference, facts)
            if self._there <= self._given_up:
                return

    def _queries(self, since: datetime, limit: int) -> list[LookAtMoney]:
        suspects = self.all
        batches = [suspects[at : at + limit] for at in range(0, len(suspects), limit)]
        return [
            LookAtMoney(
                order_ids=[suspect.order_id for suspect in batch],
                since=since,
                intent_ids=[each for suspect in batch for each in suspect.intent_ids],
            )
            for batch in batches
        ]

    async def _act(self, difference: Difference, facts: Facts) -> None:
        """Mend it, or give it up: from then on a person has it."""
        key = difference.key
        if key not in self.confirmed and key in {case.key for case in _open_cases(facts)}:
            self._cases_before.add(key)
        self.confirmed[key] = difference
        if difference.repair is not Repair.PERSON and self._tries[key] < _TRIES:
            self._tries[key] += 1
            await repair(difference, facts)
        elif key not in self._given_up:
            self._given_up.add(key)
            await self._open_case(difference)

    async def _open_case(self, difference: Difference) -> None:
        if difference.key in self._cases_before:
            return
        await execute(
            CaseActivities.open_case,
            OpenCase(
                order_id=difference.order_id,
                key=difference.key,
                amount=difference.amount,
                why=difference.words,
                deadline=workflow.now() + CASE_DEADLINE,
            ),
            policy=BOOKS,
            summary=f"Open a case: {difference.kind.value.replace('_', ' ')}",
        )

    async def _close_what_agrees(self, facts: Facts) -> None:
        """A case of ours ends with its difference, once two looks did not find that."""
        there = self._there | {difference.key for difference in compare(facts)}
        for case in _open_cases(facts):
            if case.key not in there:
                await execute(
                    CaseActivities.close_case,
                    CloseCase(
                        order_id=facts.order_id, key=case.key, resolution=Resolution.REFUNDED
                    ),
                    policy=BOOKS,
                    summary="Close a case: all agrees again",
                )


def _open_cases(facts: Facts) -> list[Case]:
    """Those that reconciliation opened."""
    return [case for case in facts.cases if case.is_open and not case.is_of_refund]
