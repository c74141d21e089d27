"""Food boxes.

kind of picture (paint/packs.py), pal box, accent and pale ink, name, brand, net content, w h d size in metres.
"""

from __future__ import annotations

from random import Random
from typing import Any

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import printed
from data.studio.blender.mesh import box, flat
from data.studio.look import Look, Model
from data.studio.paint.packs import pack

EDGE, GAP = 0.0012, 0.0002


def build(look: Look, rng: Random) -> Model:
    """A closed box, slightly dented."""
    w, h, d = look("w", 0.185), look("h", 0.27), look("d", 0.062)
    content = look("net", "NET WT 375 g")
    front, side = pack(look("kind"), look("pal"), look("name"), look("brand"), content, w, h)
    card = Graph("card", base=look("pal")[0], rough=0.5)
    card.set(normal=card.bump(card.noise(card.coords(), 14, 2), 0.2, 0.003))

    def face(corners: list[Any], picture: Any) -> Any:
        return flat(corners, printed(picture, 0.38, coat=0.2, bump=0.05))

    x0, x1, y0, y1, low, high = -w / 2, w / 2, -d / 2, d / 2, EDGE, h - EDGE
    before, beside = y0 - GAP, x1 + GAP
    parts = [
        box((w, d, h), card.material, 0.0012, (0, 0, h / 2), segments=2),
        face([(x, before, z) for x, z in ((x0 + EDGE, low), (x1 - EDGE, low), (x1 - EDGE, high), (x0 + EDGE, high))],
             front),
        face([(beside, y, z) for y, z in ((y0 + EDGE, low), (y1 - EDGE, low), (y1 - EDGE, high), (y0 + EDGE, high))],
             side),
    ]  # fmt: skip
    return Model(group(parts, "carton"), {"az": look("az", 0.42), "el": 0.15})
