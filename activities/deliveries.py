"""The delivery's row, and the courier's last sign of life."""

from datetime import datetime

from temporalio import activity

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    LookForCourier,
    OfferDelivery,
    ReleaseDelivery,
)


class DeliveryActivities:
    def __init__(self, deliveries: DeliveryRepository, couriers: CourierRepository) -> None:
        self._deliveries = deliveries
        self._couriers = couriers

    @activity.defn
    async def offer_delivery(self, command: OfferDelivery) -> None:
        """Where somebody has it already, it stays theirs."""
        await self._deliveries.offer(command)

    @activity.defn
    async def assign_courier(self, command: AssignCourier) -> None:
        """Raises `ClaimRefused` with the reason, `AlreadyClaimed` and `CourierNotFound`."""
        await self._deliveries.assign(command)

    @activity.defn
    async def release_delivery(self, command: ReleaseDelivery) -> None:
        await self._deliveries.release(command)

    @activity.defn
    async def advance_delivery(self, command: AdvanceDelivery) -> None:
        """Raises `IllegalTransition` where the delivery's state does not lead there."""
        await self._deliveries.advance(command)

    @activity.defn
    async def courier_last_seen(self, command: LookForCourier) -> datetime:
        """When the courier last did something or told where they are."""
        return await self._couriers.last_seen(command.courier_id)
