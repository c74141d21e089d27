"""Insulated bottles with a printed brand mark.

c colour, c2 second colour below (g0, g1: where it ends and where c begins, shares of the height; gi="CONSTANT" for a
hard edge), steel=1 bare steel, rough, R radius, H height, cap loop | steel | wood, brand.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.decal import logo_round
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import metal, plastic, wood
from data.studio.blender.mesh import lathe, sweep
from data.studio.blender.outlines import catmull, rounded
from data.studio.colour import DARK_INK, LIGHT_INK, light
from data.studio.look import Look, Model
from data.studio.paint.labels import logo

BODY = ((0.0, None, 0.004), (0.92, None, 0.004), (1, None, 0.009), (1, 0.74, 0), (0.97, 0.79, 0), (0.8, 0.855, 0),
        (0.66, 0.885, 0), (0.66, 0.9, 0))  # fmt: skip


def _coat(look: Look, height: float) -> Any:
    """Powder coating, plain or in two colours."""
    g = Graph("coat", base=look("c"), rough=look("rough", 0.5), coat=0.15, coatr=0.35, metal=float(bool(look("steel"))))
    if look("c2"):
        z = g.axis(g.coords(), 2)
        stops = [(look("g0", 0.2), look("c2")), (look("g1", 0.65), look("c"))]
        g.set(base=g.ramp(g.math("DIVIDE", z, height), stops, look("gi", "LINEAR")))
    return g.set(normal=g.bump(g.noise(g.coords(), 1800, 2, 0.6), 0.5, 0.0003)).material


CAPS = {
    "loop": lambda steel: plastic("#1b1b1d", 0.45, 0.3),
    "steel": lambda steel: steel,
    "wood": lambda steel: wood("#b98a5a", axis="X", scale=3),
}


def build(look: Look, rng: Random) -> Model:
    """A closed bottle."""
    r, h, cap = look("R", 0.036), look("H", 0.24), look("cap", "loop")
    coat, steel = _coat(look, h), metal("#cfd0d2", 0.24, "R")
    cap_material = CAPS[cap](steel)
    profile = [(r * a, z if b is None else h * b) for a, b, z in BODY]
    parts = [
        lathe(profile, coat, round_edges=0.0015, angle=30),
        lathe([(0, 0), (r * 0.9, 0), (r * 0.93, 0.004), (0, 0.004)], steel, round_edges=0.0006),
        lathe([(r * 0.63, h * 0.9), (r * 0.63, h * 0.915), (0, h * 0.915)], steel),
    ]
    outline = [(0, h * 0.915), (r * 0.7, h * 0.915), (r * 0.72, h * 0.92), (r * 0.72, h * 0.99), (r * 0.66, h), (0, h)]
    knurl = (lambda a, z: 1 + 0.008 * math.cos(a * 40)) if cap == "loop" else None
    parts.append(lathe(outline, cap_material, round_edges=0.0015, angle=30, rib=knurl, segments=160))
    if cap == "loop":
        loop = [(-r * 0.5, 0, h * 0.98), (-r * 0.52, 0, h * 1.05), (0, 0, h * 1.1), (r * 0.52, 0, h * 1.05)]
        path = catmull([*loop, (r * 0.5, 0, h * 0.98)], 10)
        parts.append(sweep(path, rounded(0.012, 0.005, 0.002, 4), cap_material, up=(0, 1, 0)))
    ink = LIGHT_INK if light(look("c")) < 1.2 else DARK_INK
    parts.append(logo_round(logo(look("brand").lower()), r + 0.00012, h * 0.42, 0.032, ink))
    return Model(group(parts, "bottle"), {"el": 0.2, "az": look("az", 0.1)})
