"""What a stranger posts, checked: `gr.api` hands over whatever JSON came."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from PIL import Image

from visearch.errors import PictureError, QueryError
from visearch.filters import parse_value
from visearch.images import MAX_BYTES, load_image
from visearch.types import Box, FilterValue
from visearch.ui.photos import fetch_public
from visearch.ui.state import whole

_FARTHEST = 1_000_000
_ALLOWED = "Send an https address or a base64 data URI (data:image/jpeg;base64,...)."


def read_text(value: Any, name: str) -> str:
    """Raises QueryError when it is no string."""
    if not isinstance(value, str):
        raise QueryError(f"{name} is {value!r:.60}; it must be a string.", 'Leave it out or send "".')
    return whole(value)


def read_count(value: Any) -> int:
    """Raises QueryError when it is no whole number; the engine knows the limits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise QueryError(f"k is {value!r:.60}; it must be a whole number.", "Send for example 10.")
    return value


def read_filters(value: Any) -> dict[str, FilterValue]:
    """Field to value. Raises QueryError."""
    if value is not None and not isinstance(value, dict):
        raise QueryError("filters must be an object of field and value.", 'Send for example {"category": "Mugs"}.')
    return {str(name): parse_value(wanted) for name, wanted in (value or {}).items()}


def read_picture(image: Any) -> Image.Image:
    """A picture from an https address or a base64 data URI; never from a path. Raises PictureError."""
    if not isinstance(image, str):
        raise PictureError("image must be a string.", _ALLOWED)
    if image.startswith("data:"):
        return load_image(_from_data_uri(image))
    if image.startswith("https://"):
        return load_image(fetch_public(image))
    raise PictureError("image is neither an https address nor a data URI; paths are not read.", _ALLOWED)


def read_box(box: Any) -> Box | None:
    """Four numbers to a Box; an object as `/detect` gives it too. Raises QueryError."""
    if box is None:
        return None
    if isinstance(box, dict):
        box = [box.get(name) for name in ("x0", "y0", "x1", "y1")]
    numbers = isinstance(box, (list, tuple)) and len(box) == 4 and all(_is_number(v) for v in box)
    if not numbers:
        raise QueryError("box must be four numbers.", "Send [x0, y0, x1, y1] in pixels of the upright photo.")
    x0, y0, x1, y1 = (float(v) for v in box)
    return Box(x0, y0, x1, y1)


def _is_number(value: Any) -> bool:
    """What is no picture's pixel is refused too: infinite, no number at all, or of a thousand digits."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_FARTHEST <= value <= _FARTHEST


def _from_data_uri(uri: str) -> bytes:
    head, _, body = uri.partition(",")
    if not head.endswith(";base64"):
        raise PictureError("The data URI is not base64.", _ALLOWED)
    if len(body) > MAX_BYTES * 4 // 3 + 4:
        raise PictureError(f"The picture is larger than {MAX_BYTES >> 20} MB.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("The data URI is damaged: its base64 cannot be decoded.", _ALLOWED) from error
