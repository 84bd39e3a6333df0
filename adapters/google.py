"""Google's word for who somebody is: an ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from adapters.issuer_keys import IssuerKeys
from adapters.settings import GoogleSettings
from domain.accounts import ExternalIdentity
from domain.errors import InvalidCredentials

# What the issuer may sign with. Which of them a token was signed with, its key says.
_ALGORITHMS = ["RS256", "ES256"]
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "nonce"]
# Between Google's clock and ours.
_LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class GooglePerson:
    """`email` is None unless Google knows that it is theirs."""

    identity: ExternalIdentity
    email: str | None
    name: str


class GoogleLogin:
    """Close it at the end."""

    def __init__(self, settings: GoogleSettings) -> None:
        self._client_id = settings.client_id
        self._issuer = settings.issuer
        self._keys = IssuerKeys(settings.jwks_url)

    async def read(self, id_token: str, *, nonce: str) -> GooglePerson:
        """Raises `InvalidCredentials` for a token that is not for us, or not for this attempt.

        Raises `adapters.outages.IssuerAway` where Google's keys are not known.
        """
        try:
            claims = await self._verified(id_token)
        except jwt.PyJWTError as error:
            raise InvalidCredentials(_REFUSED) from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise InvalidCredentials(_REFUSED)
        return GooglePerson(
            # Not as the token spells the issuer: that may be either way, and it is one.
            identity=ExternalIdentity(self._issuer, claims["sub"]),
            email=str(claims.get("email")) if claims.get("email_verified") is True else None,
            name=str(claims.get("name", "")),
        )

    async def close(self) -> None:
        await self._keys.close()

    async def _verified(self, id_token: str) -> dict[str, Any]:
        key = await self._keys.find(jwt.get_unverified_header(id_token).get("kid", ""))
        if key is None:
            raise jwt.InvalidKeyError
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key,
            algorithms=_ALGORITHMS,
            audience=self._client_id,
            # Google leaves the scheme out in some tokens.
            issuer=[self._issuer, self._issuer.removeprefix("https://")],
            leeway=_LEEWAY,
            options={
                "require": _REQUIRED,
                "strict_aud": True,
                "enforce_minimum_key_length": True,
            },
        )
        return claims


_REFUSED = "The id_token is not one of Google's for this login, or has expired. Begin again."
