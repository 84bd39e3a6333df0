"""A browser that is logged in, as far as HTTP goes."""

import httpx

from tests.support.rest import Person

# What every browser says of a request that a page of ours makes.
OURS = {"Sec-Fetch-Site": "same-origin"}


def enter(browser: httpx.AsyncClient, person: Person) -> None:
    """As after a login, without the work of one."""
    browser.cookies = httpx.Cookies()
    for name, token in (("access", person.token), ("refresh", person.refresh_token)):
        browser.cookies.set(f"ha-soranu-{name}", token or "", domain="127.0.0.1")
