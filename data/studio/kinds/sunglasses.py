"""Sunglasses, standing on their temples.

c colour of the frame ("tort" for tortoiseshell; metal=1, clear=1, wood=1 for other materials), tint of the lenses, lw
and lh half width and height of a lens, p its squareness (2 is an ellipse), cat how far the corners sweep up, rim width.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import glass, metal, plastic, wood
from data.studio.blender.mesh import box, slab, sweep
from data.studio.blender.outlines import catmull, rounded
from data.studio.colour import shade
from data.studio.look import Look, Model

GAP = 0.0095


def _frame(look: Look) -> Any:
    colour = look("c")
    if colour == "tort":
        g = Graph("tortoiseshell", rough=0.12, coat=0.6)
        n = g.noise(g.coords(), 70, 3, 0.5, 1.5)
        return g.set(base=g.ramp(n, [(0.38, "#1c0d05"), (0.5, "#6e3310"), (0.62, "#c47a2a")])).material
    if look("metal"):
        return metal(colour, 0.2)
    if look("clear"):
        return glass(colour, ior=1.3)
    if look("wood"):
        return wood(colour, scale=6, axis="X")
    return plastic(colour, 0.14, coat=0.5)


def _lens(tint: str) -> Any:
    g = Graph("lens", rough=0.04, coat=1.0, coatr=0.0, spec=0.8, alpha=0.93)
    up = g.math("MULTIPLY_ADD", g.axis(g.coords(), 1), 18.0, 0.5)
    return g.set(base=g.ramp(up, [(0, shade(tint, 1.6)), (1, shade(tint, 0.5))])).material


def _outline(a: float, b: float, power: float, side: int, cat: float) -> list[tuple[float, float]]:
    """A superellipse, wider at the top, its outer upper corner swept up by `cat`."""
    out = []
    for t in np.linspace(0, 2 * math.pi, 72, endpoint=False):
        x = np.sign(math.cos(t)) * abs(math.cos(t)) ** (2 / power) * a
        y = np.sign(math.sin(t)) * abs(math.sin(t)) ** (2 / power) * b
        y += cat * max(0, x * side / a) ** 2 * (y > 0)
        out.append((x * (1 + 0.06 * (y / b)), y))
    return out


def _eye(look: Look, s: int, frame: Any, lens: Any) -> list[Any]:
    """Rim, lens, hinge and temple of one side."""
    lw, lh, power, cat, rim = look("lw", 0.026), look("lh", 0.021), look("p", 2.6), look("cat", 0), look("rim", 0.0042)
    outer = _outline(lw + rim, lh + rim, power + 0.3, s, cat)
    hole = _outline(lw, lh, power, s, cat * 0.8)
    ring = slab(outer, min(0.0042, rim * 1.3), frame, min(0.0012, rim * 0.35), holes=[hole])
    pane = slab(_outline(lw + 0.0006, lh + 0.0006, power, s, cat * 0.8), 0.0014, lens, 0.0003)
    for part in (ring, pane):
        part.location = (s * (lw + GAP), 0, lh + 0.006)
        part.rotation_euler = (math.pi / 2, 0, -s * 0.10)
    x, z = s * (lw * 2 + GAP + 0.004), lh * 1.55 + 0.006
    hinge = box((0.007, 0.008, 0.007), frame, 0.0015, (x - s * 0.0015, 0.004, z), turn=(0, 0, -s * 0.2))
    steps = ((0, 0.004, 0), (0.004, 0.03, 0.0005), (0.004, 0.07, 0), (0.001, 0.1, -0.001), (-0.003, 0.122, -0.010),
             (-0.007, 0.14, -0.029))  # fmt: skip
    path = catmull([(x + s * dx, y, z + dz) for dx, y, dz in steps], 10)
    section = rounded(0.0034, 0.0075, 0.0013, 4)
    temple = sweep(path, section, frame, scale=lambda t: (1, 1.15 - 0.35 * math.sin(math.pi * t * 0.9)))
    return [ring, pane, hinge, temple]


def build(look: Look, rng: Random) -> Model:
    """A pair of glasses."""
    frame, lens, lh = _frame(look), _lens(look("tint", "#2b2b2e")), look("lh", 0.021)
    arch = ((-GAP - 0.0015, -0.001, 1.3), (-GAP * 0.5, -0.002, 1.48), (0, -0.0022, 1.54), (GAP * 0.5, -0.002, 1.48),
            (GAP + 0.0015, -0.001, 1.3))  # fmt: skip
    bridge = catmull([(x, y, lh * k + 0.006) for x, y, k in arch], 8)
    parts = [part for s in (-1, 1) for part in _eye(look, s, frame, lens)]
    parts.append(sweep(bridge, rounded(0.004, 0.0058, 0.0014, 4), frame))
    return Model(group(parts, "sunglasses"), {"az": look("az", 0.5), "el": 0.3})
