"""Notebooks, standing slightly open to the side.

form hard | soft | spiral, c colour, mat cloth | leather | paper, band colour of the elastic (none without it), w h t
size, kind and pal of a printed cover (paint/covers.py), title letters on the front, pages colour of the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.decal import letters
from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, printed, weave
from data.studio.blender.mesh import box, flat, tube
from data.studio.colour import DARK_INK, LIGHT_INK, light
from data.studio.kinds.book import pages
from data.studio.look import Look, Model
from data.studio.paint.covers import cover

COVERS: dict[str, Callable[[str], Any]] = {
    "cloth": lambda c: weave(c, scale=2600, bump=0.5),
    "leather": lambda c: leather(c, 700, 0.45, 0.3),
    "paper": lambda c: plastic(c, 0.6, 0.25),
}


def _spiral(w: float, h: float, t: float, steel: Any) -> list[Any]:
    rings = []
    count = round(h / 0.0085)
    for i in range(count):
        z = h * (i + 0.5) / count
        loop = [
            (-w / 2 + 0.006 * math.cos(a) - 0.002, t * 0.75 * math.sin(a), z)
            for a in (k * math.pi / 10 for k in range(20))
        ]
        rings.append(tube(loop, 0.0006, steel, closed=True, smooth=False, detail=6))
    return rings


def build(look: Look, rng: Random) -> Model:
    """A closed notebook."""
    form, w, h, t = look("form", "hard"), look("w", 0.14), look("h", 0.21), look("t", 0.016)
    board = {"hard": 0.0024, "soft": 0.0011, "spiral": 0.0015}[form]
    skin = COVERS[look("mat", "paper")](look("c"))
    inner = plastic(look("pages"), 0.8, 0.2) if look("pages") else pages()
    parts = [box((w - 0.006, t - 2 * board, h - 0.006), inner, 0.0008, (0.0 if form == "soft" else -0.001, 0, h / 2))]
    parts += [box((w, board, h), skin, min(0.0009, board / 2.2), (0, s * (t / 2 - board / 2), h / 2)) for s in (-1, 1)]
    steel = metal(look("m", "#c9cacb"), 0.25)
    if form == "spiral":
        parts += _spiral(w, h, t, steel)
    else:
        parts.append(box((board * 1.4, t, h), skin, board / 2.4, (-w / 2, 0, h / 2)))
    y = -t / 2 - 0.0002
    if look("kind"):
        picture, _ = cover(look("kind"), look("pal"), look("lines", ("", "")), "", w, h, t)
        e = 0.001
        parts.append(
            flat(
                [(-w / 2 + e, y, e), (w / 2 - e, y, e), (w / 2 - e, y, h - e), (-w / 2 + e, y, h - e)],
                printed(picture, 0.5),
            )
        )
    if look("title"):
        ink = (
            metal("#d6b676", 0.25) if look("gold") else plastic(LIGHT_INK if light(look("c")) < 1.0 else DARK_INK, 0.5)
        )
        text = letters(look("title"), 0.013, ink, 0.0002)
        text.location = (0, y - 0.0001, h * 0.72)
        parts.append(text)
    if look("band"):
        x = w / 2 - 0.014
        parts.append(
            box((0.006, t + 0.0025, h + 0.002), weave(look("band"), scale=4000, bump=0.5), 0.0006, (x, 0, h / 2))
        )
    return Model(group(parts, "notebook"), {"az": look("az", -0.4), "el": 0.2})
