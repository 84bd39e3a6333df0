"""Signing keys as an operator puts them into the folder."""

import os
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def write_key(folder: Path, kid: str, *, age: float = 0) -> Path:
    """A new one, as if it had been there for `age` seconds."""
    path = folder / f"{kid}.pem"
    key = Ed25519PrivateKey.generate()
    # Renamed into place, as whoever rotates keys is told to: nobody sees half of it.
    draft = path.with_suffix(".new")
    draft.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    draft.replace(path)
    grow_old(path, age)
    return path


def grow_old(path: Path, age: float) -> None:
    """The file was last written `age` seconds ago."""
    written = time.time() - age
    os.utime(path, (written, written))
