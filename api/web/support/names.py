"""Names for ids, to be shown on a page and nowhere else; and the ids of whom somebody typed."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from api.services import Services
from api.web.support.fields import Field, Kind


async def of_accounts(services: Services, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    """Without those who were erased."""
    wanted = sorted({id_ for id_ in ids if id_ is not None})
    found = await asyncio.gather(*(services.accounts.find(id_) for id_ in wanted))
    return {account.account_id: account.name for account in found if account}


async def ids_for(
    services: Services, fields: Iterable[Field], body: Mapping[str, object]
) -> dict[str, object]:
    """The body with people's ids in place of their addresses. Raises `AccountNotFound`."""
    named = [field.name for field in fields if field.kind is Kind.PERSON and field.name in body]
    ids = {name: await services.accounts.id_of(str(body[name]).lower()) for name in named}
    return {**body, **{name: str(id_) for name, id_ in ids.items()}}


async def of_restaurants(services: Services, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    wanted = {id_ for id_ in ids if id_ is not None}
    found = await services.restaurants.named(wanted) if wanted else {}
    return {id_: restaurant.name for id_, restaurant in found.items()}
