"""Whether a product has the colours of a photo: what an encoder that cares for shapes forgets.

A picture's colours are a soft histogram h over places in CIE L*a*b*: at three lightnesses grey and eight hues, pale
and strong. A product's is of what stands out from its plain ground, a photo's of its middle, where the thing is. They
agree by the Bhattacharyya coefficient, sum(sqrt(h g)), in [0, 1] (Bhattacharyya 1943; for colours: Comaniciu, Ramesh
and Meer, CVPR 2000). The NEAREST products by looks are ranked by

    score + weight * (own agreement - that of the one that comes first)

so that of two that look alike the one in the right colours comes first, that one keeps its score, and a photo of
something else does not pass for close by its colours. The settings were chosen on half A of the photos of six
catalogues, but for MIDDLE_OF_BOX, which follows from MIDDLE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.colors import SIDE, lab_pixels, of_file, standing_out
from visearch.errors import StoreError
from visearch.recent import Recent
from visearch.types import Box

NEAREST = 30
"""Products whose order colours may change: theirs are read from thumbnails, and kept."""
MIDDLE = 0.5
"""Side of a photo's middle, as a share of its sides."""
MIDDLE_OF_BOX = 0.75
"""The same of a box, which is drawn closer around a thing than the edges of a photo are."""

_KEPT = 20_000
_WIDTH = 12.0
_LIGHTNESS = 0.7
_SPREAD = 0.6

Floats = npt.NDArray[np.float32]

Ranked = tuple[int, float, int]
"""(product position, score, row)"""


class ColorMatch:
    """The colours of one catalogue's pictures, read when they are first asked for. Thread-safe.

    `thumbnail` gives the file of a picture's sha256; one that cannot be read agrees as the average does.
    """

    def __init__(self, thumbnail: Callable[[str], Path]) -> None:
        self._thumbnail = thumbnail
        self._known: Recent[Floats | None] = Recent(_KEPT)

    def ranked(self, best: Sequence[Ranked], pictures: Sequence[str], wanted: Floats, weight: float) -> list[Ranked]:
        """`best`, the best first, with scores that tell how their colours agree with `wanted`, a photo's; any order.

        `pictures` has the sha256 of each row's picture. What comes after the NEAREST counts as the worst of them.
        """
        agree = [self._agreement(pictures[row], wanted) for _, _, row in best[:NEAREST]]
        told = [one for one in agree if one is not None]
        if not told:
            return list(best)
        usual, least = float(np.mean(told)), min(told)
        agrees = [usual if one is None else one for one in agree]
        agrees += [least] * (len(best) - len(agrees))
        scores = [score + weight * own for (_, score, _), own in zip(best, agrees, strict=True)]
        less = weight * agrees[int(np.argmax(scores))]
        return [(position, score - less, row) for (position, _, row), score in zip(best, scores, strict=True)]

    def _agreement(self, sha: str, wanted: Floats) -> float | None:
        try:
            colors = self._known.get(sha, lambda: of_file(self._thumbnail(sha), colors_of_product, None))
        except (StoreError, OSError):  # a server or a disk that is away just now: asked again the next time
            return None
        return None if colors is None else float(colors @ wanted)


def colors_of_product(picture: Image.Image) -> Floats:
    """float32 (51,), square roots of the shares of a product picture's colours: two of them multiply to agreement."""
    pixels = lab_pixels(picture)
    return _histogram(pixels, standing_out(pixels).astype(np.float32))


def colors_of_photo(photo: Image.Image, box: Box | None = None) -> Floats:
    """float32 (51,), as `colors_of_product`, of the middle of an upright RGB photo or of its box, in pixels."""
    whole = Box(0, 0, photo.width, photo.height)
    share, area = (MIDDLE, whole) if box is None else (MIDDLE_OF_BOX, box)
    across, down = (area.x1 - area.x0) * (1 - share) / 2, (area.y1 - area.y0) * (1 - share) / 2
    middle = Box(area.x0 + across, area.y0 + down, area.x1 - across, area.y1 - down)
    return _histogram(lab_pixels(photo, middle), _CENTRAL)


def _histogram(pixels: Floats, weights: Floats) -> Floats:
    scaled = pixels * _SCALE
    squares = ((scaled**2).sum(1, keepdims=True) + (_PLACES**2).sum(1)) - 2 * scaled @ _PLACES.T
    near = np.exp((squares.min(axis=1, keepdims=True) - squares) / (2 * _WIDTH**2))
    shares = (weights / (weights.sum() * near.sum(axis=1))) @ near
    return np.sqrt(shares).astype(np.float32)


def _places() -> Floats:
    hues = np.arange(8) * (np.pi / 4)
    circle = np.stack([np.cos(hues), np.sin(hues)], axis=1)
    plane = np.concatenate([np.zeros((1, 2)), 22 * circle, 50 * circle])
    return np.array([(lightness, a, b) for lightness in (20, 50, 80) for a, b in plane], dtype=np.float32) * _SCALE


def _central() -> Floats:
    at = (np.arange(SIDE) - (SIDE - 1) / 2) / (SIDE / 2)
    return np.exp(-(at[:, None] ** 2 + at[None, :] ** 2) / (2 * _SPREAD**2)).astype(np.float32).ravel()


_SCALE = np.array([_LIGHTNESS, 1, 1], dtype=np.float32)
_PLACES, _CENTRAL = _places(), _central()
