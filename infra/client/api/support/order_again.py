from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.again_answer import AgainAnswer
from ...models.ordering_again import OrderingAgain
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    order_id: UUID,
    *,
    body: OrderingAgain,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/support/orders/{order_id}/order-again".format(
            order_id=quote(str(order_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AgainAnswer | Problem | None:
    if response.status_code == 202:
        response_202 = AgainAnswer.from_dict(response.json())

        return response_202

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[AgainAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: OrderingAgain,
    idempotency_key: str,
) -> Response[AgainAnswer | Problem]:
    """Order Again

     The same dishes to the same address, paid in the same way, once the first one has ended.

    Once, whoever asks: where that was done already, only an order that ended without food is
    placed anew. Who wants another one nevertheless orders the one in its place again.

    A payment method that needs its customer, or can't be used again, ends like any other order's:
    `payment_action_required`, or `payment_failed`.

    Args:
        order_id (UUID):
        idempotency_key (str):
        body (OrderingAgain): `expected_total` is what the customer was told: for another price
            nothing is ordered.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgainAnswer | Problem]
    """

    kwargs = _get_kwargs(
        order_id=order_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: OrderingAgain,
    idempotency_key: str,
) -> AgainAnswer | Problem | None:
    """Order Again

     The same dishes to the same address, paid in the same way, once the first one has ended.

    Once, whoever asks: where that was done already, only an order that ended without food is
    placed anew. Who wants another one nevertheless orders the one in its place again.

    A payment method that needs its customer, or can't be used again, ends like any other order's:
    `payment_action_required`, or `payment_failed`.

    Args:
        order_id (UUID):
        idempotency_key (str):
        body (OrderingAgain): `expected_total` is what the customer was told: for another price
            nothing is ordered.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgainAnswer | Problem
    """

    return sync_detailed(
        order_id=order_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: OrderingAgain,
    idempotency_key: str,
) -> Response[AgainAnswer | Problem]:
    """Order Again

     The same dishes to the same address, paid in the same way, once the first one has ended.

    Once, whoever asks: where that was done already, only an order that ended without food is
    placed anew. Who wants another one nevertheless orders the one in its place again.

    A payment method that needs its customer, or can't be used again, ends like any other order's:
    `payment_action_required`, or `payment_failed`.

    Args:
        order_id (UUID):
        idempotency_key (str):
        body (OrderingAgain): `expected_total` is what the customer was told: for another price
            nothing is ordered.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AgainAnswer | Problem]
    """

    kwargs = _get_kwargs(
        order_id=order_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: OrderingAgain,
    idempotency_key: str,
) -> AgainAnswer | Problem | None:
    """Order Again

     The same dishes to the same address, paid in the same way, once the first one has ended.

    Once, whoever asks: where that was done already, only an order that ended without food is
    placed anew. Who wants another one nevertheless orders the one in its place again.

    A payment method that needs its customer, or can't be used again, ends like any other order's:
    `payment_action_required`, or `payment_failed`.

    Args:
        order_id (UUID):
        idempotency_key (str):
        body (OrderingAgain): `expected_total` is what the customer was told: for another price
            nothing is ordered.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AgainAnswer | Problem
    """

    return (
        await asyncio_detailed(
            order_id=order_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
