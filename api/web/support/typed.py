"""What a form sent, as text: several values only where boxes were ticked."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from api.web.support.fields import Given


async def _typed(request: Request) -> Given:
    form = await request.form(max_files=0)
    return {
        # As browsers end lines; nothing of ours has such an end.
        name: [
            value.replace("\r\n", "\n")
            for value in form.getlist(name)
            if not isinstance(value, UploadFile)
        ]
        for name in form
    }


Typed = Annotated[Given, Depends(_typed)]


def one(given: Given, name: str) -> str:
    """The first value, stripped; empty where there is none."""
    return next((text.strip() for text in given.get(name, ())), "")
