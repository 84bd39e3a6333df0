"""Secrets of one local stack: made once, kept under `DATA_DIR/secrets`, readable by its owner."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@dataclass(frozen=True, slots=True)
class Credentials:
    folder: Path

    def password(self, role: str) -> str:
        """Of a Postgres role."""
        return self._keep(f"postgres-{role}", secrets.token_hex)

    def stripe_secret_key(self) -> str:
        return self._keep("stripe-secret-key", lambda: f"sk_test_{secrets.token_hex()}")

    def stripe_webhook_secret(self) -> str:
        return self._keep("stripe-webhook-secret", lambda: f"whsec_{secrets.token_hex()}")

    def customer_key_secret(self) -> str:
        return self._keep("customer-key-secret", secrets.token_hex)

    def jwt_keys_dir(self) -> Path:
        """A folder with at least one Ed25519 private key, `KID.pem`."""
        self._keep("jwt/1.pem", _ed25519_private_key)
        return self.folder / "jwt"

    def _keep(self, name: str, make: Callable[[], str]) -> str:
        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written beside and renamed, so that a kill in between leaves no half a secret.
            draft = path.with_suffix(".new")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
                f.write(make())
            draft.replace(path)
        return path.read_text()


def _ed25519_private_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
