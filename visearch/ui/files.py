"""The files that the page shows, each by a name that is checked before it goes near a path: thumbnails by content
hash, example photos by number, visitors' photos and their parts by key, heat maps, and the page's own scripts."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from visearch.errors import VisearchError
from visearch.heat import HeatMaps, heat, overlay
from visearch.images import crop, load_image, thumbnail
from visearch.types import Box
from visearch.ui.photos import Photo, Photos
from visearch.ui.state import State
from visearch.ui.static import FOLDER, TYPES, static_version
from visearch.ui.trust.visitors import BusyError, Visitors, asking

if TYPE_CHECKING:
    from PIL import Image

    from visearch.engine import SearchEngine
    from visearch.live import LiveEngine

_SHA = re.compile(r"[0-9a-f]{64}")
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
# A thumbnail's name is its content, so a browser need never ask again.
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", **_NOSNIFF}
_A_DAY = {"Cache-Control": "public, max-age=86400", **_NOSNIFF}
# A visitor's own photo: for this browser alone.
_PRIVATE = {"Cache-Control": "private, max-age=600", "Cross-Origin-Resource-Policy": "same-origin", **_NOSNIFF}
_NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#8883"/>'
    '<path d="M26 34h44v30H26zM26 58l12-12 10 10 7-7 15 15" fill="none" stroke="#888" stroke-width="3" '
    'stroke-linejoin="round"/><circle cx="58" cy="43" r="3.5" fill="#888"/></svg>'
)
EXAMPLE_SIDE = 240
HEAT_SIDE = 512
HEATS_AT_A_TIME = 2


def routes(live: LiveEngine, photos: Photos, visitors: Visitors | None = None) -> list[Route]:
    """All of them, for Gradio's server."""
    turns = visitors or Visitors(HEATS_AT_A_TIME)

    def thumb(request: Request) -> Response:
        return _thumbnail(live, request.path_params["name"])

    def example(request: Request) -> Response:
        return _example(live, request.path_params["number"])

    def photo(request: Request) -> Response:
        return _photo(photos, request.path_params["key"], request.path_params.get("area", ""))

    def heat(request: Request) -> Response:
        visitor = asking(request)
        try:
            turns.allow(visitor)
            with turns.turn(visitor):
                return _heat(live, photos, dict(request.query_params))
        except BusyError:
            return Response(status_code=503, headers={"Retry-After": "3"})

    return [
        Route("/thumbs/{name}.jpg", thumb),
        Route("/examples/{number:int}.jpg", example),
        Route("/photos/{key}.jpg", photo),
        Route("/photos/{key}/{area}.jpg", photo),
        Route("/heat", heat),
        Route("/page/{version}/{path:path}", _own_file),
    ]


def _own_file(request: Request) -> Response:
    try:
        path = (FOLDER / request.path_params["path"]).resolve()
    except ValueError:  # a NUL in it
        return Response(status_code=404)
    if not path.is_relative_to(FOLDER) or path.suffix not in TYPES or not path.is_file():
        return Response(status_code=404)
    # An address of an older version gets the present file, but is not kept.
    same = request.path_params["version"] == static_version()
    headers = _FOREVER if same else {"Cache-Control": "no-store", **_NOSNIFF}
    return FileResponse(path, media_type=TYPES[path.suffix], headers=headers)


def _thumbnail(live: LiveEngine, sha: str) -> Response:
    if not _SHA.fullmatch(sha):
        return Response(status_code=404)
    try:
        path: Path | None = live.engine(wait=False).opened.thumbnail(sha)
    except VisearchError:
        path = None  # nothing answers yet, or the server that keeps the pictures does not
    if path is None or not path.is_file():
        # Shown all the same: a product is not to look broken because its picture went away.
        return Response(_NO_PICTURE, 404, {"Cache-Control": "no-store", **_NOSNIFF}, "image/svg+xml")
    return FileResponse(path, media_type="image/jpeg", headers=_FOREVER)


def _example(live: LiveEngine, number: int) -> Response:
    photos = live.examples().all_photos
    if not 0 <= number < len(photos):
        return Response(status_code=404)
    return Response(_small(photos[number]), media_type="image/jpeg", headers=_A_DAY)


def _photo(photos: Photos, key: str, area: str) -> Response:
    photo = photos.get(key)
    # State.read knows what an area is, and takes nothing else.
    if photo is None or (area and State.read({"box": area}).box != area):
        return Response(status_code=404)
    try:
        data = photos.crop(photo, area) if area else photo.jpeg
    except VisearchError:
        return Response(status_code=404)
    return Response(data, media_type="image/jpeg", headers=_PRIVATE)


def _heat(live: LiveEngine, photos: Photos, asked: dict[str, str]) -> Response:
    photo, part = photos.get(asked.get("photo", "")), State.read({"box": asked.get("part", "")}).box
    if photo is None or not part:
        return Response(status_code=404)
    try:
        engine = live.engine(wait=False)
        image, box = photos.image(photo), None if part == "whole" else photo.box(part)
        maps = _maps(engine, photo, image, box, asked.get("product", ""))
        if asked.get("side") == "product":
            drawn = overlay(load_image(engine.opened.thumbnail(maps.picture)), maps.product)
        else:
            drawn = overlay(image if box is None else crop(image, box), maps.photo)
    except VisearchError:
        return Response(status_code=404)
    return Response(_jpeg(drawn), media_type="image/jpeg", headers=_PRIVATE)


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail((HEAT_SIDE, HEAT_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _maps(engine: SearchEngine, photo: Photo, image: Image.Image, box: Box | None, product_id: str) -> HeatMaps:
    # The page asks for both sides one after the other; the last pair of maps is kept with the photo.
    asked = (engine.opened.manifest.index_id, box, product_id)
    if photo.found.get("heat", (None,))[0] != asked:
        photo.found["heat"] = (asked, heat(engine, image, product_id, box))
    maps: HeatMaps = photo.found["heat"][1]
    return maps


@lru_cache(maxsize=64)
def _small(path: Path) -> bytes:
    return thumbnail(load_image(path, max_side=2 * EXAMPLE_SIDE), EXAMPLE_SIDE)
