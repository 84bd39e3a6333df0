"""Signing keys, and what happens when there are several."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.tokens import AccessTokens, Bearer, load_keys
from domain.errors import Unauthenticated


class TestAccessTokens:
    def test_signs_with_the_last_key_and_trusts_all(self) -> None:
        old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        bearer, now = Bearer(uuid4(), uuid4()), datetime.now(UTC)
        before = AccessTokens({"1": old}).issue(bearer, now=now)
        rotated = AccessTokens({"1": old, "2": new})
        assert jwt.get_unverified_header(rotated.issue(bearer, now=now))["kid"] == "2"
        assert rotated.read(before) == bearer
        assert [key["kid"] for key in rotated.jwks()["keys"]] == ["1", "2"]

    def test_trusts_no_key_that_was_taken_away(self) -> None:
        old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        token = AccessTokens({"1": old}).issue(Bearer(uuid4(), uuid4()), now=datetime.now(UTC))
        with pytest.raises(Unauthenticated):
            AccessTokens({"2": new}).read(token)


class TestLoadKeys:
    def test_names_keys_by_their_files(self, tmp_path: Path) -> None:
        for kid in ("2027-01", "2027-02"):
            (tmp_path / f"{kid}.pem").write_bytes(_pem(Ed25519PrivateKey.generate()))
        assert sorted(load_keys(tmp_path)) == ["2027-01", "2027-02"]

    def test_says_so_when_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="no signing key"):
            load_keys(tmp_path)

    def test_takes_no_key_of_another_kind(self, tmp_path: Path) -> None:
        (tmp_path / "1.pem").write_bytes(_pem(X25519PrivateKey.generate()))
        with pytest.raises(TypeError, match="not an Ed25519"):
            load_keys(tmp_path)


def _pem(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
