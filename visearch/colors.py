"""Basic colour names: which ones a picture shows, and which ones a text says, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from visearch.text.lexical import tokenize
from visearch.types import Box

SIDE = 48
_DECODED = (2 * SIDE, 2 * SIDE)
_RIM = 3
_BACKGROUND = 10.0
"""CIE76 distance up to which a pixel counts as background: JPEG noise on a plain ground stays below."""
_SMALLEST = 0.03
_SHARE = 0.18
_MOST = 3
_LIGHTNESS = 0.4
"""Weight of a lightness difference: light and shade change it more than they change what people call a colour."""
_DARK = 3.0
"""How many times more a hue counts in black than from middle lightness on: few a* and b* are left in the dark."""
_NEARER: Mapping[str, float] = {"blue": 3, "purple": 3, "yellow": 3, "grey": -4, "beige": -4}
"""By how much a name is nearer than it is: grey and beige are what is left when people see no other colour."""
_SKIN = 0.3
"""Weight of what may be skin, where a fifth of the subject is anything else: a person in a picture is not for sale."""
_NOT_SKIN = 0.2

# The eleven basic terms of Berlin and Kay (1969) and beige; several sRGB anchors where a name spans light and dark.
_ANCHORS: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((18, 18, 20), (60, 60, 62)),
    "white": ((250, 250, 250), (235, 230, 225), (228, 228, 226), (215, 218, 222)),
    "grey": ((180, 180, 182), (150, 150, 152), (80, 81, 85)),
    "red": ((225, 70, 60), (150, 22, 30), (100, 25, 40)),
    "orange": ((242, 135, 30), (215, 98, 30), (235, 150, 90)),
    "yellow": ((246, 216, 50), (226, 182, 42), (250, 230, 130)),
    "green": ((50, 150, 70), (38, 88, 52), (120, 142, 70), (150, 190, 120), (120, 150, 125)),
    "blue": ((40, 80, 190), (28, 44, 92), (110, 160, 215), (70, 110, 150), (85, 100, 130), (110, 125, 145)),
    "purple": ((120, 60, 150), (80, 40, 92), (170, 140, 202), (110, 80, 110)),
    "pink": ((242, 150, 180), (220, 90, 142), (236, 190, 196)),
    "brown": ((80, 50, 35), (142, 96, 60), (165, 115, 75)),
    "beige": ((224, 206, 176), (185, 165, 140)),
}
COLORS = tuple(_ANCHORS)

_ENGLISH: Mapping[str, str] = {
    **{name: name for name in COLORS},
    "gray": "grey",
    "charcoal": "grey",
    "cream": "beige",
    "ivory": "beige",
    "sand": "beige",
    "tan": "brown",
    "navy": "blue",
    "turquoise": "blue",
    "teal": "green",
    "olive": "green",
    "khaki": "green",
    "mint": "green",
    "violet": "purple",
    "lilac": "purple",
    "lavender": "purple",
    "burgundy": "red",
    "maroon": "red",
    "nude": "beige",
    "crimson": "red",
    "scarlet": "red",
    "mustard": "yellow",
    "rose": "pink",
}
_CHINESE: Mapping[str, str] = {
    "黑": "black",
    "白": "white",
    "灰": "grey",
    "红": "red",
    "橙": "orange",
    "黄": "yellow",
    "绿": "green",
    "蓝": "blue",
    "紫": "purple",
    "粉": "pink",
    "棕": "brown",
    "褐": "brown",
    "米色": "beige",
    "米白": "beige",
    "咖啡色": "brown",
    "杏色": "beige",
    "奶油色": "beige",
    "藏青": "blue",
    "橘色": "orange",
}
# Words with a colour's character in which nobody means the colour.
_NOT_COLORS = re.compile(
    "口红|红酒|红茶|白酒|白葡萄酒|黄油|黄瓜|黄铜|绿茶|绿植|绿萝|蓝牙|蓝莓|橙汁|粉底|粉末|面粉|灰尘|黑板|白板"
)

Floats = npt.NDArray[np.float32]
T = TypeVar("T")


def text_colors(text: str) -> tuple[str, ...]:
    """The basic colours that a text names, in its order, each once: "Navy bag" -> blue, "红色" -> red."""
    found: list[str] = []
    for token in tokenize(_NOT_COLORS.sub(" ", text)):
        name = _ENGLISH.get(token) or _CHINESE.get(token)
        if name:
            found.append(name)
    found += [name for word, name in _CHINESE.items() if len(word) > 2 and word in text]
    return tuple(dict.fromkeys(found))


def picture_colors(picture: Image.Image, box: Box | None = None) -> tuple[str, ...]:
    """At most three basic colours of what stands out from the border of the picture (of its `box`), the most first.

    Each is the name of at least 18 % of the subject's weight, see `picture_palette`.
    """
    return tuple(name for name, _ in picture_palette(picture, box))


def picture_palette(picture: Image.Image, box: Box | None = None) -> tuple[tuple[str, float], ...]:
    """`picture_colors`, each with its share of the subject's weight in [0, 1], which is also how sure it is.

    Of colours with a share of about 0.7, the shop's own record named 69 in 100 (466 of them, of the sample and a shop
    of clothes).

    A pixel's name is that of the nearest anchor in CIE L*a*b*. The subject's pixels weigh more in its middle, and what
    may be skin weighs less where there is something else. Where nothing stands out, as with a white thing on white,
    the middle of the picture is named.
    """
    pixels = lab_pixels(picture, box)
    subject = standing_out(pixels)
    names, weights = _nearest(pixels[subject]), _weights(pixels[subject], np.flatnonzero(subject))
    shares = np.bincount(names, weights, minlength=len(COLORS)) / weights.sum()
    most = np.argsort(-shares, kind="stable")[:_MOST]
    return tuple((COLORS[i], float(shares[i])) for i in most if shares[i] >= _SHARE)


def of_file(path: Path, read: Callable[[Image.Image], T], missing: T) -> T:
    """What `read`, one of this module's readers, makes of a picture's file; `missing` where that cannot be read.

    A JPEG is decoded no larger than the readers need.
    """
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", _DECODED)
            return read(picture)
    except (OSError, UnidentifiedImageError, SyntaxError):
        return missing


def lab_pixels(picture: Image.Image, box: Box | None = None) -> Floats:
    """float32 (SIDE * SIDE, 3): a picture, or its `box`, made small, in CIE L*a*b*."""
    return to_lab(np.asarray(_small(picture, box))).reshape(-1, 3)


def standing_out(pixels: Floats) -> npt.NDArray[np.bool_]:
    """bool (SIDE * SIDE,) for `lab_pixels`: what differs from the border, or the middle where next to nothing does."""
    differs = np.linalg.norm(pixels - np.median(pixels[_RIM_PIXELS], axis=0), axis=1) > _BACKGROUND
    return differs if differs.sum() >= _SMALLEST * SIDE * SIDE else _MIDDLE


def _weights(pixels: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """A normal curve as wide as the subject, across and down, around its centre; less for skin."""
    at = np.stack(np.divmod(places, SIDE), axis=1) * (2 / (SIDE - 1))
    spread = at.std(axis=0) + 0.05
    weights = np.exp(-(((at - at.mean(axis=0)) / spread) ** 2).sum(axis=1) / 2)
    skin = _may_be_skin(pixels)
    if weights[~skin].sum() > _NOT_SKIN * weights.sum():
        weights[skin] *= _SKIN
    return weights


def _may_be_skin(pixels: Floats) -> npt.NDArray[np.bool_]:
    """Middle lightness, low chroma and a hue between red and yellow: skin of all tones, and much wood and leather."""
    lightness, a, b = pixels.T
    hue, chroma = np.degrees(np.arctan2(b, a)), np.hypot(a, b)
    return (lightness > 35) & (lightness < 88) & (hue > 25) & (hue < 75) & (chroma > 12) & (chroma < 45)


def to_lab(rgb: npt.NDArray[np.uint8]) -> Floats:
    """sRGB uint8 (..., 3) -> CIE L*a*b* under D65, float32 (..., 3); IEC 61966-2-1 and CIE 15:2004."""
    xyz = _LINEAR[rgb] @ _TO_XYZ
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), xyz * (841 / 108) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def _nearest(lab: Floats) -> npt.NDArray[np.int64]:
    # |a - b|^2 = |a|^2 + |b|^2 - 2 a.b
    scaled = _scaled(lab)
    squares = (scaled**2).sum(axis=1, keepdims=True) + (_PLACES**2).sum(axis=1) - 2 * scaled @ _PLACES.T
    return _NUMBERS[(np.sqrt(np.maximum(squares, 0)) - _NEAR).argmin(axis=1)]


def _scaled(lab: Floats) -> Floats:
    hue = 1 + _DARK * np.clip(1 - lab[:, :1] / 50, 0, 1)
    return np.concatenate([lab[:, :1] * _LIGHTNESS, lab[:, 1:] * hue], axis=1)


def _small(picture: Image.Image, box: Box | None) -> Image.Image:
    area = (0.0, 0.0, float(picture.width), float(picture.height))
    if box is not None:
        area = (max(0.0, box.x0), max(0.0, box.y0), min(area[2], box.x1), min(area[3], box.y1))
        if area[2] - area[0] < 1 or area[3] - area[1] < 1:
            area = (0.0, 0.0, float(picture.width), float(picture.height))
    # convert() copies a whole phone photo even when there is nothing to convert.
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    return rgb.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=area, reducing_gap=2.0)


_RIM_PIXELS, _MIDDLE = np.ones((2, SIDE, SIDE), dtype=np.bool_)
_RIM_PIXELS[_RIM:-_RIM, _RIM:-_RIM] = False
_MIDDLE[:] = False
_MIDDLE[SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4] = True
_RIM_PIXELS, _MIDDLE = _RIM_PIXELS.ravel(), _MIDDLE.ravel()
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS > 0.04045, ((_LEVELS + 0.055) / 1.055) ** 2.4, _LEVELS / 12.92).astype(np.float32)
# Columns are divided by the white point, so that white is (1, 1, 1).
_TO_XYZ = (
    np.array([[0.4124564, 0.2126729, 0.0193339], [0.3575761, 0.7151522, 0.1191920], [0.1804375, 0.0721750, 0.9503041]])
    / np.array([0.9504700, 1.0, 1.0888300])
).astype(np.float32)
_PLACES = _scaled(to_lab(np.array([rgb for group in _ANCHORS.values() for rgb in group], dtype=np.uint8)))
_NUMBERS = np.array([number for number, group in enumerate(_ANCHORS.values()) for _ in group], dtype=np.int64)
_NEAR = np.array([_NEARER.get(name, 0) for name, group in _ANCHORS.items() for _ in group], dtype=np.float32)
