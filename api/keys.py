"""The public keys of the access tokens (RFC 7517)."""

from typing import Any

from fastapi import APIRouter, Response

from api.dependencies import Using

router = APIRouter(tags=["accounts"])


@router.get("/.well-known/jwks.json")
async def list_keys(services: Using, response: Response) -> dict[str, list[dict[str, Any]]]:
    # A new key signs once it is a minute old; by then nobody's copy may lack it.
    response.headers["Cache-Control"] = "public, max-age=30"
    return services.tokens.jwks()
