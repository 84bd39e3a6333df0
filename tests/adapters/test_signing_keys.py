"""A folder of keys that changes while it is in use."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from adapters.signing_keys import SigningKeys
from tests.support.keys import grow_old, write_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a key that is old enough to sign."""
    write_key(tmp_path, "2027-01", age=600)
    return tmp_path


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown key is looked for however often it is named."""
    monkeypatch.setattr("adapters.signing_keys._LOOK_FOR_UNKNOWN_EVERY_SECONDS", 0.0)


def _kid(keys: SigningKeys) -> str:
    return keys.signing(datetime.now(UTC))[0]


def _look_again(keys: SigningKeys) -> None:
    """What happens by itself every few seconds: an unknown key is looked for."""
    assert keys.public("nobody's") is None


@pytest.mark.usefixtures("hasty")
class TestSigningKeys:
    def test_sign_with_a_new_key_once_it_is_a_minute_old_and_trust_it_before(
        self, folder: Path
    ) -> None:
        keys = SigningKeys(folder)
        added = write_key(folder, "2027-02")
        assert keys.public("2027-02") is not None
        assert _kid(keys) == "2027-01"
        grow_old(added, 61)
        _look_again(keys)
        assert _kid(keys) == "2027-02"

    def test_may_wait_longer(self, folder: Path) -> None:
        write_key(folder, "2027-02", age=300)
        assert _kid(SigningKeys(folder, settled_after=timedelta(minutes=9))) == "2027-01"

    def test_sign_with_the_first_key_where_all_are_new(self, folder: Path) -> None:
        """Copied or mounted just now: the oldest by name is the one that others have too."""
        write_key(folder, "2027-02")
        grow_old(folder / "2027-01.pem", 0)
        assert _kid(SigningKeys(folder)) == "2027-01"

    def test_look_by_themselves_every_few_seconds(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys = SigningKeys(folder)
        write_key(folder, "2027-02")
        assert set(keys.trusted()) == {"2027-01"}
        monkeypatch.setattr("adapters.signing_keys._LOOK_EVERY_SECONDS", 0.0)
        assert set(keys.trusted()) == {"2027-01", "2027-02"}

    def test_forget_a_key_that_was_taken_away(self, folder: Path) -> None:
        write_key(folder, "2027-02", age=300)
        keys = SigningKeys(folder)
        (folder / "2027-01.pem").unlink()
        _look_again(keys)
        assert keys.public("2027-01") is None
        assert _kid(keys) == "2027-02"

    def test_take_another_key_under_the_same_name(self, folder: Path) -> None:
        keys = SigningKeys(folder)
        before = keys.public("2027-01")
        write_key(folder, "2027-01", age=600)
        _look_again(keys)
        assert keys.public("2027-01") != before


def _empty(folder: Path) -> None:
    for path in folder.glob("*.pem"):
        path.unlink()


def _remove(folder: Path) -> None:
    _empty(folder)
    folder.rmdir()


def _write_half(folder: Path) -> None:
    whole = write_key(folder, "2027-02").read_bytes()
    (folder / "2027-02.pem").write_bytes(whole[: len(whole) // 2])


def _truncate(folder: Path) -> None:
    (folder / "2027-01.pem").write_bytes(b"")


def _write_another_kind(folder: Path) -> None:
    pem = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (folder / "2027-02.pem").write_bytes(pem)


def _write_encrypted(folder: Path) -> None:
    key = X25519PrivateKey.generate()
    secret = BestAvailableEncryption(b"a password")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
    (folder / "2027-02.pem").write_bytes(pem)


def _point_nowhere(folder: Path) -> None:
    (folder / "2027-02.pem").symlink_to(folder / "nothing")


class TestUnknownKey:
    def test_is_looked_for_once_a_second_however_often_it_is_named(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1_000.0
        monkeypatch.setattr("adapters.signing_keys.time.monotonic", lambda: now)
        keys = SigningKeys(folder)
        _write_half(folder)
        with structlog.testing.capture_logs() as lines:
            for now in (1_000.9, 1_001.1, 1_001.2, 1_002.0):  # noqa: B007 -- Read by the clock.
                _look_again(keys)
            assert len(lines) == 1
            now = 1_002.2
            _look_again(keys)
        assert len(lines) == 2


@pytest.mark.usefixtures("hasty")
class TestFolderInDisorder:
    @pytest.mark.parametrize(
        "harm",
        [
            _empty,
            _remove,
            _write_half,
            _truncate,
            _write_another_kind,
            _write_encrypted,
            _point_nowhere,
        ],
    )
    def test_changes_nothing_and_is_logged_without_the_key(
        self, folder: Path, harm: Callable[[Path], None]
    ) -> None:
        keys = SigningKeys(folder)
        before = keys.public("2027-01")
        harm(folder)
        with structlog.testing.capture_logs() as lines:
            _look_again(keys)
        assert [line["event"] for line in lines] == ["signing_keys.unreadable"]
        assert "PRIVATE KEY" not in str(lines)
        assert keys.public("2027-01") == before
        assert _kid(keys) == "2027-01"

    def test_is_read_once_it_is_in_order_again(self, folder: Path) -> None:
        keys = SigningKeys(folder)
        _write_half(folder)
        _look_again(keys)
        write_key(folder, "2027-02")
        assert keys.public("2027-02") is not None

    @pytest.mark.parametrize("harm", [_empty, _remove, _write_half, _write_another_kind])
    def test_lets_no_process_start(self, folder: Path, harm: Callable[[Path], None]) -> None:
        harm(folder)
        with pytest.raises(ValueError, match=r"signing key|Ed25519|PEM"):
            SigningKeys(folder)
