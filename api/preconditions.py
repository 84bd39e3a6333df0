"""ETags, and the `If-Match` that keeps two people from overwriting each other (RFC 9110)."""

from hashlib import sha256
from typing import Annotated, TypeVar

from fastapi import Depends, Header, HTTPException, Response, status
from pydantic import BaseModel


class Resource(BaseModel):
    """Something that clients read and change."""

    def etag(self) -> str:
        """Of what the client was shown, so that whatever it saw change counts."""
        return f'"{sha256(self.model_dump_json().encode()).hexdigest()[:32]}"'


class Versioned(Resource):
    """One that counts its changes, and shows besides what changes by itself."""

    version: int

    def etag(self) -> str:
        return f'"{self.version}"'


Shown = TypeVar("Shown", bound=Resource)


def changed_meanwhile() -> HTTPException:
    return HTTPException(
        status.HTTP_412_PRECONDITION_FAILED,
        "It was changed meanwhile. Read it again, and repeat the change if it still fits.",
    )


class Revisions:
    """What the client has seen of a resource, and what it sees with this answer."""

    def __init__(
        self,
        response: Response,
        if_match: Annotated[
            str | None, Header(alias="If-Match", description="The ETag that was read.")
        ] = None,
    ) -> None:
        self._response = response
        self._seen = {tag.strip() for tag in if_match.split(",")} if if_match else {"*"}

    def check(self, current: Resource) -> None:
        """Answers 412 where the client names a revision that it is not."""
        if "*" not in self._seen and current.etag() not in self._seen:
            raise changed_meanwhile()

    def show(self, resource: Shown) -> Shown:
        self._response.headers["ETag"] = resource.etag()
        return resource


Revised = Annotated[Revisions, Depends()]
