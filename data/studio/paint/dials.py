"""Faces of watches and clocks."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

from data.studio.colour import is_dark, tone
from data.studio.paint.canvas import Draw, centred, disc, save

SIDE = 1024
MIDDLE = SIDE / 2
ROMAN = ("XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")


def _ray(draw: Draw, a: float, outer: float, inner: float, fill: str, wide: int) -> None:
    """A stroke between two radii (shares of the side); angle 0 is twelve o'clock."""
    ends = [(MIDDLE + r * SIDE * math.sin(a), MIDDLE - r * SIDE * math.cos(a)) for r in (outer, inner)]
    draw.line(ends, fill=fill, width=wide)


def _hour(draw: Draw, hour: int, style: str, ink: str) -> None:
    a = hour * math.pi / 6
    x, y = MIDDLE + 0.355 * SIDE * math.sin(a), MIDDLE - 0.355 * SIDE * math.cos(a)
    if style == "bar":
        _ray(draw, a, 0.4, 0.32, ink, 20)
    elif style == "dot":
        disc(draw, x, y, 24, fill=ink)
    elif style == "roman":
        centred(draw, ROMAN[hour], x, y - 48, 66, ink)
    elif style == "num":
        centred(draw, str(hour or 12), x, y - 48, 82, ink)


def dial(background: str, style: str, brand: str, subtitle: str = "AUTOMATIC", small: bool = False) -> Path:
    """A dial with 60 strokes and hours as bar, dot, num, roman or none; `small` adds a second dial at six."""
    image = Image.new("RGB", (SIDE, SIDE), background)
    draw = ImageDraw.Draw(image)
    ink = "#f2f2f0" if is_dark(background) else "#1d1d1f"
    for minute in range(60):
        _ray(draw, minute * math.pi / 30, 0.455, 0.43 if minute % 5 else 0.41, ink, 3 if minute % 5 else 7)
    for hour in range(12):
        _hour(draw, hour, style, ink)
    centred(draw, brand.upper(), MIDDLE, MIDDLE - 0.19 * SIDE, 44, ink)
    centred(draw, subtitle, MIDDLE, MIDDLE + 0.17 * SIDE, 24, ink)
    if small:
        y, r = MIDDLE + 0.2 * SIDE, 0.1 * SIDE
        disc(draw, MIDDLE, y, r, outline=ink, width=4, fill=tone(background, 0.9))
        draw.line([(MIDDLE, y), (MIDDLE + r * 0.6, y - r * 0.4)], fill=ink, width=6)
    return save(image)
