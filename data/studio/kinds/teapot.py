"""Teapots.

form round | low | tall | cube, c colour of a glazed pot with the decorations of mugs (sp, dip, deco, rough), or mat a
material; R radius, H height, grip side | over, gmat material of the grip and knob (default: as the pot), rb ribs.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.ceramic import ceramic
from data.studio.blender.group import group
from data.studio.blender.materials import material
from data.studio.blender.mesh import lathe, sweep, tube
from data.studio.blender.outlines import catmull, ellipse
from data.studio.look import Look, Model

FORMS = {
    "round": ((0.55, 0), (0.86, 0.12), (1, 0.45), (0.88, 0.8), (0.5, 1)),
    "low": ((0.7, 0), (1.05, 0.15), (1.12, 0.5), (0.85, 0.85), (0.45, 1)),
    "tall": ((0.85, 0), (0.9, 0.1), (0.82, 0.5), (0.68, 0.85), (0.55, 1)),
    "cube": ((0.9, 0), (0.98, 0.08), (0.98, 0.5), (0.96, 0.92), (0.6, 1)),
}
SPOUT = ((0.8, 0.28), (1.18, 0.4), (1.36, 0.66), (1.56, 0.93), (1.64, 0.97))


def _grip(look: Look, r: float, h: float, surface: Any) -> Any:
    if look("grip", "side") == "over":
        arch = [
            (-0.62 * r, 0, 0.9 * h),
            (-0.74 * r, 0, 1.35 * h),
            (0, 0, 1.75 * h),
            (0.74 * r, 0, 1.35 * h),
            (0.62 * r, 0, 0.9 * h),
        ]
        return tube(arch, 0.0052, surface, n=14)
    side = ((0.82, 0.82), (1.25, 0.92), (1.55, 0.66), (1.4, 0.36), (0.95, 0.2))
    path = catmull([(-r * x, 0, h * z) for x, z in side], 12)
    return sweep(
        path, ellipse(0.0085, 0.0058), surface, up=(0, 1, 0), scale=lambda t: 1.2 - 0.35 * math.sin(math.pi * t)
    )


def build(look: Look, rng: Random) -> Model:
    """A pot with its lid on, spout to the right."""
    r, h = look("R", 0.075), look("H", 0.11)
    if look("mat"):
        surface = material(look("mat"))
    else:
        deco = look("deco", {})
        surface = ceramic(look("c"), look("sp", 0), look("dip"), h * 0.28, look("rough", 0.18), h, **deco)
    other = material(look("gmat")) if look("gmat") else surface
    body = catmull([(r * a, h * b) for a, b in FORMS[look("form", "round")]], 10)
    ribs = look("rb")
    rib = (lambda a, z: 1 + 0.03 * abs(math.sin(a * ribs / 2)) - 0.015) if ribs else None
    outline = [(0, 0), (body[0][0] * 0.94, 0), *(tuple(p) for p in body), (0, h)]
    mouth = body[-1][0]
    lid = [
        (0, h - 0.002),
        (mouth * 0.96, h - 0.002),
        (mouth * 0.98, h + 0.002),
        (mouth * 0.7, h + 0.011),
        (0.006, h + 0.016),
    ]
    knob = catmull([(0.005, h + 0.013), (0.0065, h + 0.019), (0.012, h + 0.026), (0.01, h + 0.034), (0, h + 0.036)], 8)
    path = catmull([(r * x, 0, h * z) for x, z in SPOUT], 12)
    spout = sweep(path, ellipse(0.017, 0.017, 28), surface, up=(0, 1, 0), scale=lambda t: 1.15 - 0.68 * t**0.7)
    parts = [
        lathe(outline, surface, segments=192 if ribs else 128, round_edges=0.001, rib=rib),
        lathe(lid, surface, round_edges=0.0008, angle=40),
        lathe([tuple(p) for p in knob], other),
        spout,
        _grip(look, r, h, other),
    ]
    return Model(group(parts, "teapot"), {"az": look("az", 0.25), "el": 0.25})
