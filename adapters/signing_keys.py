"""The keys that sign access tokens: a folder that is watched, so that they rotate while we run.

A key that was added is trusted at the next look, and signs once it is a minute old: by then every
other process trusts it too. Taking a key away ends the tokens that it signed. A folder that can't
be read whole, because a file is half written or all are being replaced, changes nothing.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_LOOK_EVERY_SECONDS = 5.0
# Anybody can name a key that nobody has.
_LOOK_FOR_UNKNOWN_EVERY_SECONDS = 1.0

_log = structlog.get_logger(__name__)

_Listing = dict[Path, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`written_at` in seconds since 1970: the file's."""

    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    written_at: float


class SigningKeys:
    """Raises `ValueError` at the start where the folder has no key, or a file that is none."""

    def __init__(self, folder: Path, *, settled_after: timedelta = timedelta(minutes=1)) -> None:
        self._folder = folder
        self._settled_after = settled_after.total_seconds()
        self._listing = _list(folder)
        self._keys = _load(self._listing)
        self._looked_at = time.monotonic()

    def signing(self, now: datetime) -> tuple[str, Ed25519PrivateKey]:
        """The last key by name that is old enough, with its id; where none is yet, the first.

        By name, because copying or mounting a folder may give all its files a new time at once.
        """
        keys = self.trusted()
        before = now.timestamp() - self._settled_after
        settled = [kid for kid, key in keys.items() if key.written_at <= before]
        kid = max(settled, default=min(keys))
        return kid, keys[kid].private

    def public(self, kid: str) -> Ed25519PublicKey | None:
        """Of a key that we don't know another process may: it is looked for within a second."""
        if kid not in self.trusted():
            self._look(at_most_every=_LOOK_FOR_UNKNOWN_EVERY_SECONDS)
        key = self._keys.get(kid)
        return key.public if key else None

    def trusted(self) -> dict[str, SigningKey]:
        """By key id."""
        self._look(at_most_every=_LOOK_EVERY_SECONDS)
        return self._keys

    def _look(self, *, at_most_every: float) -> None:
        """`at_most_every` in seconds."""
        if time.monotonic() - self._looked_at < at_most_every:
            return
        self._looked_at = time.monotonic()
        try:
            listing = _list(self._folder)
            if listing != self._listing:
                self._keys, self._listing = _load(listing), listing
                _log.info("signing_keys.changed", kids=sorted(self._keys))
        except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as error:
            # Without a traceback, which might quote a key.
            _log.error("signing_keys.unreadable", error=str(error), kids=sorted(self._keys))


def _list(folder: Path) -> _Listing:
    """What changes with a file. Asked before it is read, so a change meanwhile shows next time."""
    files = {path: path.stat() for path in folder.glob("*.pem")}
    if not files:
        message = f"{folder} holds no signing key: put an Ed25519 private key there as KID.pem."
        raise ValueError(message)
    return {path: (file.st_ino, file.st_mtime_ns, file.st_size) for path, file in files.items()}


def _load(listing: _Listing) -> dict[str, SigningKey]:
    return {path.stem: _key(path, modified / 1e9) for path, (_, modified, _) in listing.items()}


def _key(path: Path, written_at: float) -> SigningKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{path} is not an Ed25519 private key."
        raise ValueError(message)  # noqa: TRY004 -- The file is wrong, not the program.
    return SigningKey(key, key.public_key(), written_at)
