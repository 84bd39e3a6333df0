"""Every way a delivery can go, each run until nothing more happens by itself.

Their histories are recorded, and must replay on every later version of the workflow.
"""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from temporalio.testing import WorkflowEnvironment

from domain.clocks import USUAL
from domain.deliveries import ExtendDelivery, ReassignCourier
from domain.errors import ClaimRefused
from domain.orders import OrderStatus
from tests.support.builders import a_mandate
from tests.support.delivering import an_errand
from tests.support.fakes_delivery import FakeDeliveries
from tests.support.parents import Listening
from tests.support.polling import eventually
from tests.support.running_delivery import Delivery, begun
from workflows.delivery import TASK_QUEUE, workflow_id
from workflows.policies import COURIER_SILENCE, OFFER_ROUND, PICK_UP_PATIENCE

Scenario = Callable[[WorkflowEnvironment, FakeDeliveries], Awaitable[Delivery]]


async def delivered(environment: WorkflowEnvironment, activities: FakeDeliveries) -> Delivery:
    delivery = await begun(environment.client, activities)
    await delivery.bring_to("delivered", uuid4())
    return await _ended(delivery)


async def delivered_for_an_order(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    errand, client = an_errand(), environment.client
    order = await client.start_workflow(
        Listening.run, errand, id=f"order-{errand.order_id}", task_queue=TASK_QUEUE
    )
    await eventually(lambda: activities.has_offered(errand.order_id))
    handle = client.get_workflow_handle(workflow_id(errand.order_id))
    delivery = Delivery(handle)
    await delivery.bring_to("delivered", uuid4())
    await order.result()
    return await _ended(delivery)


async def claimed_by_one_after_another(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    activities.script["assign_courier"] = [
        ClaimRefused("You are not available."),
        OSError("Reset."),
    ]
    delivery = await begun(environment.client, activities)
    first, second = uuid4(), uuid4()
    await delivery.refused("claim", first)
    await delivery.ask("claim", first)
    await delivery.refused("claim", second)
    await delivery.ask("release", first)
    await delivery.bring_to("failed", second)
    return await _ended(delivery)


async def fetched_too_early(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    delivery = await begun(environment.client, activities)
    courier_id = uuid4()
    await delivery.bring_to("assigned", courier_id)
    await delivery.refused("pick_up", courier_id)
    await delivery.bring_to("delivered", courier_id)
    return await _ended(delivery)


async def called_off(environment: WorkflowEnvironment, activities: FakeDeliveries) -> Delivery:
    delivery = await begun(environment.client, activities)
    await delivery.bring_to("assigned", uuid4())
    await delivery.call_off()
    return await _ended(delivery)


async def called_off_by_the_engine(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    delivery = await begun(environment.client, activities)
    await delivery.bring_to("picked_up", uuid4())
    await delivery.handle.cancel()
    return await _ended(delivery)


async def nobody_takes_it(environment: WorkflowEnvironment, activities: FakeDeliveries) -> Delivery:
    return await _ended(await begun(environment.client, activities))


async def taken_back_from_the_silent(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    delivery = await begun(environment.client, activities)
    await environment.sleep(OFFER_ROUND * 5)
    await delivery.bring_to("assigned", uuid4())
    activities.alive = False
    await environment.sleep(COURIER_SILENCE * 1.1)
    await eventually(lambda: "release_delivery" in activities.names)
    activities.alive = True
    await delivery.bring_to("delivered", uuid4())
    return await _ended(delivery)


async def lost_with_the_food(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    delivery = await begun(environment.client, activities)
    await delivery.bring_to("picked_up", uuid4())
    activities.alive = False
    await environment.sleep(COURIER_SILENCE * 1.1)
    activities.alive = True
    await environment.sleep(COURIER_SILENCE * 2)
    activities.alive = False
    return await _ended(delivery)


async def moved_by_support(
    environment: WorkflowEnvironment, activities: FakeDeliveries
) -> Delivery:
    """Its food waits for too long, and is under way for too long then."""
    delivery = await begun(environment.client, activities)
    await delivery.bring_to("assigned", uuid4())
    await delivery.ready()
    await environment.sleep(PICK_UP_PATIENCE * 1.1)
    await eventually(lambda: "release_delivery" in activities.names)
    first, second = uuid4(), uuid4()
    for courier_id in (first, None):
        given = ReassignCourier(courier_id=courier_id, mandate=a_mandate())
        await delivery.desk("reassign", given)
    await delivery.bring_to("picked_up", second)
    await delivery.desk("extend_deadline", ExtendDelivery(minutes=30, mandate=a_mandate()))
    await environment.sleep(USUAL[OrderStatus.PICKED_UP] + COURIER_SILENCE)
    await delivery.ask("deliver", second)
    return await _ended(delivery)


AT_ONCE: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        delivered,
        delivered_for_an_order,
        claimed_by_one_after_another,
        fetched_too_early,
        called_off,
        called_off_by_the_engine,
    )
}
IN_TIME: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        nobody_takes_it,
        taken_back_from_the_silent,
        lost_with_the_food,
        moved_by_support,
    )
}
"""Those whose clock has to jump."""


async def _ended(delivery: Delivery) -> Delivery:
    await delivery.handle.result()
    return delivery
