from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bulk_answer import BulkAnswer
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    bulk_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/support/bulk/{bulk_id}".format(
            bulk_id=quote(str(bulk_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BulkAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = BulkAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[BulkAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    bulk_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[BulkAnswer | Problem]:
    """Read Bulk

     How far it is, and what came of each order, in the order in which they were named.

    Args:
        bulk_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BulkAnswer | Problem]
    """

    kwargs = _get_kwargs(
        bulk_id=bulk_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    bulk_id: UUID,
    *,
    client: AuthenticatedClient,
) -> BulkAnswer | Problem | None:
    """Read Bulk

     How far it is, and what came of each order, in the order in which they were named.

    Args:
        bulk_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BulkAnswer | Problem
    """

    return sync_detailed(
        bulk_id=bulk_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    bulk_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[BulkAnswer | Problem]:
    """Read Bulk

     How far it is, and what came of each order, in the order in which they were named.

    Args:
        bulk_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BulkAnswer | Problem]
    """

    kwargs = _get_kwargs(
        bulk_id=bulk_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    bulk_id: UUID,
    *,
    client: AuthenticatedClient,
) -> BulkAnswer | Problem | None:
    """Read Bulk

     How far it is, and what came of each order, in the order in which they were named.

    Args:
        bulk_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BulkAnswer | Problem
    """

    return (
        await asyncio_detailed(
            bulk_id=bulk_id,
            client=client,
        )
    ).parsed
