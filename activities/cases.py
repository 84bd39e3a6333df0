"""Money that is owed and could not be given back, as somebody's case."""

from temporalio import activity

from adapters.postgres.payments.cases import CaseRepository
from domain.casework import Case, CloseCase, MoveOpenCase, OpenCase, RemindCase
from domain.payments import OrderPayment


class CaseActivities:
    """What opens or closes one answers where the order's money stands then."""

    def __init__(self, cases: CaseRepository) -> None:
        self._cases = cases

    @activity.defn
    async def open_case(self, command: OpenCase) -> OrderPayment:
        return await self._cases.open(command)

    @activity.defn
    async def remind_case(self, command: RemindCase) -> None:
        await self._cases.remind(command.key)

    @activity.defn
    async def move_case(self, command: MoveOpenCase) -> Case | None:
        """None where it is not open any more."""
        return await self._cases.move(command)

    @activity.defn
    async def close_case(self, command: CloseCase) -> OrderPayment:
        return await self._cases.close(command)
