"""Vases.

c colour, form (FORMS), H height, w width as a share of the height, rb number of ribs, twist of the ribs, glass=1 for
tinted glass instead of glaze, sp, dip, dipz, rough, deco as for mugs.
"""

from __future__ import annotations

import math
from random import Random

from data.studio.blender.ceramic import ceramic
from data.studio.blender.group import group
from data.studio.blender.materials import glass
from data.studio.blender.mesh import vessel
from data.studio.blender.outlines import catmull
from data.studio.look import Look, Model

FORMS = {
    "bottle": [0.5, 0.75, 1, 0.95, 0.6, 0.32, 0.3, 0.42],
    "jug": [0.55, 0.9, 1, 0.8, 0.5, 0.36, 0.42, 0.5],
    "amphora": [0.35, 0.5, 0.7, 0.9, 1, 0.8, 0.4, 0.36],
    "column": [0.7, 0.72, 0.78, 0.85, 0.9, 0.7, 0.34, 0.3],
    "cylinder": [0.9, 0.94, 0.96, 0.96, 0.96, 0.96, 0.95, 0.95],
    "globe": [0.5, 0.95, 1.15, 1.15, 0.95, 0.5, 0.3, 0.34],
    "trumpet": [0.42, 0.4, 0.42, 0.48, 0.56, 0.68, 0.84, 1.0],
    "hourglass": [0.9, 0.8, 0.6, 0.48, 0.5, 0.64, 0.8, 0.85],
    "bud": [0.75, 1.0, 0.9, 0.5, 0.26, 0.2, 0.19, 0.24],
    "urn": [0.4, 0.62, 0.9, 1.05, 1.05, 0.9, 0.62, 0.7],
}


def build(look: Look, rng: Random) -> Model:
    """An empty vase."""
    height = look("H", 0.25)
    form, radius = FORMS[look("form", "bottle")], height * look("w", 0.3)
    curve = catmull([(radius * a, height * i / 7) for i, a in enumerate(form)], 8)
    outline = [(curve[0][0] * 0.94, 0), *(tuple(point) for point in curve[1:])]
    ribs, twist = look("rb", 0), look("twist", 0)
    rib = (lambda a, z: 1 + 0.03 * abs(math.sin((a + z * twist) * ribs / 2)) - 0.015) if ribs else None
    if look("glass"):
        surface = glass(look("c"))
    else:
        bare = height * look("dipz", 0.3)
        surface = ceramic(
            look("c"), look("sp", 0), look("dip"), bare, look("rough", 0.3), height, **look("deco", {})
        )  # fmt: skip
    return Model(group([vessel(outline, 0.005, material=surface, segments=192, rib=rib)], "vase"), {"el": 0.18})
