"""Bowls.

form cereal | salad | ramen | dip | pasta, c colour with the decorations of mugs (sp, dip, deco, rough), or mat a
material; R radius, H height, rb ribs, inner colour of the inside.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.ceramic import ceramic
from data.studio.blender.group import group
from data.studio.blender.materials import material
from data.studio.blender.mesh import lathe, vessel
from data.studio.blender.outlines import catmull
from data.studio.look import Look, Model

FORMS = {
    "cereal": ((0.45, 0), (0.5, 0.05), (0.82, 0.4), (0.97, 0.8), (1, 1)),
    "salad": ((0.4, 0), (0.62, 0.12), (0.88, 0.45), (0.98, 0.8), (1, 1)),
    "ramen": ((0.42, 0), (0.42, 0.12), (0.62, 0.3), (0.88, 0.68), (1, 1)),
    "dip": ((0.7, 0), (0.82, 0.1), (0.96, 0.4), (1, 0.75), (0.97, 1)),
    "pasta": ((0.5, 0), (0.55, 0.2), (0.66, 0.62), (0.72, 0.8), (1, 1)),
}


def build(look: Look, rng: Random) -> Model:
    """An empty bowl."""
    r, h = look("R", 0.078), look("H", 0.068)
    curve = catmull([(r * a, h * b) for a, b in FORMS[look("form", "cereal")]], 10)
    surface: Any
    if look("mat"):
        surface = material(look("mat"))
    else:
        foot = h * look("dipz", 0.3)
        surface = ceramic(look("c"), look("sp", 0), look("dip"), foot, look("rough", 0.18), h, **look("deco", {}))
    ribs = look("rb")
    rib = (lambda a, z: 1 + 0.03 * abs(math.sin(a * ribs / 2)) - 0.015) if ribs else None
    outline = [tuple(p) for p in curve]
    parts = [vessel(outline, 0.0042, material=surface, segments=192 if ribs else 128, round_edges=0.0006, rib=rib)]
    if look("inner"):
        lining = [(max(x - 0.0046, 0), max(z, 0.0062)) for x, z in outline]
        glaze = ceramic(look("inner"), rough=0.14, height=h)
        parts.append(lathe([(0, 0.0062), *lining], glaze, segments=192 if ribs else 128, angle=80, rib=rib))
    return Model(group(parts, "bowl"), {"az": look("az", 0.2), "el": look("el", 0.42)})
