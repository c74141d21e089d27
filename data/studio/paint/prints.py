"""Prints on shirts: a picture with transparency, drawn from simple shapes, and a line of text."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from data.studio.look import chance_of
from data.studio.paint.canvas import Draw, centred, disc, fitting, save

SIDE = 768
HALF = SIDE / 2
BRICK = "#c7563c"


def _sun(d: Draw, ink: str, accent: str, rng: Random) -> None:
    for a in (i * math.pi / 12 for i in range(24)):
        ends = [(HALF + r * math.cos(a), 300 + r * math.sin(a)) for r in (150, 230)]
        d.line(ends, fill=ink, width=14)
    d.ellipse([HALF - 125, 175, HALF + 125, 425], fill=ink)


def _mount(d: Draw, ink: str, accent: str, rng: Random) -> None:
    d.ellipse([HALF - 240, 60, HALF + 240, 540], outline=ink, width=12)
    d.polygon([(200, 440), (330, 220), (400, 330), (450, 260), (570, 440)], fill=ink)
    d.ellipse([450, 140, 520, 210], fill=accent)


def _wave(d: Draw, ink: str, accent: str, rng: Random) -> None:
    for r in range(7):
        line = [(x, 150 + r * 45 + 26 * math.sin(x / 52 + r * 0.6)) for x in range(90, SIDE - 90, 4)]
        d.line(line, fill=ink, width=16)


def _geo(d: Draw, ink: str, accent: str, rng: Random) -> None:
    for x in range(150, 630, 120):
        for y in range(60, 540, 120):
            shape = rng.choice([0, 1, 2, 3])
            fill = rng.choice([ink, ink, accent, BRICK])
            if shape == 0:
                d.rectangle([x, y, x + 108, y + 108], fill=fill)
            elif shape == 1:
                d.pieslice([x, y, x + 216, y + 216], 180, 270, fill=fill)
            elif shape == 2:
                d.ellipse([x, y, x + 108, y + 108], fill=fill)
            else:
                d.polygon([(x, y + 108), (x + 108, y + 108), (x + 108, y)], fill=fill)


def _cat(d: Draw, ink: str, accent: str, rng: Random) -> None:
    d.ellipse([234, 200, 534, 500], fill=ink)
    d.polygon([(250, 300), (262, 110), (390, 220)], fill=ink)
    d.polygon([(518, 300), (506, 110), (378, 220)], fill=ink)
    for x in (330, 438):
        disc(d, x, 330, 20, fill=accent)
    d.polygon([(370, 385), (398, 385), (384, 405)], fill=accent)


def _heart(d: Draw, ink: str, accent: str, rng: Random) -> None:
    d.ellipse([200, 120, 400, 330], fill=ink)
    d.ellipse([368, 120, 568, 330], fill=ink)
    d.polygon([(212, 275), (556, 275), (384, 520)], fill=ink)


def _text(d: Draw, ink: str, accent: str, rng: Random) -> None:
    for y in (180, 420):
        d.rectangle([90, y, SIDE - 90, y + 12], fill=ink)


PRINTS: dict[str, Callable[[Draw, str, str, Random], None]] = {
    "sun": _sun, "mount": _mount, "wave": _wave, "geo": _geo, "cat": _cat, "heart": _heart, "text": _text,
}  # fmt: skip


def shirt_print(kind: str, ink: str, text: str, accent: str = "#d9a441") -> Path:
    """A print of a kind of `PRINTS` over a line of text; kind "text" is the line alone, large."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    PRINTS[kind](draw, ink, accent, chance_of(text))
    alone = kind == "text"
    size = fitting(draw, text, SIDE - 90, 92 if alone else 62)
    centred(draw, text, HALF, 250 if alone else 590, size, ink)
    return save(image)
