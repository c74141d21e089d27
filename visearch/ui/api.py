"""The public HTTP functions: typed, documented, and the only endpoints that are not private."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr
from PIL import Image

from visearch.engine import result_to_json
from visearch.errors import PictureError, QueryError, VisearchError
from visearch.filters import parse_value
from visearch.images import MAX_BYTES, load_image
from visearch.types import Box, Query
from visearch.ui.cards import thumbnail_url

if TYPE_CHECKING:
    from visearch.live import LiveEngine

logger = logging.getLogger(__name__)

FETCH_TIMEOUT_S = 10.0
T = TypeVar("T")


def add_api(live: LiveEngine) -> None:
    """Adds `/search` and `/catalog` to the Blocks that are being built."""

    def search(
        text: str = "",
        image: str | None = None,
        box: list[float] | None = None,
        k: int = 10,
        filters: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Products that look or mean most like a photo, some words, or both; best first.

        Args:
            text: Keywords, for example "red leather handbag".
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...).
            box: Cuts the photo first: x0, y0, x1, y1 in pixels of the upright photo.
            k: How many products, 1 to 500.
            filters: Field to value, {"category": ["Mugs"], "price": {"min": 5, "max": 20}, "in_stock": true}.

        Returns:
            {"hits": [{"id", "title", "price", "score", "match", "image", ...}], "timings_ms", "model", "index"}.
        """
        return _told(lambda: _search(live, text, image, box, k, filters))

    def catalog() -> dict[str, Any]:
        """The catalogue that answers: its name, licence, number of products, values to filter by, and the model."""
        return _told(lambda: _catalog(live))

    shared: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "search"}
    gr.api(search, api_name="search", **shared)
    gr.api(catalog, api_name="catalog")


def _search(live: LiveEngine, text: Any, image: Any, box: Any, k: Any, filters: Any) -> dict[str, Any]:
    # gr.api hands over whatever JSON was posted: the types are checked here.
    if not isinstance(text, str):
        raise QueryError(f"text is {text!r:.60}; it must be a string.", 'Leave it out or send "".')
    if isinstance(k, bool) or not isinstance(k, int):
        raise QueryError(f"k is {k!r:.60}; it must be a whole number.", "Send for example 10.")
    if filters is not None and not isinstance(filters, dict):
        raise QueryError("filters must be an object of field and value.", 'Send for example {"category": "Mugs"}.')
    chosen = {str(name): parse_value(value) for name, value in (filters or {}).items()}
    picture = None if image in (None, "") else read_picture(image)
    query = Query(text, picture, read_box(box), k=k, filters=chosen)
    return result_to_json(live.engine().search(query), image=thumbnail_url)


def _catalog(live: LiveEngine) -> dict[str, Any]:
    engine = live.engine()
    model, info, facets = engine.model, engine.opened.manifest.catalog, engine.facets()
    return {
        "name": info["id"],
        "title": info["title"],
        "licence": info.get("licence", ""),
        "products": len(engine.opened.products),
        "facets": {name: dict(values) for name, values in facets.values.items()},
        "ranges": {name: {"min": low, "max": high} for name, (low, high) in facets.ranges.items()},
        "currency": facets.currency,
        "model": {"name": model.name, "licence": model.licence, "languages": list(model.languages)},
        "reason": live.status().reason,
    }


def read_picture(image: Any) -> Image.Image:
    """A picture from an https address or a base64 data URI; never from a path. Raises PictureError."""
    allowed = "Send an https address or a base64 data URI (data:image/jpeg;base64,...)."
    if not isinstance(image, str):
        raise PictureError("image must be a string.", allowed)
    if image.startswith("data:"):
        return load_image(_from_data_uri(image, allowed))
    if image.startswith("https://"):
        # Late, as it is not needed for the first page.
        from visearch.catalog.fetch import Fetcher

        # public_only: a visitor must not reach into the network that the server stands in.
        fetcher = Fetcher(timeout_s=FETCH_TIMEOUT_S, max_bytes=MAX_BYTES, attempts=1, public_only=True)
        return load_image(fetcher.fetch(image))
    raise PictureError("image is neither an https address nor a data URI; paths are not read.", allowed)


def read_box(box: Any) -> Box | None:
    """Four numbers to a Box. Raises QueryError."""
    if box is None:
        return None
    numbers = isinstance(box, (list, tuple)) and all(isinstance(v, (int, float)) for v in box)
    if not numbers or len(box) != 4:
        raise QueryError("box must be four numbers.", "Send [x0, y0, x1, y1] in pixels of the upright photo.")
    x0, y0, x1, y1 = (float(v) for v in box)
    return Box(x0, y0, x1, y1)


def _from_data_uri(uri: str, allowed: str) -> bytes:
    head, _, body = uri.partition(",")
    if not head.endswith(";base64"):
        raise PictureError("The data URI is not base64.", allowed)
    if len(body) > MAX_BYTES * 4 // 3 + 4:
        raise PictureError(f"The picture is larger than {MAX_BYTES >> 20} MB.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("The data URI is damaged: its base64 cannot be decoded.", allowed) from error


def _told(work: Callable[[], T]) -> T:
    """Errors as gr.Error, whose text reaches the caller; a bug only says that it is one."""
    try:
        return work()
    except VisearchError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        logger.exception("an API call failed")
        raise gr.Error("Something went wrong in the server; its log has the details.", print_exception=False) from error
