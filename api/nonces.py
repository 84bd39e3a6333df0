"""Nonces: each ties one ID token to one attempt at logging in that began here, not long ago."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import InvalidCredentials

_LIFETIME = timedelta(minutes=10)
_MAC_BYTES = 16
_TIME_BYTES = 8
# The whole then is a multiple of three: base64 without padding.
_RANDOM_BYTES = 18


@dataclass(frozen=True, slots=True)
class Nonce:
    value: bytes
    expires_at: datetime


class Nonces:
    """Signed, so that none is stored before it is used."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, *, now: datetime) -> str:
        expires_at = int((now + _LIFETIME).timestamp())
        body = expires_at.to_bytes(_TIME_BYTES) + secrets.token_bytes(_RANDOM_BYTES)
        return urlsafe_b64encode(self._mac(body) + body).decode()

    def read(self, text: str, *, now: datetime) -> Nonce:
        """Raises `InvalidCredentials` for one that is not ours, or is too old."""
        try:
            raw = urlsafe_b64decode(text)
        except ValueError as error:
            raise InvalidCredentials(_REFUSED) from error
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            raise InvalidCredentials(_REFUSED)
        expires_at = datetime.fromtimestamp(int.from_bytes(body[:_TIME_BYTES]), UTC)
        if expires_at <= now:
            raise InvalidCredentials(_REFUSED)
        return Nonce(body, expires_at)

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_MAC_BYTES]


_REFUSED = "This nonce is not one of ours, or has expired. Ask for another, and log in with that."
