"""The pages' scripts and styles, under an address that changes with them."""

from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "static"


def _digest() -> str:
    """Of all files together: scripts import each other by relative addresses."""
    files = sorted(path for path in _FOLDER.iterdir() if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


_DIGEST = _digest()
STATIC_PATH = f"/static/{_DIGEST}"


class PageFiles(StaticFiles):
    """Mounted at `/static/{digest}`: kept for ever under the digest of what is served here.

    While one release replaces another, a page of the one may ask the other. It gets what is
    there, but does not keep it.
    """

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_current = scope["path_params"]["digest"] == _DIGEST
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_current else "no-cache"
        )
        return response
