"""Who earns what of an order, written into the ledger."""

from temporalio import activity

from adapters.postgres.payments.settlement import SettlementRepository
from domain.settlement import SettlePayment


class LedgerActivities:
    def __init__(self, settlements: SettlementRepository) -> None:
        self._settlements = settlements

    @activity.defn
    async def settle_payment(self, command: SettlePayment) -> None:
        await self._settlements.settle(command)
