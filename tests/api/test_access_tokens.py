"""Access tokens at the door: one that is not exactly ours opens nothing."""

import json
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
from jwt.algorithms import OKPAlgorithm

from adapters.settings import IdentitySettings
from adapters.signing_keys import SigningKeys
from tests.support.forging import forged, segment, with_secret
from tests.support.rest import Person, Visitor, refused

HEADERS = {"kid": "1", "typ": "at+jwt"}


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


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
            {"exp": timedelta(minutes=-1)},
            {"nbf": timedelta(hours=1)},
            {"iat": timedelta(hours=1)},
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
        now = datetime.now(UTC)
        kept = {
            name: now + value if isinstance(value, timedelta) else value
            for name, value in changed.items()
            if value is not None
        }
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


def _embedded(key: Ed25519PrivateKey) -> dict[str, Any]:
    jwk: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    return jwk


class TestForgedToken:
    """What has opened other people's doors (RFC 8725)."""

    @pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", None], ids=repr)
    @pytest.mark.parametrize("mark", [b"", b"any"])
    async def test_opens_nothing_unsigned_however_that_is_spelled(
        self, person: Person, algorithm: str | None, mark: bytes
    ) -> None:
        header = {**HEADERS, "alg": algorithm}
        await _refused(person.http, forged(header, _claims(person.token or ""), lambda _: mark))

    @pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
    @pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
    async def test_opens_nothing_signed_with_the_public_key_as_a_secret(
        self, person: Person, key: Ed25519PrivateKey, algorithm: str, form: Encoding
    ) -> None:
        public = key.public_key().public_bytes(form, PublicFormat.SubjectPublicKeyInfo)
        header = {**HEADERS, "alg": algorithm}
        token = forged(header, _claims(person.token or ""), with_secret(public))
        await _refused(person.http, token)

    @pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
    async def test_brings_no_key_of_its_own(self, person: Person, name: str) -> None:
        """The server asks nobody: its tests allow no connection beyond loopback either."""
        own = Ed25519PrivateKey.generate()
        brought: dict[str, Any] = {
            "jwk": _embedded(own),
            "jku": "https://attacker.example/jwks.json",
            "x5u": "https://attacker.example/key.pem",
            "x5c": ["MIIB"],
        }
        header = {**HEADERS, "alg": "EdDSA", name: brought[name]}
        claims = _claims(person.token or "")
        await _refused(person.http, forged(header, claims, own.sign))
        kid = {"alg": "EdDSA", "typ": "at+jwt", "kid": "mine", name: brought[name]}
        await _refused(person.http, forged(kid, claims, own.sign))

    @pytest.mark.parametrize(
        "header",
        [
            {"alg": "EdDSA", "typ": "at+jwt"},
            {"alg": "EdDSA", "kid": "1"},
            {"typ": "at+jwt", "kid": "1"},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": 1},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": ["1"]},
            {"alg": "EdDSA", "typ": ["at+jwt"], "kid": "1"},
            {"alg": ["EdDSA"], "typ": "at+jwt", "kid": "1"},
            {"alg": "RS256", "typ": "at+jwt", "kid": "1"},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "1", "crit": ["made-up"], "made-up": True},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "1", "crit": []},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "1", "crit": "typ"},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "1", "b64": False},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "1\u0000"},
            {"alg": "EdDSA", "typ": "at+jwt", "kid": "x" * 4000},
            b"",
            b"[]",
            b"null",
            b'"EdDSA"',
            b"{",
            b"\xff\xfe",
            b"[" * 5000,
            b'{"alg":' + b"9" * 5000 + b"}",
        ],
        ids=lambda header: repr(header)[:90],
    )
    async def test_opens_nothing_with_a_header_that_is_not_ours_though_the_signature_is(
        self, person: Person, key: Ed25519PrivateKey, header: dict[str, Any] | bytes
    ) -> None:
        await _refused(person.http, forged(header, _claims(person.token or ""), key.sign))

    @pytest.mark.parametrize("claims", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 5000])
    async def test_opens_nothing_with_claims_that_are_none_though_the_signature_is_ours(
        self, person: Person, key: Ed25519PrivateKey, claims: bytes
    ) -> None:
        head = (person.token or "").split(".", maxsplit=1)[0]
        signed = f"{head}.{segment(claims)}"
        await _refused(person.http, f"{signed}.{segment(key.sign(signed.encode()))}")

    async def test_opens_nothing_in_another_serialization(self, person: Person) -> None:
        head, body, mark = (person.token or "").split(".")
        flat = {"protected": head, "payload": body, "signature": mark}
        general = {"payload": body, "signatures": [{"protected": head, "signature": mark}] * 2}
        for form in (flat, general):
            await _refused(person.http, json.dumps(form))

    async def test_opens_nothing_with_a_second_signature_or_token(self, person: Person) -> None:
        token = person.token or ""
        mark = token.rpartition(".")[2]
        for twice in (f"{token}.{mark}", f"{token}{mark}", f"{token},{token}", f"{token} {token}"):
            await _refused(person.http, twice)

    async def test_opens_nothing_when_very_long(
        self, person: Person, key: Ed25519PrivateKey
    ) -> None:
        # Of a head over 16 KB, uvicorn reads no more than that there is one: it refuses it itself.
        claims = {**_claims(person.token or ""), "sub": "x" * 9_000}
        await _refused(person.http, jwt.encode(claims, key, "EdDSA", HEADERS))

    @pytest.mark.parametrize("token", ["é.é.é", "\xa0", "\x80" * 3, "…"])
    async def test_opens_nothing_in_other_letters(self, person: Person, token: str) -> None:
        raw = b"Bearer " + token.encode("utf-8")
        answer = await person.http.get("/api/v1/me", headers=[(b"Authorization", raw)])
        refused(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    async def test_opens_nothing_from_anywhere_but_its_header(self, person: Person) -> None:
        visitor = Visitor(person.http)
        for name in ("access_token", "token", "authorization"):
            refused(await visitor.get(f"/me?{name}={person.token}"), 401, "unauthenticated")


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
