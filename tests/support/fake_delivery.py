"""A delivery that goes as a test says, under the name of the real one."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import (
        CourierMoved,
        DeliverOrder,
        DeliveryCode,
        DeliveryOutcome,
        DeliveryState,
    )


@workflow.defn(name="DeliveryWorkflow")
class FakeDelivery:
    """It tells its order every move it is told of, and ends as it is told, or called off."""

    @workflow.init
    def __init__(self, errand: DeliverOrder) -> None:
        self._errand = errand
        self._outcome: DeliveryOutcome | None = None
        self._moves: list[CourierMoved] = []
        self._heard: list[str] = []
        self._is_deaf = False

    @workflow.run
    async def run(self, errand: DeliverOrder) -> DeliveryOutcome:  # noqa: ARG002 - __init__ has it.
        order = workflow.info().parent
        while self._outcome is None or self._moves:
            await workflow.wait_condition(lambda: bool(self._outcome or self._moves))
            while self._moves and order:
                handle = workflow.get_external_workflow_handle(order.workflow_id)
                await handle.signal("courier_moved", self._moves.pop(0))
        return self._outcome

    @workflow.signal
    def move(self, move: CourierMoved) -> None:
        self._moves.append(move)

    @workflow.signal
    def end(self, outcome: DeliveryOutcome) -> None:
        self._outcome = outcome

    @workflow.signal
    def become_deaf(self) -> None:
        """Hear no more that it is called off."""
        self._is_deaf = True

    @workflow.signal
    def food_ready(self) -> None:
        self._heard.append("food_ready")

    @workflow.signal
    def call_off(self) -> None:
        self._heard.append("call_off")
        if not self._is_deaf:
            self._outcome = DeliveryOutcome(
                order_id=self._errand.order_id,
                state=DeliveryState.CANCELLED,
                courier_id=None,
                code=DeliveryCode.CALLED_OFF,
            )

    @workflow.query
    def heard(self) -> list[str]:
        return self._heard
