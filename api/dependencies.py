"""What routes ask for: the services, who is calling, and whether they may."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.tokens import Bearer
from api.browser import TokenCookie, refuse_other_sites
from api.services import Services
from domain.accounts import Account, Role
from domain.errors import Forbidden, RestaurantNotFound, Unauthenticated
from domain.restaurants import Restaurant

# Without auto_error: its refusal would not be ours.
_scheme = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="The `access_token` of a login."
)


def _services(request: Request) -> Services:
    services: Services = request.state.services
    return services


Using = Annotated[Services, Depends(_services)]


def _token(
    request: Request,
    services: Using,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_scheme)],
) -> Bearer | None:
    """From the header; without one, from the cookie of a browser that is logged in."""
    if credentials:
        return services.tokens.read(credentials.credentials)
    cookie = TokenCookie.ACCESS.read(request)
    if cookie is None or "authorization" in request.headers:
        return None
    refuse_other_sites(request)
    return services.tokens.read(cookie)


async def _maybe_caller(
    services: Using, token: Annotated[Bearer | None, Depends(_token)]
) -> Account | None:
    """Read anew for every request: a role lost or a login ended counts at once."""
    if token is None:
        return None
    account = await services.accounts.signed_in(token.account_id, token.session_id)
    if account is None:
        message = "The login of this access token has ended."
        raise Unauthenticated(message)
    structlog.contextvars.bind_contextvars(account_id=str(account.account_id))
    return account


MaybeCaller = Annotated[Account | None, Depends(_maybe_caller)]
"""None for somebody without a token. A bad token is refused here too."""

_LOG_IN = "This needs an access token: log in, and send it as a bearer token."


def _caller(caller: MaybeCaller) -> Account:
    if caller is None:
        raise Unauthenticated(_LOG_IN)
    return caller


def _bearer(token: Annotated[Bearer | None, Depends(_token)]) -> Bearer:
    if token is None:
        raise Unauthenticated(_LOG_IN)
    return token


Caller = Annotated[Account, Depends(_caller)]
Token = Annotated[Bearer, Depends(_bearer)]


def _holding(role: Role) -> Callable[[Account], Account]:
    def check(caller: Caller) -> Account:
        if role not in caller.roles:
            message = f"This needs the role {role}."
            raise Forbidden(message)
        return caller

    return check


Admin = Annotated[Account, Depends(_holding(Role.ADMIN))]
Support = Annotated[Account, Depends(_holding(Role.SUPPORT))]
Rider = Annotated[Account, Depends(_holding(Role.COURIER))]


def is_staff(account: Account, restaurant_id: UUID) -> bool:
    return Role.RESTAURANT in account.roles and restaurant_id in account.restaurants


async def _restaurant(services: Using, restaurant_id: UUID) -> Restaurant:
    restaurant = await services.restaurants.find(restaurant_id)
    if restaurant is None:
        message = "There is no such restaurant."
        raise RestaurantNotFound(message)
    return restaurant


Named = Annotated[Restaurant, Depends(_restaurant)]
"""The restaurant of the path."""


def _staffed(caller: Caller, restaurant: Named) -> Restaurant:
    if not is_staff(caller, restaurant.restaurant_id):
        message = "This is for the restaurant's staff."
        raise Forbidden(message)
    return restaurant


Staffed = Annotated[Restaurant, Depends(_staffed)]
"""The restaurant of the path, whose staff the caller is."""
