"""The public keys of another issuer (RFC 7517), fetched when needed and kept while it is away."""

import asyncio
import math
import time

import httpx
import jwt
import structlog

from adapters.outages import IssuerAway

# An issuer shows a new key long before it signs with it, and an old one as long as it counts.
_FRESH_SECONDS = 3600.0
# Between two tries, however many tokens name keys that nobody has.
_PAUSE_SECONDS = 5.0
# Keys that could not be looked at for so long may have been withdrawn.
_TRUSTED_SECONDS = 24 * 3600.0
_PATIENCE_SECONDS = 3.0

_log = structlog.get_logger(__name__)


class IssuerKeys:
    """Close it at the end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=_PATIENCE_SECONDS)
        self._fetching = asyncio.Lock()
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = -math.inf

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """None for a key that the issuer does not have. Raises `IssuerAway` where nobody knows."""
        if kid not in self._keys or _passed(_FRESH_SECONDS, self._fetched_at):
            async with self._fetching:
                if _passed(_PAUSE_SECONDS, self._tried_at):
                    await self._fetch()
        is_away = self._fetched_at < self._tried_at
        # It may be a new one.
        is_unheard_of = kid not in self._keys and is_away
        if is_unheard_of or _passed(_TRUSTED_SECONDS, self._fetched_at):
            raise IssuerAway
        return self._keys.get(kid)

    async def close(self) -> None:
        await self._client.aclose()

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = (await self._client.get(self._url)).raise_for_status()
            keys = jwt.PyJWKSet.from_dict(dict(answer.json())).keys
        except (httpx.HTTPError, jwt.PyJWTError, TimeoutError, TypeError, ValueError) as error:
            _log.warning("issuer.away", url=self._url, error=repr(error))
        else:
            self._keys = {key.key_id: key for key in keys}
            self._fetched_at = time.monotonic()


def _passed(seconds: float, since: float) -> bool:
    return time.monotonic() - since > seconds
