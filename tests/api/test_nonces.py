"""How long a nonce is good for."""

from datetime import UTC, datetime, timedelta

import pytest

from api.nonces import Nonces
from domain.errors import InvalidCredentials


class TestNonces:
    def test_are_good_for_ten_minutes(self) -> None:
        nonces, now = Nonces(b"a key"), datetime.now(UTC)
        nonce = nonces.make(now=now)
        read = nonces.read(nonce, now=now + timedelta(minutes=9, seconds=58))
        assert timedelta(minutes=9, seconds=58) < read.expires_at - now <= timedelta(minutes=10)
        with pytest.raises(InvalidCredentials, match="expired"):
            nonces.read(nonce, now=now + timedelta(minutes=10))

    def test_differ(self) -> None:
        nonces, now = Nonces(b"a key"), datetime.now(UTC)
        assert nonces.make(now=now) != nonces.make(now=now)

    def test_are_signed(self) -> None:
        now = datetime.now(UTC)
        with pytest.raises(InvalidCredentials):
            Nonces(b"a key").read(Nonces(b"another key").make(now=now), now=now)
