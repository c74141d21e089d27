"""The pictures that the page shows: thumbnails by content hash and example photos by number, nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from visearch.errors import VisearchError
from visearch.images import load_image, thumbnail

if TYPE_CHECKING:
    from visearch.live import LiveEngine

_SHA = re.compile(r"[0-9a-f]{64}")
# A thumbnail's name is its content, so a browser need never ask again.
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_A_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
EXAMPLE_SIDE = 240


def routes(live: LiveEngine) -> list[Route]:
    """`/thumbs/<sha256>.jpg` of what answers now and `/examples/<number>.jpg`."""

    def thumb(request: Request) -> Response:
        return _thumbnail(live, request.path_params["name"])

    def example(request: Request) -> Response:
        return _example(live, request.path_params["number"])

    return [Route("/thumbs/{name}.jpg", thumb), Route("/examples/{number:int}.jpg", example)]


def _thumbnail(live: LiveEngine, sha: str) -> Response:
    # The name is checked before it goes near a path.
    if not _SHA.fullmatch(sha):
        return Response(status_code=404)
    try:
        path = live.engine(wait=False).opened.thumbnail(sha)
    except VisearchError:
        return Response(status_code=404)
    if not Path(path).is_file():
        return Response(status_code=404)
    return FileResponse(path, media_type="image/jpeg", headers=_FOREVER)


def _example(live: LiveEngine, number: int) -> Response:
    photos = live.examples().photos
    if not 0 <= number < len(photos):
        return Response(status_code=404)
    return Response(_small(photos[number]), media_type="image/jpeg", headers=_A_DAY)


@lru_cache(maxsize=64)
def _small(path: Path) -> bytes:
    return thumbnail(load_image(path, max_side=2 * EXAMPLE_SIDE), EXAMPLE_SIDE)
