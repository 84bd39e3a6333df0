"""The orders of the demo. Each scenario brings its orders where they belong, or raises Astray."""

import asyncio
from itertools import compress

from domain.orders import OrderStatus
from infra.demo.client import Refused
from infra.demo.orders import Astray, FollowedOrder
from infra.demo.scene import Scene
from infra.demo.seed import LAST_PORTION

# A race for the last portion in which the second is refused at once proves nothing: again.
RACES = 5
# Where the sandbox is asked to hold money.
CHARGE = "/v1/payment_intents"


async def delivered(scene: Scene) -> None:
    order = await scene.place(scene.town.abebe, scene.dish("Shiro wot"), quantity=2)
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order)
    await scene.cook(order)
    await order.reaches(OrderStatus.READY)
    await scene.pick_up(order)
    await order.reaches(OrderStatus.PICKED_UP)
    await scene.hand_over(order)
    await order.reaches(OrderStatus.DELIVERED)


async def authenticated(scene: Scene) -> None:
    card = "pm_card_authenticationRequired"
    order = await scene.place(scene.town.sara, scene.dish("Kitfo"), card=card)
    await order.reaches(OrderStatus.PAYMENT_ACTION_REQUIRED)
    await scene.authenticate(order)
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order)


async def without_a_dish(scene: Scene) -> None:
    kitfo, stew = scene.dish("Kitfo"), scene.dish("Yetsom beyaynetu")
    order = await scene.place(scene.town.abebe, kitfo, stew)
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order, without=stew)


async def nobody_home(scene: Scene) -> None:
    order = await scene.place(scene.town.sara, scene.dish("Shiro wot"))
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order)
    await scene.cook(order)
    await order.reaches(OrderStatus.READY)
    await scene.pick_up(order)
    await scene.note_money(order, "on the way")
    await scene.find_nobody(order)
    await order.reaches(OrderStatus.CANCELLED)
    await order.is_refunded()


async def declined(scene: Scene) -> None:
    card = "pm_card_visa_chargeDeclined"
    order = await scene.place(scene.town.sara, scene.dish("Kitfo"), card=card)
    await order.reaches(OrderStatus.PAYMENT_FAILED)


async def out_of_stock(scene: Scene) -> None:
    for _ in range(RACES):
        placed = await _race_for_the_last_portion(scene)
        if len(placed) > 1:
            scene.story.say("The API", "says 202 to both.")
        served = await asyncio.gather(*(_is_served(order) for order in placed))
        first, *others = compress(placed, served)
        if others:
            raise Astray("The last portion was promised twice.")
        if len(placed) > 1:
            await scene.accept(first)
            return
        await scene.cancel(first, reason="To race once more")
        await first.reaches(OrderStatus.CANCELLED)
    raise Astray(f"In {RACES} races the second was always refused at once.")


async def rejected(scene: Scene) -> None:
    order = await scene.place(scene.town.sara, scene.dish("Yetsom beyaynetu"))
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.reject(order, reason="The oven broke")
    await order.reaches(OrderStatus.REJECTED)


async def cancelled(scene: Scene) -> None:
    order = await scene.place(scene.town.abebe, scene.dish("Kitfo"), quantity=3)
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order)
    await scene.note_money(order, "once it is accepted")
    await scene.cancel(order, reason="We eat out after all")
    await order.reaches(OrderStatus.CANCELLED)
    await order.is_refunded()


async def killed(scene: Scene) -> None:
    async with scene.sandbox.swallowing_the_answer(CHARGE):
        order = await scene.place(scene.town.sara, scene.dish("Shiro wot"))
        await order.reaches(OrderStatus.RESERVED)
        await scene.bank_holds_money_of(order)
        await scene.note_money(order, "at the kill")
        await scene.kill_payments_worker()
    scene.story.say("Temporal", "gives the step to the new worker once its time limit is over.")
    await order.reaches(OrderStatus.CONFIRMED)
    await scene.accept(order)


SCENARIOS = {
    "The food arrives": delivered,
    "The bank declines the card": declined,
    "The bank wants to hear from the customer first": authenticated,
    "Two customers race for the last portion": out_of_stock,
    "The restaurant rejects": rejected,
    "The restaurant has run out of one dish": without_a_dish,
    "Nobody is home": nobody_home,
    "The customer cancels what was accepted and paid": cancelled,
    "The payments worker is killed between the charge and its answer": killed,
}


async def _race_for_the_last_portion(scene: Scene) -> list[FollowedOrder]:
    """The orders that were acknowledged: one or two."""
    dish = scene.dish(LAST_PORTION)
    racers = (scene.town.abebe, scene.town.sara)
    attempts = [scene.place(customer, dish) for customer in racers]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    placed = []
    for customer, answer in zip(racers, answers, strict=True):
        if isinstance(answer, FollowedOrder):
            placed.append(answer)
        elif isinstance(answer, Refused) and answer.code == "item_unavailable":
            scene.story.say(customer.name, f"is refused at once: {answer}")
        elif isinstance(answer, BaseException):
            raise answer
    return placed


async def _is_served(order: FollowedOrder) -> bool:
    """False for an order that came too late, and was undone."""
    status = await order.reaches(OrderStatus.CONFIRMED, OrderStatus.REJECTED)
    return status is OrderStatus.CONFIRMED
