"""What customers' banks took back, as Stripe has it."""

from temporalio import activity

from adapters.postgres.payments.disputes import DisputeRepository
from adapters.stripe.gateway import StripeGateway
from domain.disputes import Dispute, LookAtDispute


class DisputeActivities:
    def __init__(self, disputes: DisputeRepository, gateway: StripeGateway) -> None:
        self._disputes = disputes
        self._gateway = gateway

    @activity.defn
    async def record_dispute(self, command: LookAtDispute) -> Dispute | None:
        """Write how it stands. None where it took no money of an order of ours."""
        found = await self._gateway.dispute(command.dispute_id)
        return await self._disputes.record(found) if found else None
