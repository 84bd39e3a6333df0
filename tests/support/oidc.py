"""An OpenID Connect issuer: a real HTTP server with its keys, and the ID tokens it signs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from adapters.settings import GoogleSettings

CLIENT_ID = "ha-soranu.apps.example"
ISSUER = "https://accounts.example"
LEFT_OUT = ...


class Issuer:
    """`fetched` counts the times that somebody asked for its keys."""

    def __init__(self) -> None:
        self.fetched = 0
        self.kid = "1"
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        self._elliptic = ec.generate_private_key(ec.SECP256R1())
        self.rotate("1")
        self._server = self._serve(0)

    @property
    def settings(self) -> GoogleSettings:
        url = f"http://127.0.0.1:{self._server.server_port}/certs"
        return GoogleSettings(client_id=CLIENT_ID, issuer=ISSUER, jwks_url=url)

    def rotate(self, kid: str) -> None:
        """Sign with a new key from now on."""
        self.kid = kid
        self._keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens at its address."""
        port = self._server.server_port
        self.close()
        try:
            yield
        finally:
            self._server = self._serve(port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def claims(self, nonce: str, /, **given: Any) -> dict[str, Any]:
        """A time may be given as a `timedelta` from now, and a claim as `LEFT_OUT`."""
        now = datetime.now(UTC)
        person = uuid4().hex
        defaults = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": person,
            "iat": timedelta(),
            "exp": timedelta(hours=1),
            "nonce": nonce,
            "email": f"{person}@example.com",
            "email_verified": True,
            "name": "Tirunesh Dibaba",
        }
        merged = {**defaults, **given}
        return {
            name: now + value if isinstance(value, timedelta) else value
            for name, value in merged.items()
            if value is not LEFT_OUT
        }

    def token(self, nonce: str, /, **claims: Any) -> str:
        return self.sign(self.claims(nonce, **claims))

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        merged = {"kid": self.kid, **headers}
        kept = {name: value for name, value in merged.items() if value is not LEFT_OUT}
        return jwt.encode(claims, self._keys[self.kid], "RS256", kept)

    def sign_elliptic(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._elliptic, "ES256", {"kid": "elliptic"})

    def public_bytes(self) -> bytes:
        """Of the key that signs now, as an attacker would take it for a secret."""
        public = self._keys[self.kid].public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def _jwks(self) -> bytes:
        keys = [
            _jwk(RSAAlgorithm, key.public_key(), kid=kid, alg="RS256")
            for kid, key in self._keys.items()
        ]
        # What a token is signed with is the key's to say: this one says nothing.
        keys.append(_jwk(ECAlgorithm, self._elliptic.public_key(), kid="elliptic"))
        return json.dumps({"keys": keys}).encode()

    def _serve(self, port: int) -> ThreadingHTTPServer:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.fetched += 1
                body = issuer._jwks()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: standard error is pytest's."""

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        Thread(target=server.serve_forever, args=(0.02,), name="issuer", daemon=True).start()
        return server


def _jwk(
    algorithm: type[RSAAlgorithm | ECAlgorithm], key: PublicKeyTypes, **given: str
) -> dict[str, str]:
    jwk: dict[str, str] = json.loads(algorithm.to_jwk(key))  # type: ignore[arg-type]
    return {**jwk, "use": "sig", **given}
