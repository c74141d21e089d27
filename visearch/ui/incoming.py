"""The address that photos are sent to: the bytes as they are, kept in memory and never on a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from visearch.images import MAX_BYTES
from visearch.ui.origin import same_origin
from visearch.ui.trust.visitors import asking

if TYPE_CHECKING:
    from visearch.ui.desk import Desk

AT_A_TIME = 16
"""Photos that may arrive side by side: 400 MB of them."""
_NO_STORE = {"Cache-Control": "no-store"}


def photo_route(desk: Desk) -> Route:
    """POST of a picture's bytes, `lang` beside it -> {"photo": key}, or a refusal as the desk gives it."""
    arriving = 0

    async def take(request: Request) -> Response:
        nonlocal arriving
        if not same_origin(request):
            return JSONResponse({"detail": "Photos are taken from this page only."}, 403)
        sent = {"lang": request.query_params.get("lang")}
        if arriving >= AT_A_TIME:
            return JSONResponse(desk.busy(sent), headers=_NO_STORE)
        arriving += 1
        try:
            data = await _body(request)
        except ClientDisconnect:
            return JSONResponse({"detail": "The photo broke off."}, 400)
        finally:
            arriving -= 1
        return JSONResponse(await run_in_threadpool(desk.receive, data, sent, asking(request)), headers=_NO_STORE)

    return Route("/photos", take, methods=["POST"])


async def _body(request: Request) -> bytes:
    """The whole body, or a byte more than is looked at: the decoder then says what is wrong."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MAX_BYTES:
            break
    return bytes(data[: MAX_BYTES + 1])
