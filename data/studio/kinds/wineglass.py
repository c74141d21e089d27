"""Drinking glasses.

form (FORMS), gc tint, R radius, bh height of the bowl, sh of the stem, thick wall, rb number of flutes, wine colour of
what is in it and lv its level 0..1, goldrim=1.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import glass, metal
from data.studio.blender.mesh import lathe, tube
from data.studio.blender.outlines import catmull, ring
from data.studio.look import Look, Model

FORMS = {
    "tulip": [(0.55, 0.1), (0.95, 0.32), (1, 0.48), (0.9, 0.75), (0.74, 1)],
    "balloon": [(0.7, 0.06), (1.08, 0.3), (1.16, 0.46), (1.02, 0.75), (0.8, 1)],
    "flute": [(0.4, 0.08), (0.62, 0.3), (0.68, 0.55), (0.66, 0.8), (0.6, 1)],
    "coupe": [(0.75, 0.12), (1.2, 0.45), (1.42, 0.75), (1.47, 0.92), (1.46, 1)],
    "trumpet": [(0.3, 0.12), (0.5, 0.35), (0.68, 0.6), (0.88, 0.85), (1, 1)],
    "tumbler": [(0.86, 0.02), (0.98, 0.1), (1.04, 0.4), (1.0, 0.75), (0.9, 1)],
    "rocks": [(0.95, 0.01), (1.0, 0.04), (1.02, 0.4), (1.04, 0.75), (1.05, 1)],
    "snifter": [(0.8, 0.06), (1.2, 0.3), (1.26, 0.45), (1.0, 0.78), (0.7, 1)],
}
STEMLESS = ("tumbler", "rocks")


def _foot(stem: float, radius: float, stemmed: bool) -> list[tuple[float, float]]:
    if not stemmed:
        return [(0, 0), (radius * 0.9, 0)]
    foot = [(0, 0), (0.034, 0), (0.0345, 0.0012), (0.02, 0.0035), (0.008, 0.008), (0.004, 0.02)]
    return [*foot, (0.0034, stem * 0.6)]


def build(look: Look, rng: Random) -> Model:
    """A glass, empty or with a drink that overlaps the wall by 0.6 of its thickness (no air gap to see)."""
    radius, bowl_height, form = look("R", 0.041), look("bh", 0.105), look("form", "tulip")
    points, stemmed = FORMS[form], form not in STEMLESS
    stem = look("sh", 0.088) if stemmed else 0.006
    wall = look("thick", 0.0011)
    start = (0.004 if stemmed else radius * points[0][0], stem)
    bowl = catmull([start, *((radius * a, stem + bowl_height * b) for a, b in points)], 8)
    inner = [(max(r - wall, 0), z + (wall * 2 if i == 0 else 0)) for i, (r, z) in enumerate(bowl)][::-1]
    inner[-1] = (0, stem + 0.006) if stemmed else (inner[-1][0], stem + wall * 2)
    if not stemmed:
        inner.append((0, stem + wall * 2))
    rim = (bowl[-1][0] - wall / 2, bowl[-1][1] + wall / 2)
    flutes = look("rb")

    def rib(a: float, z: float) -> float:
        cut = stem + 0.004 < z < stem + bowl_height * 0.8
        return 1 + (0.035 * abs(math.sin(a * flutes / 2)) - 0.017) * cut

    profile = [*_foot(stem, radius * points[0][0], stemmed), *(tuple(p) for p in bowl), rim, *inner]
    segments = 192 if flutes else 128
    tint = glass(look("gc", "#ffffff"))
    parts = [lathe(profile, tint, segments=segments, angle=80, rib=rib if flutes else None)]
    if look("wine"):
        level = stem + bowl_height * look("lv", 0.5)
        parts.append(_drink(look("wine"), bowl, inner[-1][1], wall, stem, level))
    if look("goldrim"):
        edge = ring(bowl[-1][0], bowl[-1][1], 96)
        parts.append(tube(edge, 0.0011, metal("#d6b676", 0.2), closed=True, smooth=False))
    return Model(group(parts, "wineglass"), {"el": 0.15, "bg": "#e4e2df"})


def _drink(colour: str, bowl: Any, floor: float, wall: float, stem: float, level: float) -> Any:
    body = [(max(r - wall * 0.6, 0), z) for r, z in bowl if stem + 0.008 < z < level]
    profile = [(0, floor - 0.0005), *body, (body[-1][0], level), (0, level)]
    return lathe(profile, glass(colour, ior=1.34), segments=128)
