import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.desk_action import DeskAction
from ...models.outcome import Outcome
from ...models.page_audit_answer import PageAuditAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    actor: None | Unset | UUID = UNSET,
    order_id: None | Unset | UUID = UNSET,
    action: DeskAction | None | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    after: datetime.datetime | None | Unset = UNSET,
    before: datetime.datetime | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    elif isinstance(actor, UUID):
        json_actor = str(actor)
    else:
        json_actor = actor
    params["actor"] = json_actor

    json_order_id: None | str | Unset
    if isinstance(order_id, Unset):
        json_order_id = UNSET
    elif isinstance(order_id, UUID):
        json_order_id = str(order_id)
    else:
        json_order_id = order_id
    params["order_id"] = json_order_id

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    elif isinstance(action, str):
        json_action = action
    else:
        json_action = action
    params["action"] = json_action

    json_outcome: None | str | Unset
    if isinstance(outcome, Unset):
        json_outcome = UNSET
    elif isinstance(outcome, str):
        json_outcome = outcome
    else:
        json_outcome = outcome
    params["outcome"] = json_outcome

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    elif isinstance(after, datetime.datetime):
        json_after = after.isoformat()
    else:
        json_after = after
    params["after"] = json_after

    json_before: None | str | Unset
    if isinstance(before, Unset):
        json_before = UNSET
    elif isinstance(before, datetime.datetime):
        json_before = before.isoformat()
    else:
        json_before = before
    params["before"] = json_before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/support/audit",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageAuditAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = PageAuditAnswer.from_dict(response.json())

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
) -> Response[PageAuditAnswer | Problem]:
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
    actor: None | Unset | UUID = UNSET,
    order_id: None | Unset | UUID = UNSET,
    action: DeskAction | None | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    after: datetime.datetime | None | Unset = UNSET,
    before: datetime.datetime | None | Unset = UNSET,
) -> Response[PageAuditAnswer | Problem]:
    """List Audit

     The newest first. Written from `after` on, and before `before`.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        actor (None | Unset | UUID):
        order_id (None | Unset | UUID):
        action (DeskAction | None | Unset):
        outcome (None | Outcome | Unset):
        after (datetime.datetime | None | Unset):
        before (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditAnswer | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        actor=actor,
        order_id=order_id,
        action=action,
        outcome=outcome,
        after=after,
        before=before,
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
    actor: None | Unset | UUID = UNSET,
    order_id: None | Unset | UUID = UNSET,
    action: DeskAction | None | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    after: datetime.datetime | None | Unset = UNSET,
    before: datetime.datetime | None | Unset = UNSET,
) -> PageAuditAnswer | Problem | None:
    """List Audit

     The newest first. Written from `after` on, and before `before`.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        actor (None | Unset | UUID):
        order_id (None | Unset | UUID):
        action (DeskAction | None | Unset):
        outcome (None | Outcome | Unset):
        after (datetime.datetime | None | Unset):
        before (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditAnswer | Problem
    """

    return sync_detailed(
        client=client,
        limit=limit,
        cursor=cursor,
        actor=actor,
        order_id=order_id,
        action=action,
        outcome=outcome,
        after=after,
        before=before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    actor: None | Unset | UUID = UNSET,
    order_id: None | Unset | UUID = UNSET,
    action: DeskAction | None | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    after: datetime.datetime | None | Unset = UNSET,
    before: datetime.datetime | None | Unset = UNSET,
) -> Response[PageAuditAnswer | Problem]:
    """List Audit

     The newest first. Written from `after` on, and before `before`.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        actor (None | Unset | UUID):
        order_id (None | Unset | UUID):
        action (DeskAction | None | Unset):
        outcome (None | Outcome | Unset):
        after (datetime.datetime | None | Unset):
        before (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditAnswer | Problem]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        actor=actor,
        order_id=order_id,
        action=action,
        outcome=outcome,
        after=after,
        before=before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    actor: None | Unset | UUID = UNSET,
    order_id: None | Unset | UUID = UNSET,
    action: DeskAction | None | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    after: datetime.datetime | None | Unset = UNSET,
    before: datetime.datetime | None | Unset = UNSET,
) -> PageAuditAnswer | Problem | None:
    """List Audit

     The newest first. Written from `after` on, and before `before`.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset):
        actor (None | Unset | UUID):
        order_id (None | Unset | UUID):
        action (DeskAction | None | Unset):
        outcome (None | Outcome | Unset):
        after (datetime.datetime | None | Unset):
        before (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            cursor=cursor,
            actor=actor,
            order_id=order_id,
            action=action,
            outcome=outcome,
            after=after,
            before=before,
        )
    ).parsed
