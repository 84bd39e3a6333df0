"""Whose a request is: every test key is an account of its own."""

import hashlib

from infra.stripe_sandbox.errors import StripeError

# What is set without a key is set for every account.
EVERYBODY = ""


def account_of(key: str) -> str:
    """The account of a secret key; the key itself is not kept."""
    return "acct_" + hashlib.sha256(key.encode()).hexdigest()[:16]


def authenticated(authorization: str) -> str:
    """The account that an Authorization header names. Raises `StripeError` 401."""
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise StripeError(
            401,
            "You did not provide an API key. You need to provide your API key in the Authorization"
            " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    if not key.removeprefix("sk_test_") or not key.startswith("sk_test_"):
        raise StripeError(401, f"Invalid API Key provided: {key[:8]}****{key[-4:]}")
    return account_of(key)
