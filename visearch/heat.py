"""Heat maps: which regions of a photo and of a product's picture made the match."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.engine import SearchEngine
from visearch.errors import PictureError
from visearch.images import THUMBNAIL_SIDE, crop, load_image
from visearch.models.regions import Regions, regions
from visearch.types import Box

Map = npt.NDArray[np.float32]

_SOFTNESS = 0.6
"""Standard deviation of the smoothing, in distances between two places of the encoder's map."""

_DISPLAY = 1024
_TINT = (255, 150, 40)  # orange: apart from grey for every kind of colour vision
_TINT_SHARE, _DIM_SHARE = 0.38, 0.62


@dataclass(frozen=True)
class HeatMaps:
    """Both maps are float32 (height, width) in [0, 1], 1 where the match was made.

    They have the proportions of the crop and of the product's picture, the longer side at most 384; `picture` is the
    sha256 of that picture.
    """

    photo: Map
    product: Map
    picture: str


def heat(engine: SearchEngine, image: Image.Image, product_id: str, box: Box | None = None) -> HeatMaps:
    """What in `image` (in its `box`) and in the product's picture made them alike.

    The product's picture is the one most like the photo, as its 384-pixel thumbnail. Raises QueryError for an unknown
    product, PictureError when the box leaves nothing of the photo or the product has no picture.
    """
    photo = image if box is None else crop(image, box)
    sha = _closest(engine, photo, product_id)
    shown = load_image(engine.opened.thumbnail(sha))
    first, second = regions(engine.embedder(), photo, shown)
    return HeatMaps(smooth(first, photo.size), smooth(second, shown.size), sha)


def smooth(found: Regions, size: tuple[int, int], longest: int = THUMBNAIL_SIDE) -> Map:
    """float32 (h, w) in [0, 1] for a picture of `size` (width, height), shrunk to `longest`.

    Each pixel is the mean of the places around it, weighted by a Gaussian of their distance; the least of the picture
    becomes 0, the greatest 1. A map without differences is 0.
    """
    scale = min(1.0, longest / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    soft = _weights(height, found.ys) @ found.values.astype(np.float64) @ _weights(width, found.xs).T
    low, high = float(soft.min()), float(soft.max())
    if high - low <= 1e-6 * max(abs(high), abs(low), 1e-6):
        return np.zeros(soft.shape, dtype=np.float32)
    return ((soft - low) / (high - low)).astype(np.float32)


def overlay(picture: Image.Image, heat_map: Map) -> Image.Image:
    """The picture (RGB) with what mattered warm and what did not faded to a light grey; any size of map.

    The longer side is at most 1024 pixels.
    """
    rgb = picture.convert("RGB")
    rgb.thumbnail((_DISPLAY, _DISPLAY), Image.Resampling.BICUBIC)
    values = Image.fromarray((np.clip(heat_map, 0, 1) * 255).astype(np.uint8)).resize(
        rgb.size, Image.Resampling.BICUBIC
    )
    share = np.asarray(values, dtype=np.float32)[..., None] / 255
    share = share * share * (3 - 2 * share)  # a soft step: most of a picture is clearly one or the other
    colours = np.asarray(rgb, dtype=np.float32)
    grey = colours @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    faded = (1 - _DIM_SHARE) * grey[..., None] + _DIM_SHARE * 235
    # Multiplying keeps the drawing below the tint dark, as a felt pen does.
    warm = colours * ((1 - _TINT_SHARE) + _TINT_SHARE * np.array(_TINT, dtype=np.float32) / 255)
    return Image.fromarray((share * warm + (1 - share) * faded).round().astype(np.uint8))


def _closest(engine: SearchEngine, photo: Image.Image, product_id: str) -> str:
    """sha256 of the product's picture that is most like the photo."""
    pictures = engine.product(product_id).pictures
    if not pictures:
        raise PictureError(f"The product {product_id} has no picture.", "Choose one that has.")
    if len(pictures) == 1:
        return pictures[0]
    rows = [row for row, sha in enumerate(engine.opened.row_picture) if sha in pictures]
    scores = np.asarray(engine.opened.vectors[rows], dtype=np.float32) @ engine.embedder().embed_images([photo])[0]
    return engine.opened.row_picture[rows[int(scores.argmax())]]


def _weights(pixels: int, centres: Map) -> npt.NDArray[np.float64]:
    """(pixels, places), rows sum to 1; the pixels are spread evenly over [0, 1]."""
    at = (np.arange(pixels) + 0.5) / pixels
    step = float(centres[1] - centres[0]) if len(centres) > 1 else 1.0
    distance = (at[:, None] - centres[None, :]) / (step * _SOFTNESS)
    weights = np.exp(-0.5 * distance**2)
    return weights / weights.sum(axis=1, keepdims=True)
