"""Names for ids, to be shown on a page and nowhere else; and the ids of whom somebody typed."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from api.fields import mailbox
from api.services import Services
from api.web.support.fields import Field, Kind
from domain.errors import AccountNotFound


async def of_accounts(services: Services, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    """Without those who were erased."""
    wanted = {id_ for id_ in ids if id_ is not None}
    return await services.accounts.names(wanted) if wanted else {}


async def id_of(services: Services, email: str) -> UUID:
    """Whose e-mail address somebody typed. Raises `AccountNotFound`."""
    try:
        address = mailbox(email)
    except ValueError as error:
        message = "This is no e-mail address."
        raise AccountNotFound(message) from error
    return await services.accounts.id_of(address)


async def ids_for(
    services: Services, fields: Iterable[Field], body: Mapping[str, object]
) -> dict[str, object]:
    """The body with people's ids in place of their addresses. Raises `AccountNotFound`."""
    named = [field.name for field in fields if field.kind is Kind.PERSON and field.name in body]
    ids = {name: await id_of(services, str(body[name])) for name in named}
    return {**body, **{name: str(id_) for name, id_ in ids.items()}}


async def of_restaurants(services: Services, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    wanted = {id_ for id_ in ids if id_ is not None}
    found = await services.restaurants.named(wanted) if wanted else {}
    return {id_: restaurant.name for id_, restaurant in found.items()}
