"""Lipsticks, open, the cap beside.

c colour of the stick, m colour of the case, mat material of the case instead (m then colours the ring), form round |
square | slim, finish matt | cream. The brand is on the case.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.decal import logo_round, mark
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import material, metal
from data.studio.blender.mesh import bevel, flat, grid_faces, lathe, mesh, slab
from data.studio.blender.outlines import rounded
from data.studio.colour import DARK_INK, LIGHT_INK, light
from data.studio.look import Look, Model
from data.studio.paint.labels import logo

SIZES = {"round": (0.0098, 0.042), "square": (0.0095, 0.044), "slim": (0.0075, 0.05)}


def _stick(colour: str, r: float, base: float, finish: str) -> Any:
    """A cylinder cut at a slant, with a rounded edge."""
    around, rows = 64, 12
    points = []
    for j in range(rows):
        t = j / (rows - 1)
        k = 1 - 0.45 * max(0.0, (t - 0.75) / 0.25) ** 2
        for i in range(around):
            a = 2 * math.pi * i / around
            slope = 0.5 + 0.5 * math.sin(a)
            points.append((r * k * math.cos(a), r * k * math.sin(a), base + t * (0.014 + 0.009 * slope)))
    faces: list[Any] = [*grid_faces(rows, around, around=True), tuple((rows - 1) * around + i for i in range(around))]
    g = Graph("wax", base=colour, rough=0.28 if finish == "cream" else 0.5, sss=0.15, sssr=0.002, coat=0.2)
    return bevel(mesh("stick", points, faces, g.material), 0.0008, 3, 40)


def _body(form: str, r: float, low: float, high: float, surface: Any, name: str) -> Any:
    if form == "square":
        part = slab(rounded(2 * r, 2 * r, 0.0022, 6), high - low, surface, 0.0006)
        part.location.z = (low + high) / 2
        return part
    outline = [(0, low), (r * 0.97, low), (r, low + 0.001), (r, high - 0.001), (r * 0.97, high), (0, high)]
    return lathe(outline, surface, segments=96, round_edges=0.0003, angle=30)


def _brand(brand: str, square: bool, r: float, z: float, ink: str) -> Any:
    """The mark on the case, flat or wrapped round it."""
    picture, half = logo(brand.lower()), r * 0.8
    if not square:
        return logo_round(picture, r + 0.00012, z, half, ink)
    y = -r - 0.00012
    corners = [(-half, y, z - half / 2), (half, y, z - half / 2), (half, y, z + half / 2), (-half, y, z + half / 2)]
    return flat(corners, mark(picture, ink))


def build(look: Look, rng: Random) -> Model:
    """A lipstick turned out, its cap standing beside it."""
    form = look("form", "round")
    r, h = SIZES[form]
    ring = metal(look("m", "#d6b676"), 0.16)
    case = material(look("mat")) if look("mat") else ring
    low = h * 0.62
    parts = [
        _body(form, r, 0, low, case, "base"),
        _body("round", r * 0.86, low, low + 0.013, ring, "tube"),
        _stick(look("c"), r * 0.7, low + 0.012, look("finish", "cream")),
    ]
    cap = _body(form, r * 1.02, 0, h, case, "cap")
    seam = _body(form, r * 1.035, 0, 0.004, ring, "seam")
    lid = group([cap, seam], "lid")
    lid.location = (r * 3.1, r * 0.9, 0)
    tinted = look("mat", "").split()
    dark = len(tinted) > 1 and light(tinted[1]) < 1.0
    ink = LIGHT_INK if dark else DARK_INK
    name = _brand(look("brand"), form == "square", r, low * 0.5, ink)
    return Model(group([*parts, lid, name], "lipstick"), {"az": look("az", 0.15), "el": 0.2})
