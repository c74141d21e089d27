"""Pans and pots.

form fry | sauce | pot | wok, mat material of the body, inner material of the inside, gmat material of the handles, R
radius, H height, lid glass | same (none without it).
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import glass, material, metal
from data.studio.blender.mesh import lathe, sweep, tube, vessel
from data.studio.blender.outlines import catmull, ring, rounded
from data.studio.look import Look, Model

FORMS = {
    "fry": ((0.8, 0), (0.84, 0.06), (0.92, 0.4), (1, 1)),
    "sauce": ((0.94, 0), (0.98, 0.05), (1, 0.2), (1, 1)),
    "pot": ((0.92, 0), (0.98, 0.06), (1, 0.25), (1, 1)),
    "wok": ((0.35, 0), (0.5, 0.08), (0.86, 0.55), (1, 1)),
}


def _long_handle(r: float, h: float, surface: Any) -> list[Any]:
    side = ((0.98, 0.82), (1.15, 0.95), (1.6, 1.15), (2.1, 1.2))
    path = catmull([(r * x, 0, h * z) for x, z in side], 10)
    handle = sweep(path, rounded(0.024, 0.014, 0.006, 6), surface, scale=lambda t: 0.8 + 0.35 * t)
    rivets = [lathe([(0, 0), (0.004, 0), (0.003, 0.002), (0, 0.0025)], metal("#cfd0d2", 0.25)) for _ in range(2)]
    for rivet, y in zip(rivets, (-0.01, 0.01), strict=True):
        rivet.rotation_euler = (0, -math.pi / 2, 0)
        rivet.location = (r * 0.985 - 0.002, y, h * 0.8)
    return [handle, *rivets]


def _ears(r: float, h: float, surface: Any) -> list[Any]:
    parts = []
    for s in (-1, 1):
        loop = [(s * r * 0.98, -0.035, h * 0.78), (s * (r + 0.03), -0.03, h * 0.84), (s * (r + 0.034), 0, h * 0.86),
                (s * (r + 0.03), 0.03, h * 0.84), (s * r * 0.98, 0.035, h * 0.78)]  # fmt: skip
        parts.append(tube(loop, 0.0065, surface, n=12))
    return parts


def _lid(kind: str, r: float, h: float, body: Any, handle: Any) -> list[Any]:
    steps = ((1.005, 0.0), (0.95, 0.008), (0.6, 0.026), (0.1, 0.034), (0, 0.034))
    dome = [tuple(p) for p in catmull([(r * x, h + z + 0.002) for x, z in steps], 8)]
    shell = lathe(dome, glass("#eef4f4") if kind == "glass" else body, segments=128, angle=80)
    stem = ((0, 0.035), (0.008, 0.036), (0.008, 0.048), (0.019, 0.053), (0.018, 0.06), (0, 0.063))
    knob = lathe([(x, h + z) for x, z in stem], handle, round_edges=0.0012, angle=35)
    edge = tube(ring(r * 1.005, h + 0.002, 96), 0.0022, metal("#cfd0d2", 0.2), closed=True, smooth=False)
    return [shell, knob, edge]


def build(look: Look, rng: Random) -> Model:
    """A pan with one long handle, or a pot with two ears."""
    form = look("form", "fry")
    r, h = look("R", 0.13), look("H", 0.048)
    body, handle = material(look("mat", "black")), material(look("gmat", "black"))
    curve = [tuple(p) for p in catmull([(r * a, h * b) for a, b in FORMS[form]], 8)]
    parts = [vessel(curve, 0.0032, material=body, segments=128, round_edges=0.0008)]
    if look("inner"):
        lining = [(max(x - 0.0036, 0), max(z, 0.005)) for x, z in curve]
        parts.append(lathe([(0, 0.005), *lining], material(look("inner")), segments=128, angle=80))
    parts += _ears(r, h, handle) if form == "pot" else _long_handle(r, h, handle)
    if look("lid"):
        parts += _lid(look("lid"), r, h, body, handle)
    return Model(group(parts, "pan"), {"az": look("az", 0.3), "el": look("el", 0.38)})
