"""Finding an order by whatever somebody has of it."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.dependencies import Support, Using
from api.support import search
from api.support.search import FoundAnswer, Searching, found
from api.web.rendering import page
from api.web.support import names, words
from api.web.support.typed import Typed, one

router = APIRouter(prefix="/search")


@router.get("")
async def start_anew(_: Support) -> Response:
    """Of an answer that is loaded again nobody knows what it was to."""
    return RedirectResponse("/support", HTTPStatus.SEE_OTHER)


@router.post("")
async def find(request: Request, caller: Support, services: Using, typed: Typed) -> Response:
    """Straight to the only order. What was typed is somebody's data, and stands in no address."""
    asked, hits, refusal = one(typed, "q"), list[FoundAnswer](), None
    try:
        hits = await found(services, Searching(q=asked).q, caller)
    except ValidationError:
        refusal = "Write 3 to 200 characters, none of them a control character."
    if len(hits) == 1:
        return RedirectResponse(f"/support/orders/{hits[0].order.id}", HTTPStatus.SEE_OTHER)
    facts = {
        "asked": asked,
        "words": words,
        "hits": by_match(hits),
        "shown": search.OF_EACH,
        # An order is found once, so what was found in one way alone may be fewer.
        "is_cut": len(hits) >= search.OF_EACH,
        "refusal": refusal,
        "names": await names.of_restaurants(services, {hit.order.restaurant_id for hit in hits}),
    }
    return page(request, "support/found.html", caller=caller, facts=facts)


def by_match(hits: Sequence[FoundAnswer]) -> dict[str, list[FoundAnswer]]:
    """By what they were found by, in the order in which they were found."""
    matches: dict[str, list[FoundAnswer]] = {}
    for hit in hits:
        title = "Order number" if hit.kind == "order" else f"{hit.kind.capitalize()} {hit.match}"
        matches.setdefault(title, []).append(hit)
    return matches
