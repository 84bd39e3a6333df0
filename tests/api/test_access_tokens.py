"""Access tokens at the door: one that is not exactly ours opens nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.settings import IdentitySettings
from adapters.signing_keys import SigningKeys
from tests.support.rest import Person, Visitor, refused

HEADERS = {"kid": "1", "typ": "at+jwt"}


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _at(**delta: int) -> int:
    return int((datetime.now(UTC) + timedelta(**delta)).timestamp())


@pytest.fixture
def key(identity: IdentitySettings) -> Ed25519PrivateKey:
    return SigningKeys(identity.jwt_keys_dir).trusted()["1"].private


class TestAccessToken:
    async def test_opens_with_the_claims_it_was_issued_with(
        self, person: Person, key: Ed25519PrivateKey
    ) -> None:
        token = jwt.encode(_claims(person.token or ""), key, "EdDSA", HEADERS)
        assert (await Visitor(person.http, token).get("/me")).status_code == 200

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "somebody"},
            {"aud": "another-api"},
            {"exp": _at(seconds=-60)},
            {"nbf": _at(hours=1)},
            {"iat": _at(hours=1)},
            {"sub": str(uuid4())},
            {"sub": "everybody"},
            {"sid": str(uuid4())},
            *({name: None} for name in ("iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti")),
        ],
    )
    async def test_opens_nothing_with_other_claims(
        self, person: Person, key: Ed25519PrivateKey, claims: dict[str, Any]
    ) -> None:
        changed = {**_claims(person.token or ""), **claims}
        kept = {name: value for name, value in changed.items() if value is not None}
        await _refused(person.http, jwt.encode(kept, key, "EdDSA", HEADERS))

    @pytest.mark.parametrize(
        "headers",
        [
            {"typ": "JWT"},
            {"kid": "2"},
            {"kid": "../1"},
            {"kid": None},
            {"crit": ["exp"], "exp": 1},
            {"crit": ["b64"], "b64": False},
        ],
    )
    async def test_opens_nothing_with_other_headers(
        self, person: Person, key: Ed25519PrivateKey, headers: dict[str, Any]
    ) -> None:
        merged = {**HEADERS, **headers}
        kept = {name: value for name, value in merged.items() if value is not None}
        await _refused(person.http, jwt.encode(_claims(person.token or ""), key, "EdDSA", kept))

    async def test_opens_nothing_unsigned(self, person: Person) -> None:
        await _refused(person.http, jwt.encode(_claims(person.token or ""), "", "none", HEADERS))

    async def test_opens_nothing_signed_with_another_key(self, person: Person) -> None:
        other = Ed25519PrivateKey.generate()
        await _refused(
            person.http, jwt.encode(_claims(person.token or ""), other, "EdDSA", HEADERS)
        )

    async def test_opens_nothing_signed_with_the_public_key_as_a_secret(
        self, person: Person, key: Ed25519PrivateKey
    ) -> None:
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        await _refused(
            person.http, jwt.encode(_claims(person.token or ""), public, "HS256", HEADERS)
        )

    @pytest.mark.parametrize(
        "damage",
        [
            lambda head, body, mark: f"{head}.{body}.{mark[:-4]}AAAA",
            lambda head, body, mark: f"{head}.{_renamed(body)}.{mark}",
            lambda head, body, _: f"{head}.{body}.",
            lambda head, body, _: f"{head}.{body}",
            lambda *_: "nonsense",
        ],
        ids=["signature", "payload", "no signature", "two parts", "no token"],
    )
    async def test_opens_nothing_when_damaged(
        self, person: Person, damage: Callable[[str, str, str], str]
    ) -> None:
        head, body, mark = (person.token or "").split(".")
        await _refused(person.http, damage(head, body, mark))

    async def test_is_asked_for_as_a_bearer_token(self, person: Person) -> None:
        headers = {"Authorization": f"Basic {person.token}"}
        refused(await Visitor(person.http).get("/me", headers=headers), 401, "unauthenticated")


class TestJwks:
    async def test_verifies_the_tokens_of_this_api(self, person: Person) -> None:
        answer = await person.http.get("/.well-known/jwks.json")
        keys = jwt.PyJWKSet.from_dict(answer.json())
        claims = jwt.decode(
            person.token or "", keys["1"], ["EdDSA"], audience="ha-soranu-api", issuer="ha-soranu"
        )
        assert claims["sub"] == person.id

    async def test_shows_public_keys_only(self, http: httpx.AsyncClient) -> None:
        keys = (await http.get("/.well-known/jwks.json")).json()["keys"]
        assert [key.keys() for key in keys] == [{"kty", "crv", "x", "kid", "alg", "use"}]


async def _refused(http: httpx.AsyncClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await Visitor(http).get("/me", headers=headers)
    refused(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def _renamed(body: str) -> str:
    text = urlsafe_b64decode(body + "==").replace(b'"sub":"', b'"sub":"0')
    return urlsafe_b64encode(text).rstrip(b"=").decode()
