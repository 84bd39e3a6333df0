"""The way of a request to the API: account, fault, idempotency key, one transaction, answer.

A request is refused before it begins (no account, unknown parameters, a key in use) or it
begins; what it answers once it began is stored under its key in the transaction of its effect.
"""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from infra.stripe_sandbox import (
    accounts,
    answers,
    clock,
    expansion,
    faults,
    form,
    idempotency,
    parameters,
)
from infra.stripe_sandbox.answers import Cut, Unanswered
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.errors import StripeError, not_allowed, rate_limited, server_error
from infra.stripe_sandbox.faults import Fault
from infra.stripe_sandbox.idempotency import KeyedRequest, StoredAnswer
from infra.stripe_sandbox.operations import Operation
from infra.stripe_sandbox.passing_time import catch_up
from infra.stripe_sandbox.session import Body, Session, random_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of an account; `keyed` where it is a POST under an idempotency key."""

    operation: Operation
    account: str
    request_id: str
    form: Body
    path_params: Body
    keyed: KeyedRequest | None
    fault: Fault | None
    latency_seconds: float


class Front:
    def __init__(self, database: Database, cut: Cut) -> None:
        self._database = database
        self._cut = cut
        self._in_flight: set[tuple[str, str]] = set()

    async def serve(self, operation: Operation, request: Request) -> Response:
        request_id = f"req_{random_text(14)}"
        try:
            call = await self._read(operation, request, request_id)
            if call.fault is Fault.RATE_LIMIT:
                raise rate_limited()
            if call.fault is Fault.HANG_BEFORE:
                return Unanswered()
            response = await self._answer(call)
        except StripeError as error:
            return answers.refused(error, request_id)
        if call.fault is Fault.HANG_AFTER:
            return Unanswered()
        if call.fault is Fault.RESET_AFTER:
            return Unanswered(self._cut)
        return response

    async def _read(self, operation: Operation, request: Request, request_id: str) -> Call:
        account = accounts.authenticated(request.headers.get("authorization", ""))
        path = request.url.path
        fault, latency = faults.take(self._database.connection, account, request.method, path)
        posted = request.method == "POST"
        sent = form.parse(
            (await request.body()).decode(errors="replace") if posted else request.url.query
        )
        key = request.headers.get("idempotency-key") if posted else None
        return Call(
            operation=operation,
            account=account,
            request_id=request_id,
            form=sent,
            path_params=request.path_params,
            keyed=KeyedRequest.of(account, key, path, sent) if key else None,
            fault=fault,
            latency_seconds=latency,
        )

    async def _answer(self, call: Call) -> Response:
        keyed = call.keyed
        if keyed is None:
            return answers.first(await self._begin(call))
        slot = (call.account, keyed.key)
        if slot in self._in_flight:
            raise idempotency.in_use(keyed.key)
        connection = self._database.connection
        stored = idempotency.stored_answer(
            connection, keyed, now=clock.now(connection, call.account)
        )
        if stored:
            return answers.replayed(stored, keyed, call.request_id)
        self._in_flight.add(slot)
        try:
            return answers.first(await self._begin(call), keyed)
        finally:
            self._in_flight.discard(slot)

    async def _begin(self, call: Call) -> StoredAnswer:
        sent = dict(call.form)
        expand = parameters.texts("expand", sent.pop("expand", {}))
        expansion.check(expand)
        params = parameters.read(sent, call.operation.accepts, call.operation.required)
        await asyncio.sleep(call.latency_seconds)
        with self._database.transaction() as connection:
            catch_up(connection)
            session = Session(
                connection=connection,
                account=call.account,
                now=clock.now(connection, call.account),
                request_id=call.request_id,
                idempotency_key=call.keyed.key if call.keyed else None,
            )
            answer = _execute(call, session, params | call.path_params, expand)
            if call.keyed:
                idempotency.store(connection, call.keyed, answer, now=session.now)
        return answer


def _execute(call: Call, session: Session, params: Body, expand: list[str]) -> StoredAnswer:
    if call.fault is Fault.ERROR_BEFORE:
        return answers.refusal(server_error(), call.request_id)
    if call.fault is Fault.REFUSE:
        return answers.refusal(not_allowed(), call.request_id)
    try:
        body = expansion.expanded(session, call.operation.run(session, params), expand)
    except StripeError as error:
        return answers.refusal(error, call.request_id)
    if call.fault is Fault.ERROR_AFTER:
        return answers.refusal(server_error(), call.request_id)
    return answers.result(200, body, call.request_id)
