"""Access tokens, as their keys come and go."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from adapters.signing_keys import SigningKeys
from adapters.tokens import AccessTokens, Bearer
from domain.errors import Unauthenticated
from tests.support.keys import write_key


def _bearer() -> Bearer:
    return Bearer(uuid4(), uuid4())


class TestAccessTokens:
    def test_sign_with_the_last_key_and_trust_all(self, tmp_path: Path) -> None:
        write_key(tmp_path, "1", age=600)
        bearer, now = _bearer(), datetime.now(UTC)
        before = AccessTokens(SigningKeys(tmp_path)).issue(bearer, now=now)
        write_key(tmp_path, "2", age=300)
        rotated = AccessTokens(SigningKeys(tmp_path))
        assert jwt.get_unverified_header(rotated.issue(bearer, now=now))["kid"] == "2"
        assert rotated.read(before) == bearer
        assert [key["kid"] for key in rotated.jwks()["keys"]] == ["1", "2"]

    def test_trust_what_another_process_signed_with_a_key_just_added(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_key(tmp_path, "1", age=600)
        here = AccessTokens(SigningKeys(tmp_path))
        monkeypatch.setattr("adapters.signing_keys._LOOK_FOR_UNKNOWN_EVERY_SECONDS", 0.0)
        write_key(tmp_path, "2", age=300)
        bearer = _bearer()
        token = AccessTokens(SigningKeys(tmp_path)).issue(bearer, now=datetime.now(UTC))
        assert jwt.get_unverified_header(token)["kid"] == "2"
        assert here.read(token) == bearer

    def test_trust_no_key_that_was_taken_away(self, tmp_path: Path) -> None:
        write_key(tmp_path, "1", age=600)
        token = AccessTokens(SigningKeys(tmp_path)).issue(_bearer(), now=datetime.now(UTC))
        (tmp_path / "1.pem").unlink()
        write_key(tmp_path, "2")
        with pytest.raises(Unauthenticated):
            AccessTokens(SigningKeys(tmp_path)).read(token)
