"""Handbags with a flap.

c colour, c2 colour of flap and handle, mat leather | suede | canvas | patent, m colour of the metal, W D H size, flap
how far its tip hangs and fp how pointed it is, handle top | none and hh its height.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.cushion import cushion
from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, weave
from data.studio.blender.mesh import bevel, box, grid_faces, lathe, mesh, subdivide, thicken, tube
from data.studio.blender.outlines import catmull, smooth
from data.studio.colour import scaled
from data.studio.look import Look, Model

ACROSS, ALONG = 25, 30
BLACK = "#1c1b1c"
COVERS: dict[str, Callable[[str], Any]] = {
    "leather": lambda c: leather(c, 420, 0.4, 0.35),
    "suede": lambda c: weave(c, scale=4200, bump=0.3, mottle=0.05, sheen=0.6),
    "canvas": lambda c: weave(c, scale=1500, bump=0.8),
    "patent": lambda c: plastic(c, 0.1, coat=1),
}


def _body(look: Look, size: tuple[float, float, float], cover: Any) -> Any:
    body = cushion(size, cover, 9, puff=0.07, wrinkle=0.0025, seed=look.seed, cuts=30)
    height = size[2]
    for vertex in body.data.vertices:
        t = (vertex.co.z + height / 2) / height
        vertex.co.x *= 1 - 0.1 * t
        vertex.co.y *= 1 - 0.42 * t * t
    body.location.z = height / 2
    return body


def _flap(look: Look, width: float, depth: float, height: float) -> Any:
    """Points of the flap from the back over the top to the front: float (ALONG, ACROSS, 3)."""
    y0 = depth / 2 * 0.62
    side = ((0.75, 0.93), (0.4, 1.012), (-0.35, 1.018), (-0.95, 0.95), (-1.28, 0.75), (-1.5, 0.48))
    path = catmull([(y0 * y, height * z) for y, z in side], 10)
    points = []
    for j, at in enumerate(np.linspace(0, len(path) - 1, ALONG).astype(int)):
        y, z = path[at]
        t = j / (ALONG - 1)
        for s in np.linspace(-1, 1, ACROSS):
            tip = look("flap", 0.03) * (1 - abs(s) ** look("fp", 2.2)) * smooth(0.75, 1, t)
            lift = 0.012 * (abs(s) ** 6) * smooth(0.8, 1, t)
            points.append((s * width * 0.455, y - 0.0035 - (0.004 * (1 - s * s)), z - tip + lift))
    return np.array(points).reshape(ALONG, ACROSS, 3)


def _stitches(flap: Any, thread: Any) -> list[Any]:
    edge = catmull(np.concatenate([flap[6:, 1], flap[-2, 1:-1], flap[6:, -2][::-1]]).tolist(), 4)
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(edge, axis=0), axis=1))]
    above = np.array([0, -0.0042, 0.0005])

    def at(s: float) -> Any:
        return np.array([np.interp(s, length, edge[:, k]) for k in range(3)]) + above

    starts = np.arange(0, length[-1], 0.0055)
    return [tube([at(s), at(s + 0.0034)], 0.0006, thread, smooth=False, detail=4) for s in starts]


def _clasp(flap: Any, gold: Any) -> list[Any]:
    y, z = flap[-4, ACROSS // 2, 1] - 0.006, flap[-1, ACROSS // 2, 2] + 0.02
    button = lathe([(0, 0), (0.006, 0), (0.006, 0.003), (0, 0.003)], gold, round_edges=0.0006)
    button.rotation_euler = (math.pi / 2, 0, 0)
    button.location = (0, y - 0.004, z)
    return [box((0.034, 0.006, 0.024), gold, 0.002, (0, y - 0.001, z)), button]


def _handle(width: float, height: float, rise: float, cover: Any, gold: Any) -> list[Any]:
    half = width * 0.3
    right = ((1, -0.005, 0), (0.95, -0.005, 0.55), (0.6, -0.004, 0.93))
    path = [(-half * x, y, height + rise * z) for x, y, z in right]
    path += [(0, -0.003, height + rise), *((half * x, y, height + rise * z) for x, y, z in right[::-1])]
    parts = [tube(path, 0.0062, cover, n=12)]
    for s in (-1, 1):
        circle = [
            (s * half + 0.012 * math.cos(a), -0.005, height * 1.02 + 0.012 * math.sin(a))
            for a in np.linspace(0, 2 * math.pi, 32, endpoint=False)
        ]
        parts.append(tube(circle, 0.0018, gold, closed=True, smooth=False))
        parts.append(box((0.02, 0.02, 0.012), cover, 0.003, (s * half, -0.004, height * 0.995)))
    return parts


def build(look: Look, rng: Random) -> Model:
    """A closed bag."""
    w, d, h = look("W", 0.27), look("D", 0.105), look("H", 0.19)
    cover = COVERS[look("mat", "leather")](look("c"))
    second = leather(look("c2"), 420, 0.4, 0.35) if look("c2") else cover
    gold = metal(look("m", "#d6b676"), 0.15)
    points = _flap(look, w, d, h)
    flap = mesh("flap", points.reshape(-1, 3), grid_faces(ALONG, ACROSS), second)
    bevel(subdivide(thicken(flap, 0.004, offset=1), 1), 0.001, 2, 50)
    thread = plastic(scaled(look("c"), 1.22) if look("c") != BLACK else "#4a4a4a", 0.8)
    parts = [_body(look, (w, d, h), cover), flap, *_stitches(points, thread), *_clasp(points, gold)]
    if look("handle", "top") != "none":
        parts += _handle(w, h, look("hh", 0.1), second, gold)
    return Model(group(parts, "handbag"), {"az": look("az", 0.3), "el": 0.2})
