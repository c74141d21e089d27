"""Mugs.

c colour, form (FORMS), R radius and H height in metres, sp speckle 0..1, dip colour of the bare foot and dipz its share
of the height, rough, rb number of ribs and ribd their depth, deco decorations of the glaze (blender/ceramic.py).
"""

from __future__ import annotations

import math
from random import Random

import numpy as np

from data.studio.blender.ceramic import ceramic
from data.studio.blender.group import group
from data.studio.blender.mesh import sweep, vessel
from data.studio.blender.outlines import catmull, ellipse
from data.studio.look import Look, Model

FORMS: dict[str, list[float]] = {
    "cyl": [1, 1, 1, 1, 1],
    "taper": [0.78, 0.86, 0.93, 0.98, 1],
    "belly": [0.8, 1.02, 1.08, 1.0, 0.94],
    "flare": [0.72, 0.76, 0.83, 0.93, 1.08],
    "ball": [0.7, 1.05, 1.16, 1.06, 0.86],
    "waist": [1, 0.9, 0.86, 0.92, 1.04],
}
HANDLE = ((0.78, -0.002, 0.8), (0.78, 0.012, 0.84), (0.6, 0.026, 0.74), (0.5, 0.029, 0.55), (0.4, 0.022, 0.36),
          (0.28, 0.008, 0.25), (0.25, -0.002, 0.23))  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """A mug with a handle on its right."""
    radius, height, form = look("R", 0.041), look("H", 0.095), FORMS[look("form", "cyl")]

    def wide(t: float) -> float:
        return radius * float(np.interp(t, [0, 0.25, 0.5, 0.75, 1], form))

    outline = [(radius * form[0] * 0.93, 0.0), (radius * form[0] * 0.99, 0.0025)]
    outline += [(wide(t), 0.004 + t * (height - 0.004)) for t in np.linspace(0.02, 1, 16)]
    foot = height * look("dipz", 0.3)
    glaze = ceramic(look("c"), look("sp", 0), look("dip"), foot, look("rough", 0.18), height, **look("deco", {}))
    ribs, deep = look("rb"), look("ribd", 0.03)
    rib = (lambda a, z: 1 + deep * abs(math.sin(a * ribs / 2)) - 0.01) if ribs else None
    body = vessel(outline, 0.0035, material=glaze, round_edges=0.0008, rib=rib, segments=192 if ribs else 96)
    path = catmull([(wide(t) + out, 0, height * z) for t, out, z in HANDLE], 10)
    up = (0, 1, 0)
    handle = sweep(path, ellipse(0.0062, 0.0042), glaze, up, scale=lambda t: 1.25 - 0.5 * math.sin(math.pi * t))
    return Model(group([body, handle], "mug"), {"az": 0.6, "el": 0.3})
