"""What the API can do: each operation with the parameters it knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from infra.stripe_sandbox.parameters import Parser, between, moment, text
from infra.stripe_sandbox.session import Body, Session

_PLACE: dict[str, Parser] = {
    "limit": between(1, 100),
    "starting_after": text,
    "ending_before": text,
}
# What every list of Stripe's can be asked for.
PAGE: dict[str, Parser] = _PLACE | {"created": moment}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`run` takes the parsed parameters, with the `id` of the path among them."""

    method: str
    path: str
    run: Callable[[Session, Body], Body]
    accepts: Mapping[str, Parser] = field(default_factory=dict)
    required: tuple[str, ...] = ()


def listing(session: Session, kind: str, url: str, params: Body) -> Body:
    """A list object; every parameter that doesn't place the page is a field to filter by."""
    where = {name: value for name, value in params.items() if name not in _PLACE}
    found, more = session.page(kind, where, {"limit": 10} | params)
    return {"object": "list", "url": url, "has_more": more, "data": found}
