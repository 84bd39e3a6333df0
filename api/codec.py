"""The codec server: what the Temporal UI shows to signed-in support staff, where it is encrypted.

Nothing is encrypted here: https://docs.temporal.io/codec-server has that as another endpoint, for
input that people type into the UI, and support's UI is read-only.
"""

import json
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from temporalio.api.common.v1 import Payloads

from adapters.temporal_codec import UnreadablePayload
from api.dependencies import Support, Using

router = APIRouter(include_in_schema=False)

DECODE = "/codec/decode"


@router.post(DECODE)
async def decode(request: Request, services: Using, _: Support) -> Response:
    """Payloads, as Temporal writes them in JSON. What is not encrypted comes back as it is."""
    payloads = _read(await request.body())
    codec = services.temporal.data_converter.payload_codec
    if codec:
        try:
            await codec.decode_wrapper(payloads)
        except UnreadablePayload as error:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    return Response(MessageToJson(payloads), media_type="application/json")


def _read(body: bytes) -> Payloads:
    try:
        written = json.loads(body)
        # Of a list with nothing in it, protobuf makes Payloads too.
        if isinstance(written, dict):
            return ParseDict(written, Payloads())
    # What is nested too deep for the parser ends in the last.
    except (ValueError, ParseError, RecursionError):
        pass
    message = "The body is not Payloads, as Temporal writes them in JSON."
    raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, message)
