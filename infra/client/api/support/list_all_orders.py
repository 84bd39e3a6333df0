import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.order_status import OrderStatus
from ...models.page_order_answer import PageOrderAnswer
from ...models.problem import Problem
from ...models.refund_status import RefundStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    status: None | OrderStatus | Unset = UNSET,
    refund_status: None | RefundStatus | Unset = UNSET,
    stuck: bool | Unset = False,
    restaurant_id: None | Unset | UUID = UNSET,
    placed_after: datetime.datetime | None | Unset = UNSET,
    placed_before: datetime.datetime | None | Unset = UNSET,
    customer_email: None | str | Unset = UNSET,
    customer_phone: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, str):
        json_status = status
    else:
        json_status = status
    params["status"] = json_status

    json_refund_status: None | str | Unset
    if isinstance(refund_status, Unset):
        json_refund_status = UNSET
    elif isinstance(refund_status, str):
        json_refund_status = refund_status
    else:
        json_refund_status = refund_status
    params["refund_status"] = json_refund_status

    params["stuck"] = stuck

    json_restaurant_id: None | str | Unset
    if isinstance(restaurant_id, Unset):
        json_restaurant_id = UNSET
    elif isinstance(restaurant_id, UUID):
        json_restaurant_id = str(restaurant_id)
    else:
        json_restaurant_id = restaurant_id
    params["restaurant_id"] = json_restaurant_id

    json_placed_after: None | str | Unset
    if isinstance(placed_after, Unset):
        json_placed_after = UNSET
    elif isinstance(placed_after, datetime.datetime):
        json_placed_after = placed_after.isoformat()
    else:
        json_placed_after = placed_after
    params["placed_after"] = json_placed_after

    json_placed_before: None | str | Unset
    if isinstance(placed_before, Unset):
        json_placed_before = UNSET
    elif isinstance(placed_before, datetime.datetime):
        json_placed_before = placed_before.isoformat()
    else:
        json_placed_before = placed_before
    params["placed_before"] = json_placed_before

    json_customer_email: None | str | Unset
    if isinstance(customer_email, Unset):
        json_customer_email = UNSET
    else:
        json_customer_email = customer_email
    params["customer_email"] = json_customer_email

    json_customer_phone: None | str | Unset
    if isinstance(customer_phone, Unset):
        json_customer_phone = UNSET
    else:
        json_customer_phone = customer_phone
    params["customer_phone"] = json_customer_phone

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/support/orders",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageOrderAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = PageOrderAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[PageOrderAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    status: None | OrderStatus | Unset = UNSET,
    refund_status: None | RefundStatus | Unset = UNSET,
    stuck: bool | Unset = False,
    restaurant_id: None | Unset | UUID = UNSET,
    placed_after: datetime.datetime | None | Unset = UNSET,
    placed_before: datetime.datetime | None | Unset = UNSET,
    customer_email: None | str | Unset = UNSET,
    customer_phone: None | str | Unset = UNSET,
) -> Response[PageOrderAnswer | Problem]:
    """List All Orders

     The newest first. `stuck` are those where nothing has happened for longer than is usual.

    Of an e-mail address or a phone (in any format) that nobody has, there are none.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        status (None | OrderStatus | Unset):
        refund_status (None | RefundStatus | Unset):
        stuck (bool | Unset):  Default: False.
        restaurant_id (None | Unset | UUID):
        placed_after (datetime.datetime | None | Unset):
        placed_before (datetime.datetime | None | Unset):
        customer_email (None | str | Unset):
        customer_phone (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOrderAnswer | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        status=status,
        refund_status=refund_status,
        stuck=stuck,
        restaurant_id=restaurant_id,
        placed_after=placed_after,
        placed_before=placed_before,
        customer_email=customer_email,
        customer_phone=customer_phone,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    status: None | OrderStatus | Unset = UNSET,
    refund_status: None | RefundStatus | Unset = UNSET,
    stuck: bool | Unset = False,
    restaurant_id: None | Unset | UUID = UNSET,
    placed_after: datetime.datetime | None | Unset = UNSET,
    placed_before: datetime.datetime | None | Unset = UNSET,
    customer_email: None | str | Unset = UNSET,
    customer_phone: None | str | Unset = UNSET,
) -> PageOrderAnswer | Problem | None:
    """List All Orders

     The newest first. `stuck` are those where nothing has happened for longer than is usual.

    Of an e-mail address or a phone (in any format) that nobody has, there are none.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        status (None | OrderStatus | Unset):
        refund_status (None | RefundStatus | Unset):
        stuck (bool | Unset):  Default: False.
        restaurant_id (None | Unset | UUID):
        placed_after (datetime.datetime | None | Unset):
        placed_before (datetime.datetime | None | Unset):
        customer_email (None | str | Unset):
        customer_phone (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOrderAnswer | Problem
    """

    return sync_detailed(
        client=client,
        limit=limit,
        cursor=cursor,
        status=status,
        refund_status=refund_status,
        stuck=stuck,
        restaurant_id=restaurant_id,
        placed_after=placed_after,
        placed_before=placed_before,
        customer_email=customer_email,
        customer_phone=customer_phone,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    status: None | OrderStatus | Unset = UNSET,
    refund_status: None | RefundStatus | Unset = UNSET,
    stuck: bool | Unset = False,
    restaurant_id: None | Unset | UUID = UNSET,
    placed_after: datetime.datetime | None | Unset = UNSET,
    placed_before: datetime.datetime | None | Unset = UNSET,
    customer_email: None | str | Unset = UNSET,
    customer_phone: None | str | Unset = UNSET,
) -> Response[PageOrderAnswer | Problem]:
    """List All Orders

     The newest first. `stuck` are those where nothing has happened for longer than is usual.

    Of an e-mail address or a phone (in any format) that nobody has, there are none.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        status (None | OrderStatus | Unset):
        refund_status (None | RefundStatus | Unset):
        stuck (bool | Unset):  Default: False.
        restaurant_id (None | Unset | UUID):
        placed_after (datetime.datetime | None | Unset):
        placed_before (datetime.datetime | None | Unset):
        customer_email (None | str | Unset):
        customer_phone (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOrderAnswer | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        status=status,
        refund_status=refund_status,
        stuck=stuck,
        restaurant_id=restaurant_id,
        placed_after=placed_after,
        placed_before=placed_before,
        customer_email=customer_email,
        customer_phone=customer_phone,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    status: None | OrderStatus | Unset = UNSET,
    refund_status: None | RefundStatus | Unset = UNSET,
    stuck: bool | Unset = False,
    restaurant_id: None | Unset | UUID = UNSET,
    placed_after: datetime.datetime | None | Unset = UNSET,
    placed_before: datetime.datetime | None | Unset = UNSET,
    customer_email: None | str | Unset = UNSET,
    customer_phone: None | str | Unset = UNSET,
) -> PageOrderAnswer | Problem | None:
    """List All Orders

     The newest first. `stuck` are those where nothing has happened for longer than is usual.

    Of an e-mail address or a phone (in any format) that nobody has, there are none.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        status (None | OrderStatus | Unset):
        refund_status (None | RefundStatus | Unset):
        stuck (bool | Unset):  Default: False.
        restaurant_id (None | Unset | UUID):
        placed_after (datetime.datetime | None | Unset):
        placed_before (datetime.datetime | None | Unset):
        customer_email (None | str | Unset):
        customer_phone (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOrderAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            cursor=cursor,
            status=status,
            refund_status=refund_status,
            stuck=stuck,
            restaurant_id=restaurant_id,
            placed_after=placed_after,
            placed_before=placed_before,
            customer_email=customer_email,
            customer_phone=customer_phone,
        )
    ).parsed
