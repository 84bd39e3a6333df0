"""Money that is given back by dishes: one may stand in several lines, with different notes."""

import html
from collections.abc import Sequence
from uuid import UUID

import httpx
import pytest
from fastapi.exceptions import RequestValidationError

from api.support.refund_request import NewRefund, named_amount
from domain.orders import OrderStatus
from domain.refunds import Liable
from tests.support.builders import a_line, usd
from tests.support.desk_forms import at, confirmed, form_of, previewed
from tests.support.helpdesk import DISH, REASON, Helpdesk
from tests.support.ordering import an_order_in
from tests.support.rest import money

INJERA, SHIRO, TIBS = [UUID(int=each) for each in (1, 2, 3)]
LINES = [
    a_line(menu_item_id=INJERA, quantity=3, unit_price=usd(1_000)),
    a_line(menu_item_id=SHIRO, quantity=1, unit_price=usd(700)),
    a_line(menu_item_id=INJERA, quantity=1, unit_price=usd(1_000)),
    a_line(menu_item_id=TIBS, quantity=1, unit_price=usd(500), unavailable=True),
]


@pytest.mark.parametrize(
    ("dishes", "amount"),
    [
        ([INJERA], 4_000),
        ([INJERA, INJERA], 4_000),
        ([SHIRO], 700),
        ([SHIRO, INJERA], 4_700),
    ],
)
def test_is_all_that_was_paid_for_them(dishes: Sequence[UUID], amount: int) -> None:
    order = an_order_in(OrderStatus.DELIVERED, lines=LINES)
    body = NewRefund(reason=REASON, liable=Liable.PLATFORM, line_ids=list(dishes))
    assert named_amount(order, body) == usd(amount)


def test_is_nothing_of_what_was_not_paid() -> None:
    order = an_order_in(OrderStatus.DELIVERED, lines=LINES)
    body = NewRefund(reason=REASON, liable=Liable.PLATFORM, line_ids=[INJERA, TIBS])
    with pytest.raises(RequestValidationError):
        named_amount(order, body)


async def test_is_chosen_by_one_box_for_each(browser: httpx.AsyncClient, desk: Helpdesk) -> None:
    support, dish = at(browser, desk.money), desk.diner.item_id
    lines = ({"quantity": 3}, {"quantity": 1, "note": "No salt"})
    items = [{"menu_item_id": dish, **each} for each in lines]
    address = {"line1": "Crozet 1", "city": "Crozet", "lat": -46.4, "lon": 51.81}
    order_id = await desk.diner.placed(items=items, delivery_address=address)
    await desk.order_is(order_id, lambda order: order["payment"]["captured"]["amount"])
    form = form_of((await support.get(f"/support/orders/{order_id}")).text, "refunds")
    said = "4 × Kerguelen cabbage, 50.00 USD"
    assert form.count(f'name="line_ids" value="{dish}"') == 1
    assert html.unescape(form).count(said) == 1
    given = {"line_ids": dish, "liable": "platform", "reason": REASON}
    first = await previewed(support, order_id, "refunds", **given)
    assert first.text.count(said) == 1
    assert (await confirmed(support, order_id, "refunds", first.text)).is_redirect
    *_, done = await desk.logged(order_id, "refund")
    assert (done["outcome"], done["amount"]) == ("done", money(4 * DISH))
