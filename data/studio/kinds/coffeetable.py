"""Coffee tables.

wc colour of the top, top wood | glass | marble | paint, sh round | rect | oval, W width, H height, legs material ("same
wood": as the top), shelf=1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.group import group
from data.studio.blender.materials import glass, marble, material, plastic, wood
from data.studio.blender.mesh import slab, tube
from data.studio.blender.outlines import rounded
from data.studio.look import Look, Model

DEPTH = {"round": 0.85, "rect": 0.55, "oval": 0.6}
TOPS: dict[str, Callable[[str], Any]] = {
    "wood": lambda c: wood(c, scale=1.0),
    "glass": glass,
    "marble": marble,
    "paint": lambda c: plastic(c, 0.4),
}


def build(look: Look, rng: Random) -> Model:
    """A low table on four legs."""
    shape, width, height = look("sh", "round"), look("W", 1.0), look("H", 0.4)
    depth = width * DEPTH[shape]
    width = depth if shape == "round" else width
    top, legs = TOPS[look("top", "wood")](look("wc")), material(look("legs", "black metal"), look("wc"))
    if shape == "rect":
        outline = rounded(width, depth, 0.03, 8)
    else:
        angles = np.linspace(0, 2 * math.pi, 96, endpoint=False)
        outline = [(width / 2 * math.cos(a), depth / 2 * math.sin(a)) for a in angles]
    plate = slab(outline, 0.028, top, 0.004)
    plate.location.z = height - 0.014
    parts = [plate]
    if look("shelf"):
        shelf = slab([(x * 0.72, y * 0.72) for x, y in outline], 0.018, top, 0.003)
        shelf.location.z = height * 0.35
        parts.append(shelf)
    inset, spread = (0.42, 1.12) if shape == "rect" else (0.36, 1.12 * 0.9)
    for i in (-1, 1):
        for j in (-1, 1):
            foot = (i * width * inset * spread, j * depth * inset * spread, 0)
            head = (i * width * inset * 0.88, j * depth * inset * 0.88, height - 0.028)
            parts.append(tube([foot, head], 0.02, legs, smooth=False, radii=[0.6, 1]))
    return Model(group(parts, "coffeetable"), {"az": look("az", 0.4), "el": 0.3})
