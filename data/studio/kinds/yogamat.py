"""Exercise mats, rolled up.

c colour outside, c2 colour of the other side, strap material of the straps (none without it), L width of the mat, turns
of the roll, t thickness, tail how much of it lies flat in front (metres), mat rubber | cork | cloth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.decal import letters
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import material, plastic, rubber, weave
from data.studio.blender.mesh import slab, tube
from data.studio.blender.outlines import ring
from data.studio.colour import DARK_INK, LIGHT_INK, light, shade
from data.studio.look import Look, Model


def _cork(colour: str) -> Any:
    g = Graph("cork", rough=0.85)
    v = g.coords()
    crumbs = g.voronoi(v, 260)
    base = g.ramp(
        g.add(g.mul(crumbs, 0.7), g.mul(g.noise(v, 120, 4), 0.5)),
        [(0.2, shade(colour, 0.5)), (0.6, shade(colour, 1.1))],
    )
    return g.set(base=base, normal=g.bump(crumbs, 0.4, 0.001)).material


CORE = 0.016
GAP = 1.06  # from one layer to the next, in thicknesses
SKINS: dict[str, Callable[[str], Any]] = {
    "rubber": lambda c: rubber(c, 0.75, 0.9),
    "cork": _cork,
    "cloth": lambda c: weave(c, scale=1400, bump=0.8),
}


def _spiral(turns: float, thick: float, core: float, tail: float) -> tuple[Any, Any]:
    """Middle line (n, 2) from the inside out and its unit normals; it ends on the floor."""
    end = -math.pi / 2
    angles = np.linspace(end - turns * 2 * math.pi, end, int(turns * 60))
    radius = core + (angles - angles[0]) / (2 * math.pi) * thick * GAP
    line = np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
    if tail:
        steps = np.linspace(0, tail, 20)[1:]
        line = np.vstack([line, np.stack([line[-1, 0] + steps, np.full(len(steps), line[-1, 1])], 1)])
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1)[:, None]
    return line, np.stack([-tangent[:, 1], tangent[:, 0]], 1)


def _sheet(line: Any, normal: Any, low: float, high: float, width: float, surface: Any) -> Any:
    outline = np.vstack([line + normal * low, (line + normal * high)[::-1]])
    return slab([tuple(p) for p in outline], width, surface, 0.0002)


def build(look: Look, rng: Random) -> Model:
    """A roll lying on its side, or standing."""
    width, thick, turns = look("L", 0.61), look("t", 0.006), look("turns", 5.0)
    line, normal = _spiral(turns, thick, CORE, look("tail", 0.0))
    skin = SKINS[look("mat", "rubber")]
    parts = [
        _sheet(line, normal, -thick / 2, 0.0, width, skin(look("c"))),
        _sheet(line, normal, 0.0, thick / 2, width, skin(look("c2", look("c")))),
    ]
    outer = float(np.linalg.norm(line[: int(turns * 60)], axis=1).max()) + thick / 2
    if look("strap"):
        for s in (-1, 1):
            hoop = [(x, y, s * width * 0.3) for x, y, _ in ring(outer + 0.0025, 0, 72)]
            parts.append(tube(hoop, 0.0042, material(look("strap")), closed=True, smooth=False))
    dark = light(look("c")) < 1.0
    ink = plastic(look("ink") or (LIGHT_INK if dark else DARK_INK), 0.7)
    name = letters(look("brand").upper(), 0.045, ink, 0.0004)
    # The front of the roll is its local +x, three quarters of a turn before the end of the sheet.
    name.rotation_euler = (0, math.pi / 2, 0)
    name.location = (CORE + (turns - 0.75) * thick * GAP + thick / 2 + 0.0012, -0.016, 0)
    roll = group([*parts, name], "roll")
    roll.rotation_euler = (math.pi / 2, 0, -math.pi / 2)
    return Model(group([roll], "yogamat"), {"az": look("az", 0.95), "el": 0.3, "fill": 0.9})
