"""A colour word for a photo, read from its pixels: labels for pictures that came without any.

Right for 54 % of the sample's products (64 % where the word covers more than .6 of the foreground): noisy, but free of
anybody's rights, and enough to teach the heads that colour words exist.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE = 64
BORDER = 4
MIDDLE = slice(12, 52)
BACKGROUND_DISTANCE = 12.0
SMALLEST = 150

ANCHORS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((20, 20, 20), (45, 45, 48)),
    "white": ((245, 245, 245), (225, 225, 225)),
    "grey": ((128, 128, 128), (165, 165, 165), (90, 90, 92)),
    "red": ((200, 30, 35), (150, 20, 30)),
    "orange": ((240, 130, 30), (215, 95, 30)),
    "yellow": ((245, 215, 50), (225, 180, 40)),
    "green": ((50, 150, 70), (40, 90, 50), (120, 140, 70), (150, 190, 120)),
    "blue": ((40, 80, 190), (30, 45, 90), (110, 160, 215), (70, 110, 150)),
    "purple": ((120, 60, 150), (80, 40, 90), (170, 140, 200)),
    "pink": ((240, 150, 180), (220, 90, 140), (235, 190, 195)),
    "brown": ((110, 70, 40), (80, 50, 35), (140, 95, 60)),
    "beige": ((222, 205, 175), (200, 180, 145)),
}
_WORDS = np.array([word for word, anchors in ANCHORS.items() for _ in anchors])


def lab(rgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """sRGB 0-255 (..., 3) -> CIE L*a*b* (D65), formulas of IEC 61966-2-1 and CIE 15."""
    value = np.asarray(rgb, dtype=np.float64) / 255
    linear = np.where(value > 0.04045, ((value + 0.055) / 1.055) ** 2.4, value / 12.92)
    matrix = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    xyz = linear @ matrix / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def colour_word(picture: Image.Image) -> tuple[str, float]:
    """The word that most of the foreground is nearest to, and its share of the foreground in (0, 1].

    Foreground is what differs, in the middle of the picture, from the median colour of the border.
    """
    pixels = lab(np.asarray(picture.convert("RGB").resize((SIDE, SIDE))))
    rim = np.ones((SIDE, SIDE), dtype=bool)
    rim[BORDER:-BORDER, BORDER:-BORDER] = False
    middle = pixels[MIDDLE, MIDDLE].reshape(-1, 3)
    distance = np.linalg.norm(middle - np.median(pixels[rim], axis=0), axis=1)
    front = middle[distance > BACKGROUND_DISTANCE]
    if len(front) < SMALLEST:
        front = middle
    anchors = lab(np.array([rgb for group in ANCHORS.values() for rgb in group]))
    nearest = np.linalg.norm((front[:, None] - anchors) * [0.7, 1, 1], axis=2).argmin(axis=1)
    words, counts = np.unique(_WORDS[nearest], return_counts=True)
    best = counts.argmax()
    return str(words[best]), float(counts[best] / len(front))
