"""What is wrong with a product's picture: too small, blurred, lost in its border, over- or underexposed, written on.

Every measure is a number that rises as the picture gets worse, held against a limit. The limits were set by looking at
made flaws of every third picture of the sample, both halves of them: `python -m visearch.evaluate.workflows supplier`
shows how they fare on pictures that they were set with. Writing is told only where it stands clear of the thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

Grey = npt.NDArray[np.float32]

SIDE = 320
"""Longer side in pixels at which all but the size is measured."""
LEAST_SIDE = 200
"""Pixels of the shorter side below which a picture is small."""
_GROUND = 34.0
"""Levels (of 255) from the border's colour that make a pixel part of the thing; shadows mostly differ by less."""
_STROKE, _STROKE_WIDTH = 12.0, 11
_MOST_MARKS = 400
_BUSY = 0.75
"""Share of a picture that differs from its border's colour, from which there is no plain ground to be written on."""


@dataclass(frozen=True)
class Limits:
    """From which value on each measure is a flaw."""

    small: float = 1.0
    blurred: float = 1.9
    border: float = 0.41
    overexposed: float = 0.3
    dark: float = 0.8
    text: float = 5.0


LIMITS = Limits()


def flaws_of(picture: Image.Image, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Names of `Limits` whose limit an RGB picture reaches, in that order."""
    found = measures_of(picture)
    return tuple(name for name, value in found.items() if value >= getattr(limits, name))


def measures_of(picture: Image.Image) -> Mapping[str, float]:
    """Name -> how bad:

    - small: LEAST_SIDE over the shorter side,
    - blurred: the negative logarithm of the variance of the Laplacian over the thing, with the variance of its grey
      values divided out (focus measure: Pech-Pacheco and others, Diatom autofocusing in brightfield microscopy, 2000),
    - border: how much of the picture's width, and of its height, the thing leaves empty,
    - overexposed: the share of the thing where a colour is at its end, dark: that of the picture which is nearly black,
    - text: marks like letters, in a line, beside the thing.
    """
    scale = min(1.0, SIDE / max(picture.size))
    size = (max(8, round(picture.width * scale)), max(8, round(picture.height * scale)))
    small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    pixels = np.asarray(small, dtype=np.float32)
    grey = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    away = _stands_out(pixels)
    thing = _thing(away)
    return {
        "small": LEAST_SIDE / min(picture.size),
        "blurred": _blur(grey, thing),
        "border": 1 - _extent(thing),
        "overexposed": float((pixels.max(-1)[thing] >= 253).mean()),
        "dark": float((grey <= 64).mean()),
        "text": float(_letters(grey, thing)) if away.mean() < _BUSY else 0.0,
    }


def _stands_out(pixels: Grey) -> npt.NDArray[np.bool_]:
    """What differs from the colour of the border."""
    rim = np.concatenate([pixels[:3].reshape(-1, 3), pixels[-3:].reshape(-1, 3), pixels[:, :3].reshape(-1, 3)])
    return np.asarray(np.abs(pixels - np.median(rim, axis=0)).max(-1) > _GROUND)


def _thing(away: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The largest connected part of what stands out, with what is close to it; all of the picture without one."""
    joined = ndimage.binary_closing(away, iterations=2)
    named, count = ndimage.label(joined)
    if not count:
        return np.ones_like(away)
    sizes = np.bincount(named.ravel())[1:]
    return np.asarray(ndimage.binary_fill_holes(named == 1 + int(np.argmax(sizes))))


def _extent(thing: npt.NDArray[np.bool_]) -> float:
    """The larger of the shares of the width and of the height that the thing takes."""
    rows, columns = np.flatnonzero(thing.any(1)), np.flatnonzero(thing.any(0))
    high, wide = thing.shape
    return float(max((rows[-1] - rows[0] + 1) / high, (columns[-1] - columns[0] + 1) / wide))


def _blur(grey: Grey, thing: npt.NDArray[np.bool_]) -> float:
    inner = ndimage.binary_dilation(thing, iterations=2)
    sharp, spread = float(ndimage.laplace(grey)[inner].var()), float(grey[inner].var())
    return -float(np.log10(max(sharp, 1e-3) / max(spread, 25.0)))


def _letters(grey: Grey, thing: npt.NDArray[np.bool_]) -> int:
    """The most marks of a letter's size, clear of the thing, whose middles lie along one line."""
    strokes = np.abs(grey - ndimage.median_filter(grey, _STROKE_WIDTH)) > _STROKE
    named, _ = ndimage.label(strokes & ~ndimage.binary_dilation(thing, iterations=4), structure=np.ones((3, 3)))
    middles = []
    for place in ndimage.find_objects(named)[:_MOST_MARKS]:
        high, wide = (part.stop - part.start for part in place)
        if 5 <= high <= 0.16 * grey.shape[0] and 2 <= wide <= 0.3 * grey.shape[1]:
            middles.append(((place[0].start + place[0].stop) / 2, (place[1].start + place[1].stop) / 2))
    return _in_line(np.array(middles, dtype=np.float64).reshape(-1, 2), 0.022 * grey.shape[0])


def _in_line(points: npt.NDArray[np.float64], near: float) -> int:
    """How many points at most lie within `near` of a line that is at most 25 degrees off level."""
    best = min(len(points), 1)
    for angle in np.radians(np.arange(-25, 26, 2.5)):
        off = np.sort(points[:, 0] * np.cos(angle) - points[:, 1] * np.sin(angle))
        ends = np.searchsorted(off, off + 2 * near, side="right")
        best = max(best, int((ends - np.arange(len(off))).max(initial=0)))
    return best
