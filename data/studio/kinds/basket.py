"""Woven baskets.

form round | tall | low | oval, c colour of the stalks, c2 painted colour below (band its share of the height), R
radius, H height, weave n stalks round, grip loop | hoop | none, gmat material of the grips, lid=1.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import material
from data.studio.blender.mesh import lathe, thicken, tube
from data.studio.blender.outlines import ring
from data.studio.colour import linear, shade
from data.studio.look import Look, Model

FORMS = {
    "round": ((0.86, 1.0, 1.04, 1.0), 1.0),
    "tall": ((0.82, 0.9, 0.97, 1.0), 1.0),
    "low": ((0.95, 1.0, 1.02, 1.04), 1.0),
    "oval": ((0.88, 0.96, 1.0, 1.02), 0.68),
}
ROW = 0.011


def _stalks(colour: str, painted: str | None, height: float) -> Any:
    g = Graph("stalks", rough=0.72, spec=0.3)
    v = g.coords()
    fibres = g.noise(g.stretch(v, (60, 60, 900)), 1.0, 4, 0.7)
    spots = g.noise(v, 30, 3)
    base = g.ramp(
        g.add(g.mul(fibres, 0.6), g.mul(spots, 0.4)), [(0.3, shade(colour, 0.55)), (0.7, shade(colour, 1.12))]
    )
    if painted:
        grain = g.times(linear(painted), g.ramp(fibres, [(0.3, 0.8), (0.7, 1.05)]))
        base = g.mix(g.less(g.axis(v, 2), height), base, grain)
    return g.set(base=base, normal=g.bump(fibres, 0.4, 0.0008)).material


def _wall(look: Look, r: float, h: float, surface: Any) -> Any:
    """Rows that pass in front of one upright and behind the next."""
    belly, _ = FORMS[look("form", "round")]
    rows = max(6, round(h / ROW))
    uprights = look("n", 32)

    def woven(a: float, z: float) -> float:
        row = z / h * rows
        bulge = math.sin(math.pi * (row % 1))
        return 1 + 0.012 * r_scale * bulge * math.cos(a * uprights / 2 + math.pi * int(row))

    r_scale = 0.14 / r
    z = np.linspace(0, h, rows * 5 + 1)
    wide = r * np.interp(z / h, np.linspace(0, 1, len(belly)), belly)
    outline = [(0, 0.001), *((float(x), float(y)) for x, y in zip(wide, z, strict=True))]
    return thicken(lathe(outline, surface, segments=uprights * 8, angle=80, rib=woven), 0.004, offset=-1)


def _grips(kind: str, r: float, h: float, surface: Any) -> list[Any]:
    if kind == "hoop":
        arch = [
            (-r, 0, h * 0.9),
            (-r * 0.92, 0, h + r * 0.7),
            (0, 0, h + r * 1.25),
            (r * 0.92, 0, h + r * 0.7),
            (r, 0, h * 0.9),
        ]
        return [tube(arch, 0.007, surface, n=14)]
    if kind == "none":
        return []
    loops = []
    for s in (-1, 1):
        x = s * r * 1.02
        path = [
            (x, -0.06, h * 0.93),
            (x * 1.03, -0.05, h + 0.04),
            (x * 1.04, 0, h + 0.062),
            (x * 1.03, 0.05, h + 0.04),
            (x, 0.06, h * 0.93),
        ]
        loops.append(tube(path, 0.006, surface, n=12))
    return loops


def build(look: Look, rng: Random) -> Model:
    """An empty basket."""
    r, h = look("R", 0.15), look("H", 0.22)
    surface = _stalks(look("c", "#c9a46a"), look("c2"), h * look("band", 0.4))
    top = r * FORMS[look("form", "round")][0][-1]
    rim = tube(ring(top, h, 96), 0.0075, surface, closed=True, smooth=False)
    grips = material(look("gmat")) if look("gmat") else surface
    parts = [_wall(look, r, h, surface), rim, *_grips(look("grip", "loop"), top, h, grips)]
    if look("lid"):
        dome = [(top * 1.03, h + 0.008), (top * 1.02, h + 0.02), (top * 0.6, h + 0.034), (0, h + 0.038)]
        parts.append(lathe(dome, surface, segments=128, angle=60))
        parts.append(tube([(-0.03, 0, h + 0.036), (0, 0, h + 0.06), (0.03, 0, h + 0.036)], 0.005, surface, n=8))
    root = group(parts, "basket")
    root.scale = (1, FORMS[look("form", "round")][1], 1)
    return Model(root, {"az": look("az", 0.3), "el": 0.28})
