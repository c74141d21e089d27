"""Hats.

form beanie | bucket | fedora | boater | cap, c colour, mat knit | felt | straw | canvas | cord, c2 colour of band, brim
or pompom, cuff=0 for a beanie without a fold, pom=1, stripes colour of stripes round a beanie, brim
factor on the width.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.cushion import cushion
from data.studio.blender.decal import draped
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import weave
from data.studio.blender.mesh import grid_faces, lathe, mesh, subdivide, thicken, tube
from data.studio.blender.outlines import catmull, ring
from data.studio.colour import DARK_INK, LIGHT_INK, light, linear
from data.studio.look import Look, Model
from data.studio.paint.labels import logo

HEAD = 0.09


def _bands(colour: str, stripe: str) -> Callable[[Graph, Any], Any]:
    def pattern(g: Graph, v: Any) -> Any:
        return g.bands(g.mul(g.axis(v, 2), 26.0), [(0, colour), (0.55, stripe)])

    return pattern


def _straw(colour: str) -> Any:
    """Plaited straw: rows round the hat, each of slanted stalks."""
    g = Graph("straw", rough=0.75, spec=0.3)
    v = g.coords()
    around = g.math("ARCTAN2", g.axis(v, 1), g.axis(v, 0))
    radius = g.node("VectorMath", {0: g.stretch(v, (1, 1, 1.2))}, operation="LENGTH", out=1)
    rows = g.math("SINE", g.mul(radius, 1100.0))
    stalks = g.math("SINE", g.add(g.mul(around, 150.0), g.mul(radius, 550.0)))
    h = g.mul(rows, stalks)
    tone = g.ramp(h, [(0.0, 0.72), (1.0, 1.08)])
    base = g.times(g.mix(g.noise(v, 60, 4), linear(colour), linear("#f3e2b4")), tone)
    return g.set(base=base, normal=g.bump(h, 0.8, 0.0012)).material


SURFACES: dict[str, Callable[[str], Any]] = {
    "knit": lambda c: weave(c, scale=900, bump=1.0),
    "felt": lambda c: weave(c, scale=6000, bump=0.25, mottle=0.05, sheen=0.6),
    "straw": _straw,
    "canvas": lambda c: weave(c, scale=2200),
    "cord": lambda c: weave(c, scale=500, bump=1.2, mottle=0.05, sheen=0.7),
}


def _turned(profile: Any, surface: Any, wall: float = 0.003, **settings: Any) -> Any:
    """A thick-walled body of revolution in the shape of a head: longer than wide."""
    body = thicken(lathe(profile, surface, segments=settings.pop("segments", 128), angle=80, **settings), wall)
    body.scale = (0.9, 1.06, 1)
    return body


def _beanie(look: Look, surface: Any) -> list[Any]:
    if look("stripes"):
        surface = weave(look("c"), scale=900, bump=1.0, pattern=_bands(look("c"), look("stripes")))
    second = SURFACES[look("mat", "knit")](look("c2", look("c")))

    def ribs(a: float, z: float) -> float:
        return 1 + 0.025 * math.cos(a * 54)

    steps = ((1, 0), (1.02, 0.04), (1.03, 0.09), (0.98, 0.13), (0.8, 0.17), (0.5, 0.195), (0.2, 0.204), (0.01, 0.206))
    crown = [tuple(p) for p in catmull([(HEAD * r, z) for r, z in steps], 8)]
    parts = [_turned(crown, surface, 0.005, segments=432, rib=ribs)]
    if look("cuff", 1):
        fold = [(1.05, 0.0), (1.1, 0.008), (1.11, 0.035), (1.1, 0.062), (1.04, 0.07)]
        cuff = catmull([(HEAD * r, z) for r, z in fold], 6)
        parts.append(_turned([tuple(p) for p in cuff], surface, 0.006, segments=432, rib=ribs))
    if look("pom"):
        parts.append(cushion((0.065, 0.065, 0.06), second, 2.1, (0, 0, 0.228), cuts=40, wrinkle=0.009, seed=2))
    return parts


def _brimmed(crown: Any, brim: Any, band: bool) -> Callable[[Look, Any], list[Any]]:
    """A hat of a crown and a brim, both (radius, z) in heads and metres."""

    def hat(look: Look, surface: Any) -> list[Any]:
        wide = look("brim", 1.0)
        outline = [tuple(p) for p in catmull([(HEAD * r, z) for r, z in crown], 8)]
        edge = [tuple(p) for p in catmull([(HEAD * (1 + (r - 1) * wide), z) for r, z in brim], 8)]
        parts = [_turned(outline, surface), _turned(edge, surface)]
        if band:
            ribbon = [(HEAD * 1.025, 0.006), (HEAD * 1.015, 0.036)]
            parts.append(_turned(ribbon, weave(look("c2", "#26262a"), scale=3000, rough=0.6), 0.002))
            bow = weave(look("c2", "#26262a"), scale=3000, rough=0.6)
            parts.append(cushion((0.006, 0.04, 0.028), bow, 5, (-HEAD * 0.94, 0, 0.021), cuts=12, wrinkle=0.002))
        return parts

    return hat


def _cap(look: Look, surface: Any) -> list[Any]:
    steps = ((1, 0), (1.01, 0.04), (0.96, 0.075), (0.78, 0.108), (0.45, 0.128), (0.01, 0.134))
    outline = [tuple(p) for p in catmull([(HEAD * r, z) for r, z in steps], 8)]
    second = SURFACES[look("mat", "canvas")](look("c2", look("c")))
    parts = [_turned(outline, surface, 0.002, rib=lambda a, z: 1 + 0.012 * abs(math.sin(a * 3)), segments=192)]
    points, across, along = [], 25, 10
    for v in np.linspace(0, 1, along):
        for u in np.linspace(-1, 1, across):
            a = -math.pi / 2 + u * 1.12
            reach = HEAD * 0.98 + 0.075 * v * max(0.0, math.cos(u * 1.4)) ** 0.7
            points.append(
                (0.9 * reach * math.cos(a), 1.06 * reach * math.sin(a), 0.006 - 0.018 * v * (1 - u * u) - 0.01 * v)
            )
    visor = mesh("visor", points, grid_faces(along, across), second)
    parts.append(subdivide(thicken(visor, 0.004, offset=0), 1))
    parts.append(cushion((0.014, 0.014, 0.008), second, 2.2, (0, 0, 0.136), cuts=8, wrinkle=0))
    parts.append(
        tube(
            [(x * 0.9, y * 1.06, z) for x, y, z in ring(HEAD * 1.005, 0.003, 96)],
            0.0016,
            second,
            closed=True,
            smooth=False,
        )
    )
    ink = LIGHT_INK if light(look("c")) < 1.2 else DARK_INK
    name = draped(logo(look("brand").lower()), ink, parts[0], (0, 0.052), 0.085, 0.7)
    return [*parts, name]


BUCKET = (
    ((1, 0), (0.97, 0.05), (0.9, 0.085), (0.84, 0.092), (0.01, 0.096)),
    ((1, 0.002), (1.2, -0.014), (1.42, -0.04)),
)
FEDORA = (((1, 0), (0.98, 0.06), (0.9, 0.11), (0.72, 0.125), (0.4, 0.105), (0.01, 0.1)),
          ((1, 0.001), (1.3, -0.006), (1.55, 0.004), (1.72, 0.016)))  # fmt: skip
BOATER = (((1, 0), (1.0, 0.045), (0.99, 0.084), (0.94, 0.09), (0.01, 0.091)), ((1, 0.001), (1.3, 0.0), (1.68, 0.001)))
FORMS: dict[str, Callable[[Look, Any], list[Any]]] = {
    "beanie": _beanie, "bucket": _brimmed(*BUCKET, band=False), "fedora": _brimmed(*FEDORA, band=True),
    "boater": _brimmed(*BOATER, band=True), "cap": _cap,
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """A hat as it lies on a table."""
    surface = SURFACES[look("mat", "felt")](look("c"))
    return Model(group(FORMS[look("form", "fedora")](look, surface), "hat"), {"az": look("az", 0.35), "el": 0.22})
