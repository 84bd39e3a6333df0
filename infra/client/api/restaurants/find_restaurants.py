from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_restaurant_answer import PageRestaurantAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    lat: float | None | Unset = UNSET,
    lon: float | None | Unset = UNSET,
    radius_km: float | Unset = 15.0,
    q: None | str | Unset = UNSET,
    open_now: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_lat: float | None | Unset
    if isinstance(lat, Unset):
        json_lat = UNSET
    else:
        json_lat = lat
    params["lat"] = json_lat

    json_lon: float | None | Unset
    if isinstance(lon, Unset):
        json_lon = UNSET
    else:
        json_lon = lon
    params["lon"] = json_lon

    params["radius_km"] = radius_km

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    params["open_now"] = open_now

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/restaurants",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageRestaurantAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = PageRestaurantAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PageRestaurantAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    lat: float | None | Unset = UNSET,
    lon: float | None | Unset = UNSET,
    radius_km: float | Unset = 15.0,
    q: None | str | Unset = UNSET,
    open_now: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> Response[PageRestaurantAnswer | Problem]:
    """Find Restaurants

     The nearest first; without a place by name.

    A page may be shorter than the limit, and even empty, and still name a next one: a search looks
    at so many restaurants at a time.

    Args:
        lat (float | None | Unset):
        lon (float | None | Unset):
        radius_km (float | Unset):  Default: 15.0.
        q (None | str | Unset): Part of the name or the cuisine.
        open_now (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageRestaurantAnswer | Problem]
    """

    kwargs = _get_kwargs(
        lat=lat,
        lon=lon,
        radius_km=radius_km,
        q=q,
        open_now=open_now,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    lat: float | None | Unset = UNSET,
    lon: float | None | Unset = UNSET,
    radius_km: float | Unset = 15.0,
    q: None | str | Unset = UNSET,
    open_now: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> PageRestaurantAnswer | Problem | None:
    """Find Restaurants

     The nearest first; without a place by name.

    A page may be shorter than the limit, and even empty, and still name a next one: a search looks
    at so many restaurants at a time.

    Args:
        lat (float | None | Unset):
        lon (float | None | Unset):
        radius_km (float | Unset):  Default: 15.0.
        q (None | str | Unset): Part of the name or the cuisine.
        open_now (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageRestaurantAnswer | Problem
    """

    return sync_detailed(
        client=client,
        lat=lat,
        lon=lon,
        radius_km=radius_km,
        q=q,
        open_now=open_now,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    lat: float | None | Unset = UNSET,
    lon: float | None | Unset = UNSET,
    radius_km: float | Unset = 15.0,
    q: None | str | Unset = UNSET,
    open_now: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> Response[PageRestaurantAnswer | Problem]:
    """Find Restaurants

     The nearest first; without a place by name.

    A page may be shorter than the limit, and even empty, and still name a next one: a search looks
    at so many restaurants at a time.

    Args:
        lat (float | None | Unset):
        lon (float | None | Unset):
        radius_km (float | Unset):  Default: 15.0.
        q (None | str | Unset): Part of the name or the cuisine.
        open_now (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageRestaurantAnswer | Problem]
    """

    kwargs = _get_kwargs(
        lat=lat,
        lon=lon,
        radius_km=radius_km,
        q=q,
        open_now=open_now,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    lat: float | None | Unset = UNSET,
    lon: float | None | Unset = UNSET,
    radius_km: float | Unset = 15.0,
    q: None | str | Unset = UNSET,
    open_now: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> PageRestaurantAnswer | Problem | None:
    """Find Restaurants

     The nearest first; without a place by name.

    A page may be shorter than the limit, and even empty, and still name a next one: a search looks
    at so many restaurants at a time.

    Args:
        lat (float | None | Unset):
        lon (float | None | Unset):
        radius_km (float | Unset):  Default: 15.0.
        q (None | str | Unset): Part of the name or the cuisine.
        open_now (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageRestaurantAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            lat=lat,
            lon=lon,
            radius_km=radius_km,
            q=q,
            open_now=open_now,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
