"""The delivery's row, and the courier's last sign of life."""

from datetime import datetime

from temporalio import activity

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.rides import RideRepository
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    LookForCourier,
    OfferDelivery,
    ReleaseDelivery,
)


class DeliveryActivities:
    def __init__(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, rides: RideRepository
    ) -> None:
        self._deliveries = deliveries
        self._couriers = couriers
        self._rides = rides

    @activity.defn
    async def offer_delivery(self, command: OfferDelivery) -> None:
        """Where somebody has it already, it stays theirs."""
        await self._deliveries.offer(command)

    @activity.defn
    async def check_courier(self, command: AssignCourier) -> None:
        """Raises `ClaimRefused` where the courier could not have it, and `CourierNotFound`."""
        await self._deliveries.check(command)

    @activity.defn
    async def assign_courier(self, command: AssignCourier) -> None:
        """Raises `ClaimRefused` with the reason, `AlreadyClaimed` and `CourierNotFound`."""
        await self._deliveries.assign(command)

    @activity.defn
    async def release_delivery(self, command: ReleaseDelivery) -> None:
        """Where the courier is is forgotten, unless they work on."""
        await self._deliveries.release(command)
        await self._rides.forget_place(command.courier_id)

    @activity.defn
    async def advance_delivery(self, command: AdvanceDelivery) -> None:
        """Raises `IllegalTransition` where the delivery's state does not lead there.

        Where its courier is is forgotten at the end, unless they work on.
        """
        await self._deliveries.advance(command)
        if command.state.is_final:
            await self._rides.forget_place_after(command.order_id)

    @activity.defn
    async def courier_last_seen(self, command: LookForCourier) -> datetime:
        """When the courier last did something or told where they are."""
        return await self._couriers.last_seen(command.courier_id)
