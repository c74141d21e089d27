"""Leaves. A part of `plant`, not a kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.studio.blender.graph import Graph
from data.studio.blender.mesh import grid_faces, grid_uv, mesh, set_uv, subdivide, thicken
from data.studio.colour import linear

ACROSS, ALONG = 9, 20


@dataclass(frozen=True)
class Leaf:
    """A leaf's shape: metres, radians of bending over its length, and how far its halves fold up."""

    kind: str
    length: float
    width: float
    curl: float
    fold: float


def _width(shape: Leaf, t: float) -> float:
    if shape.kind == "rubber":
        return shape.width * math.sin(math.pi * min(t, 1) ** 0.75)
    if shape.kind == "snake":
        return shape.width * float(np.interp(t, [0, 0.3, 0.8, 0.93, 1], [0.55, 0.9, 0.8, 0.42, 0.03]))
    return shape.width * float(np.interp(t, [0, 0.2, 1], [1.0, 0.95, 0.03]))


def _points(shape: Leaf, pitch: float, twist: float) -> list[tuple[float, float, float]]:
    points = []
    bend = [pitch - shape.curl * k / 19 for k in range(ALONG)]
    for j in range(ALONG):
        t = j / (ALONG - 1)
        wide, a, turn = _width(shape, t), pitch - shape.curl * t, twist * t
        y = sum(math.cos(b) * shape.length / 19 for b in bend[:j])
        z = sum(math.sin(b) * shape.length / 19 for b in bend[:j])
        for i in range(ACROSS):
            s = -1 + 2 * i / (ACROSS - 1)
            up = shape.fold * abs(s) * wide
            side, lean = s * wide * math.cos(turn), s * wide * math.sin(turn)
            points.append((side, y - up * math.sin(a) + lean, z + up * math.cos(a)))
    return points


def leaf(shape: Leaf, surface: Any, at: Sequence[float], yaw: float, pitch: float, twist: float = 0) -> Any:
    """A leaf that starts at a point, turned by `yaw` and raised by `pitch`."""
    thing = mesh("leaf", _points(shape, pitch, twist), grid_faces(ALONG, ACROSS), surface)
    set_uv(thing, grid_uv(ALONG, ACROSS))
    thing.location = at
    thing.rotation_euler.z = yaw
    return subdivide(thicken(thing, 0.0015 if shape.kind == "rubber" else 0.004), 1)


def leaf_material(kind: str, first: str, second: str) -> Any:
    """Two greens: bands and a pale edge for snake and aloe, else mottled with a pale midrib."""
    g = Graph("leaf", rough=0.32, coat=0.25, coatr=0.2)
    v = g.coords("UV")
    x, y = g.axis(v, 0), g.axis(v, 1)
    across = g.math("ABSOLUTE", g.sub(x, 0.5))
    midrib = g.less(across, 0.018)
    veins = g.math("SINE", g.mul(g.sub(y, g.mul(across, 0.5)), 110.0))
    if kind in ("snake", "aloe"):
        bands = g.ramp(g.noise(g.stretch(v, (2, 26, 1)), 1.3, 4, 0.7), [(0.45, 0.0), (0.6, 1.0)])
        base = g.mix(g.greater(across, 0.4), g.mix(bands, linear(first), linear(second)), linear("#c9c46a"))
    else:
        spots = g.ramp(g.noise(v, 6, 4), [(0.3, 0.0), (0.7, 1.0)])
        base = g.mix(midrib, g.mix(spots, linear(first), linear(second)), linear("#9bb36a"))
    height = g.add(g.mul(veins, 0.25), g.mul(midrib, -1.0))
    g.set(base=base, normal=g.bump(height, 0.35, 0.001))
    g.blend_shader(0.12, g.node("BsdfTranslucent", {0: (0.12, 0.3, 0.03, 1)}))
    return g.material
