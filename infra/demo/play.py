"""The scenarios one after another, what became of each order, and the verdict."""

import time
from uuid import UUID

import httpx
from temporalio.client import Client

from adapters.settings import TemporalSettings
from adapters.temporal import connect
from infra.demo.client import Refused
from infra.demo.facts import collect, portions
from infra.demo.invariants import Facts, check
from infra.demo.orders import Astray, FollowedOrder
from infra.demo.sandbox import Balance, balance
from infra.demo.scenarios import SCENARIOS
from infra.demo.scene import Scene
from workflows.order import workflow_id


async def play(scene: Scene) -> bool:
    """Whether every order went as told, and every invariant holds."""
    began = time.monotonic()
    site = scene.stack.site
    temporal = await connect(TemporalSettings(address=site.temporal_address))
    # Rules that somebody set by hand outlive a stack, and would hit the wrong order.
    await scene.sandbox.forget_faults()
    before = await portions(scene.town)
    well = [
        await _chapter(number, title, scene, temporal)
        for number, title in enumerate(SCENARIOS, start=1)
    ]
    orders, lost = await collect(scene.orders, scene.sandbox)
    after = await portions(scene.town)
    broken = check(Facts(orders=orders, lost=lost, before=before, after=after))
    scene.story.verdict(broken, astray=well.count(False))
    scene.story.tell(f"{len(scene.orders)} orders in {time.monotonic() - began:.1f} s.")
    return all(well) and not any(broken.values())


async def _chapter(number: int, title: str, scene: Scene, temporal: Client) -> bool:
    first = len(scene.orders)
    with scene.story.chapter(number, title):
        try:
            await SCENARIOS[title](scene)
        except (Astray, Refused, httpx.HTTPError) as trouble:
            scene.story.trouble(str(trouble) or repr(trouble))
            well = False
        else:
            well = True
        for order in scene.orders[first:]:
            await _tell_ending(order, scene, temporal)
    return well


async def _tell_ending(order: FollowedOrder, scene: Scene, temporal: Client) -> None:
    view = await order.view()
    became = f"ended as {view.status}: {view.why}" if view.why else f"is {view.status}."
    scene.story.ending(
        f"{order.customer.name}'s order of {view.total} {became}",
        await _money(order, scene),
        view.total.currency,
        link=await _page(order.id, scene, temporal),
    )


async def _money(order: FollowedOrder, scene: Scene) -> dict[str, Balance]:
    """At every moment that was noted, and now. The ledger only grows: it still knows them all."""
    entries = await scene.sandbox.entries(order.id)
    noted = {
        moment: balance(entry for entry in entries if entry.sequence <= sequence)
        for moment, sequence in order.moments.items()
    }
    return {**noted, "after": balance(entries)}


async def _page(order_id: str, scene: Scene, temporal: Client) -> str:
    """The order's page in the Temporal UI."""
    workflow = workflow_id(UUID(order_id))
    run = (await temporal.get_workflow_handle(workflow).describe()).run_id
    ui = scene.stack.site.temporal_ui_url
    return f"{ui}/namespaces/{temporal.namespace}/workflows/{workflow}/{run}/user-metadata"
