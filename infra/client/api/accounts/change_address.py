from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_answer import AddressAnswer
from ...models.address_changes import AddressChanges
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    address_id: UUID,
    *,
    body: AddressChanges,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/me/addresses/{address_id}".format(
            address_id=quote(str(address_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AddressAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = AddressAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

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
) -> Response[AddressAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    address_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AddressChanges,
    if_match: None | str | Unset = UNSET,
) -> Response[AddressAnswer | Problem]:
    """Change Address

     What is left out stays. Orders keep the address they were placed with.

    Args:
        address_id (UUID):
        if_match (None | str | Unset): The ETag that was read.
        body (AddressChanges):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressAnswer | Problem]
    """

    kwargs = _get_kwargs(
        address_id=address_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    address_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AddressChanges,
    if_match: None | str | Unset = UNSET,
) -> AddressAnswer | Problem | None:
    """Change Address

     What is left out stays. Orders keep the address they were placed with.

    Args:
        address_id (UUID):
        if_match (None | str | Unset): The ETag that was read.
        body (AddressChanges):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressAnswer | Problem
    """

    return sync_detailed(
        address_id=address_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    address_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AddressChanges,
    if_match: None | str | Unset = UNSET,
) -> Response[AddressAnswer | Problem]:
    """Change Address

     What is left out stays. Orders keep the address they were placed with.

    Args:
        address_id (UUID):
        if_match (None | str | Unset): The ETag that was read.
        body (AddressChanges):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressAnswer | Problem]
    """

    kwargs = _get_kwargs(
        address_id=address_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    address_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AddressChanges,
    if_match: None | str | Unset = UNSET,
) -> AddressAnswer | Problem | None:
    """Change Address

     What is left out stays. Orders keep the address they were placed with.

    Args:
        address_id (UUID):
        if_match (None | str | Unset): The ETag that was read.
        body (AddressChanges):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressAnswer | Problem
    """

    return (
        await asyncio_detailed(
            address_id=address_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
