"""Money that is owed and could not be given back, as somebody's case."""

from temporalio import activity

from adapters.postgres.payments.cases import CaseRepository
from domain.casework import RemindCase
from domain.payments import CloseCase, OpenCase, OrderPayment


class CaseActivities:
    """Each answers where the order's money stands then: open cases are part of that."""

    def __init__(self, cases: CaseRepository) -> None:
        self._cases = cases

    @activity.defn
    async def open_case(self, command: OpenCase) -> OrderPayment:
        return await self._cases.open(command)

    @activity.defn
    async def remind_case(self, command: RemindCase) -> None:
        await self._cases.remind(command.key)

    @activity.defn
    async def close_case(self, command: CloseCase) -> OrderPayment:
        return await self._cases.close(command)
