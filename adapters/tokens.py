"""Access tokens: JWTs signed with EdDSA (RFC 8037), in the profile of RFC 9068.

One algorithm is accepted, so a token can't choose a weaker one. Ten minutes is how long a token
lives, not how long it is believed: whether its login still stands is asked on every request.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from jwt.algorithms import OKPAlgorithm

from adapters.signing_keys import SigningKeys
from domain.errors import Unauthenticated

LIFETIME = timedelta(minutes=10)

_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_ISSUER = "ha-soranu"
_AUDIENCE = "ha-soranu-api"
_REQUIRED = ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"]

# Between our own machines clocks differ by less.
_LEEWAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token names, and the login it came from."""

    account_id: UUID
    session_id: UUID


class AccessTokens:
    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys

    def issue(self, bearer: Bearer, *, now: datetime) -> str:
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(bearer.account_id),
            "sid": str(bearer.session_id),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "jti": str(uuid4()),
        }
        kid, key = self._keys.signing(now)
        headers = {"kid": kid, "typ": _TYPE}
        return jwt.encode(claims, key, algorithm=_ALGORITHM, headers=headers)

    def read(self, token: str) -> Bearer:
        """Raises `Unauthenticated` for a token that is not ours, or not valid now."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.public(header.get("kid", ""))
            if key is None or header.get("typ") != _TYPE:
                raise Unauthenticated(_REFUSED)
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                leeway=_LEEWAY,
                options={"require": _REQUIRED},
            )
            return Bearer(UUID(claims["sub"]), UUID(str(claims["sid"])))
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated(_REFUSED) from error

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public keys (RFC 7517), for whoever wants to verify our tokens."""
        return {
            "keys": [
                json.loads(OKPAlgorithm.to_jwk(key.public))
                | {"kid": kid, "alg": _ALGORITHM, "use": "sig"}
                for kid, key in sorted(self._keys.trusted().items())
            ]
        }


_REFUSED = "The access token is invalid or has expired."
