"""Payloads that Temporal's server can't read: AES-256-GCM, under keys that have names.

Encrypted are inputs, results, memos, summaries, details and the words of failures. Ids, search
attributes, headers (ids of requests and traces), the names of workflows, activities, updates and
errors, and the SDK's own notes on local activities (names and times) are not payloads, or are
needed to find anything: they stay as they are.
"""

import json
import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

_ENCODING = b"binary/encrypted"
_KEY_ID = "encryption-key-id"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class BadKeyRing(Exception):
    """The setting is no key ring. Says what is wrong with it, and nothing of what is in it."""


class UnreadablePayload(Exception):
    """Encrypted under a key that this process does not have, or changed since."""


class Encryption(PayloadCodec):
    """The first key encrypts, all decrypt; what was never encrypted is passed through.

    Where the first is None, nothing is encrypted any more, or not yet. Nonces are random, so that
    one key is good for four billion payloads (NIST SP 800-38D, 8.3).
    """

    def __init__(self, keys: Mapping[str, bytes | None]) -> None:
        self._ciphers = {id_: AESGCM(key) for id_, key in keys.items() if key}
        self._current = next(iter(keys))

    @property
    def encrypts(self) -> bool:
        return self._current in self._ciphers

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._sealed(payload) for payload in payloads] if self.encrypts else [*payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Raises `UnreadablePayload`."""
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        id_, nonce = self._current, os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[id_].encrypt(nonce, payload.SerializeToString(), _bound_to(id_))
        metadata = {"encoding": _ENCODING, _KEY_ID: id_.encode()}
        return Payload(metadata=metadata, data=nonce + sealed)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        id_ = payload.metadata[_KEY_ID].decode(errors="replace")
        cipher = self._ciphers.get(id_)
        if cipher is None:
            raise UnreadablePayload(f"It is encrypted under the key {id_!r}, which is not here.")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, _bound_to(id_)))
        # A nonce that was cut short is a ValueError.
        except (InvalidTag, ValueError) as error:
            raise UnreadablePayload(f"It is not what the key {id_!r} encrypted.") from error


def keys_of(setting: str) -> dict[str, bytes | None]:
    """`setting` is JSON, id -> key of 32 bytes in base64, or the path of a file that has it.

    The first may be null. Raises `BadKeyRing`.
    """
    try:
        text = setting if setting.lstrip().startswith("{") else Path(setting).read_text()
        written = json.loads(text)
    except (OSError, ValueError):
        # Without the error itself, which may have the setting in its words.
        raise BadKeyRing("It is neither JSON nor a file that has it.") from None
    if not isinstance(written, dict) or not any(written.values()):
        raise BadKeyRing("It names no key.")
    (first, key), *others = written.items()
    current = {first: None if key is None else _key(first, key)}
    return current | {id_: _key(id_, each) for id_, each in others}


def _key(id_: str, written: object) -> bytes:
    try:
        key = b64decode(str(written), validate=True)
    except NotBase64:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadKeyRing(f"The key {id_!r} is not {_KEY_BYTES} bytes in base64.")
    return key


def _bound_to(key_id: str) -> bytes:
    """The associated data: what was encrypted for anything else is refused."""
    return b"ha-soranu temporal payload 1 " + key_id.encode()
