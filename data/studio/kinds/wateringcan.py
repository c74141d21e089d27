"""Watering cans.

form garden | indoor | child, mat material, m2 material of handle and spout (default: as the body), rose=0 for a plain
spout, R radius, H height, band material of a ring round the body (none without it).
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import material
from data.studio.blender.mesh import lathe, sweep, tube, vessel
from data.studio.blender.outlines import catmull, ellipse, ring
from data.studio.look import Look, Model

FORMS = {
    "garden": (((1, 0), (1, 0.05), (0.96, 0.6), (0.9, 1)), 0.1, 0.21),
    "indoor": (((1, 0), (1.02, 0.1), (0.92, 0.5), (0.62, 0.85), (0.5, 1)), 0.075, 0.15),
    "child": (((0.9, 0), (1, 0.1), (1, 0.6), (0.92, 1)), 0.07, 0.13),
}
SPOUTS = {
    "garden": ((0.95, 0.18), (1.5, 0.45), (2.0, 0.86), (2.3, 1.12)),
    "indoor": ((0.9, 0.15), (1.5, 0.3), (1.9, 0.85), (2.5, 1.3), (2.75, 1.32)),
    "child": ((0.95, 0.25), (1.4, 0.5), (1.75, 0.85), (1.95, 1.05)),
}


def _rose(x: float, z: float, tilt: float, size: float, surface: Any) -> list[Any]:
    """The sprinkler: a flared head with holes."""
    head = lathe([(size * 0.3, 0), (size * 0.5, size * 0.3), (size, size * 0.7), (size, size * 0.78), (0, size * 0.86)],
                 surface, segments=64, angle=30, round_edges=0.0008)  # fmt: skip
    hole = material("black")
    dots = []
    for count, share in ((1, 0), (6, 0.38), (12, 0.74)):
        for i in range(count):
            a = 2 * math.pi * i / count
            dot = lathe([(0, 0), (size * 0.05, 0), (0, 0.0006)], hole, segments=10)
            dot.location = (size * share * math.cos(a), size * share * math.sin(a), size * (0.865 - 0.08 * share))
            dots.append(dot)
    rose = group([head, *dots], "rose")
    rose.location = (x, 0, z)
    rose.rotation_euler = (0, tilt, 0)
    return [rose]


def _handles(form: str, r: float, h: float, surface: Any) -> list[Any]:
    back = [(-r * 0.96, 0, h * 0.2), (-r * 1.7, 0, h * 0.45), (-r * 1.65, 0, h * 0.95), (-r * 0.85, 0, h * 1.02)]
    if form == "indoor":
        back = [(-r * 1.0, 0, h * 0.2), (-r * 1.9, 0, h * 0.5), (-r * 1.6, 0, h * 1.15), (-r * 0.48, 0, h * 0.96)]
        return [tube(back, 0.0052, surface, n=14)]
    over = [(-r * 0.8, 0, h * 0.98), (-r * 0.6, 0, h * 1.42), (r * 0.5, 0, h * 1.42), (r * 0.8, 0, h * 0.98)]
    return [tube(path, 0.0075 if form == "garden" else 0.008, surface, n=14) for path in (back, over)]


def build(look: Look, rng: Random) -> Model:
    """A can with its spout to the right."""
    form = look("form", "garden")
    steps, radius, height = FORMS[form]
    r, h = look("R", radius), look("H", height)
    body = material(look("mat", "steel"))
    second = material(look("m2")) if look("m2") else body
    outline = [tuple(p) for p in catmull([(r * a, h * b) for a, b in steps], 8)]
    parts = [vessel(outline, 0.0022, material=body, segments=128, round_edges=0.0008)]
    path = catmull([(r * x, 0, h * z) for x, z in SPOUTS[form]], 12)
    wide = {"garden": 0.019, "indoor": 0.0085, "child": 0.016}[form]
    parts.append(sweep(path, ellipse(wide, wide, 24), second, up=(0, 1, 0), scale=lambda t: 1.2 - 0.6 * t))
    if look("rose", int(form != "indoor")):
        (x0, _, z0), (x1, _, z1) = path[-3], path[-1]
        parts += _rose(x1, z1, math.atan2(x1 - x0, z1 - z0), wide * 2.1, second)
    parts += _handles(form, r, h, second)
    if look("band"):
        for z in (0.12, 0.86):
            wall = r * (1.0 if z < 0.5 else 0.94) + 0.001
            parts.append(tube(ring(wall, h * z, 96), 0.0028, material(look("band")), closed=True, smooth=False))
    return Model(group(parts, "wateringcan"), {"az": look("az", 0.25), "el": 0.2})
