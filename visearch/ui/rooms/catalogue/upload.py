"""The address that a catalogue's files are sent to: streamed to the disk, as they may be a thousand photos' size."""

from __future__ import annotations

import logging
from pathlib import PurePath

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from visearch.errors import CatalogError, VisearchError
from visearch.ui.origin import same_origin
from visearch.ui.rooms.keeper import Keeper
from visearch.uploads import LIMITS, Uploads

logger = logging.getLogger(__name__)
KEY_HEADER = "x-visearch-key"


def upload_route(uploads: Uploads, keeper: Keeper) -> Route:
    """POST of one file's bytes: the draft in the path, the file's name as `name`, the keeper's key as a header."""

    async def take(request: Request) -> Response:
        if not same_origin(request):
            return _refused("Files are taken from this page only.", 403)
        try:
            keeper.check({"key": request.headers.get(KEY_HEADER)})
        except VisearchError as error:
            return _refused(str(error), 403)
        try:
            # Of the name only its ending is used.
            suffix = PurePath(request.query_params.get("name", "")).suffix.lower()
            _check_length(request, suffix)
            size = await uploads.take(request.path_params["draft"], suffix, request.stream())
        except VisearchError as error:
            return _refused(str(error), 400)
        except ClientDisconnect:
            return _refused("The upload broke off.", 400)
        except Exception:
            logger.exception("an upload failed")
            return _refused("The upload failed. The server's log says why.", 500)
        return JSONResponse({"size": size})

    return Route("/room/catalogue/upload/{draft}", take, methods=["POST"])


def _check_length(request: Request, suffix: str) -> None:
    """Before a byte is read; what is not declared is counted while it comes."""
    declared, most = request.headers.get("content-length", ""), LIMITS.get(suffix, 0)
    if most and declared.isdigit() and int(declared) > most:
        raise CatalogError(f"The file is larger than {most >> 20:,} MB.", "Give a part of it.")


def _refused(message: str, code: int) -> Response:
    return JSONResponse({"message": message}, status_code=code)
