"""Requests that nobody thought of, made up from the OpenAPI document: every answer is one of its.

`make soak` sends more of them, other ones each time: `EXAMPLES` of each operation; `SEED` again.
"""

import asyncio
import os
import random
import sys
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adapters.tokens import AccessTokens
from api.services import Settings
from tests.api.access.table import ROWS
from tests.support.document import Document, Operation
from tests.support.everybody import Everybody, Who, everybody
from tests.support.people import lasting_logins

_SOAK = os.environ.get("EXAMPLES")
_EXAMPLES = int(_SOAK or 12)
# Other ones in every soak; the sentence of a failure has what was sent.
_SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10**9) if _SOAK else 1))
_CHECKS: list[Any] = [
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
_REFUSED = {401, 403, 404}


@pytest.fixture(scope="module")
def used_up(url: str, settings: Settings, tokens: AccessTokens, workers: None) -> Everybody:
    """A world of its own: what is sent here may change everything in it."""
    with lasting_logins():
        return asyncio.run(everybody(url, settings, tokens))


@pytest.fixture(scope="module")
def schema(document: Document) -> Any:
    return schemathesis.openapi.from_dict(document.document)


@pytest.mark.parametrize("name", ROWS)
def test_is_answered_as_documented(
    name: str, url: str, schema: Any, document: Document, used_up: Everybody
) -> None:
    operation = next(each for each in document.operations if each.name == name)

    @hypothesis.seed(_SEED)
    @hypothesis.settings(
        database=None,
        max_examples=_EXAMPLES,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(_requests(schema, operation), st.sampled_from(_allowed(name)), st.data())
    def send(case: Any, who: Who, data: st.DataObject) -> None:
        if data.draw(st.sampled_from([True, True, False]), label="about what is there"):
            case.path_parameters = {**case.path_parameters, **_named(operation, used_up)}
        token = used_up.token(who, ROWS[name].login)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        case.call_and_validate(base_url=url, headers=headers, checks=_CHECKS, timeout=30)

    sys.stdout.write(f"SEED={_SEED}\n")
    send()


def _requests(schema: Any, operation: Operation) -> st.SearchStrategy[Any]:
    """Of the form that is documented, and of others."""
    strategy: st.SearchStrategy[Any] = schema[operation.path][operation.method].as_strategy()
    return strategy


def _allowed(name: str) -> list[Who]:
    """Whoever gets furthest."""
    status = ROWS[name].status
    return [who for who in Who if status[who] not in _REFUSED] or list(Who)


def _named(operation: Operation, world: Everybody) -> dict[str, str]:
    ids = {**world.ids, "order_id": world.delivered}
    return {name: id_ for name, id_ in ids.items() if f"{{{name}}}" in operation.path}
