"""The forms of the desk's pages, as a browser without scripts sends them."""

import html
import re
from typing import Any
from uuid import uuid4

import httpx

from tests.support.cookies import enter
from tests.support.rest import Person

HTML = {"Accept": "text/html"}


def at(browser: httpx.AsyncClient, person: Person) -> httpx.AsyncClient:
    enter(browser, person)
    browser.headers.update(HTML)
    return browser


def hidden(page: str) -> dict[str, Any]:
    """What the form of a page carries along."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def section_of(page: str, title: str) -> str:
    """The part of a page that has this heading."""
    [found] = [
        section
        for section in re.findall(r"<section.*?</section>", page, re.DOTALL)
        if re.search(rf"<h2[^>]*>{re.escape(title)}(?: <|<)", section)
    ]
    return html.unescape(found)


def answers_of(page: str) -> dict[str, str]:
    """What was filled in, by its label."""
    found = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", page)
    return {html.unescape(label): html.unescape(text) for label, text in found}


def form_of(page: str, slug: str) -> str:
    """The part of an order's page that offers one action; empty where it is not possible."""
    found = re.search(rf'<details id="do-{slug}".*?</details>', page, re.DOTALL)
    return found[0] if found else ""


def why_not(page: str, title: str) -> str:
    """What an order's page says of an action that is not possible; empty where it is."""
    off = rf'<div class="off">\s*<h3>{re.escape(title)}</h3>\s*<p>([^<]*)</p>'
    found = re.search(off, html.unescape(page))
    return found[1] if found else ""


async def previewed(
    browser: httpx.AsyncClient, order_id: str, slug: str, **typed: Any
) -> httpx.Response:
    """The first step of a form, as the order's page has it."""
    path = f"/support/orders/{order_id}"
    form = form_of((await browser.get(path)).text, slug)
    assert form, slug
    return await browser.post(f"{path}/{slug}", data={**hidden(form), **typed, "step": "preview"})


async def sent(
    browser: httpx.AsyncClient, order_id: str, slug: str, **typed: str
) -> httpx.Response:
    """The last step at once, whatever the page offers."""
    data = {"reason": "Cold", "key": uuid4().hex, **typed, "step": "confirm"}
    return await browser.post(f"/support/orders/{order_id}/{slug}", data=data)


def sentence_of(answer: httpx.Response, status: int) -> str:
    """What a refusal says on the order's page."""
    assert answer.status_code == status, answer.text
    [said] = re.findall(r'<p class="refusal">([^<]*)</p>', answer.text)
    assert re.fullmatch(r"[A-Z][^:]*: [A-Z0-9].*\.", said), said
    assert not re.search(r"Traceback|Error|File &#34;", answer.text)
    return html.unescape(said).partition(": ")[2]


async def confirmed(browser: httpx.AsyncClient, order_id: str, slug: str, page: str) -> Any:
    path = f"/support/orders/{order_id}/{slug}"
    return await browser.post(path, data={**hidden(page), "step": "confirm"})
