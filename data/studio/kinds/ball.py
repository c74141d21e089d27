"""Balls.

form football | basketball | volley | tennis | beach | gym | rugby, c, c2 and c3 colours of the panels, seam colour, R
radius. The brand is printed on all but tennis and beach balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import bmesh
import bpy
import numpy as np

from data.studio.blender.decal import finer, mark
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.mesh import flat, solid
from data.studio.colour import DARK_INK, LIGHT_INK, light, linear
from data.studio.look import Look, Model
from data.studio.paint.labels import logo

Panels = tuple[Any, Any]  # a number (0, 1, 2: which colour) and the distance to the next seam, for every point
GOLDEN = (1 + 5**0.5) / 2


def _icosahedron() -> tuple[Any, Any]:
    """Unit vectors to its 12 corners and to the middles of its 20 faces."""
    corners = np.array(
        [v for s in (-1, 1) for t in (-GOLDEN, GOLDEN) for v in ((0, s, t), (s, t, 0), (t, 0, s))], float
    )
    corners /= np.linalg.norm(corners, axis=1)[:, None]
    near = corners @ corners.T > 0.4
    faces = [
        (i, j, k) for i in range(12) for j in range(i) for k in range(j) if near[i, j] and near[j, k] and near[i, k]
    ]
    middles = np.array([corners[list(face)].sum(0) for face in faces])
    return corners, middles / np.linalg.norm(middles, axis=1)[:, None]


def _football(p: Any) -> Panels:
    """Twelve pentagons and twenty hexagons: cells of the nearest of 32 directions, the pentagons a little smaller."""
    corners, middles = _icosahedron()
    far = np.hstack([np.arccos(np.clip(p @ corners.T, -1, 1)) + 0.055, np.arccos(np.clip(p @ middles.T, -1, 1))])
    order = np.sort(far, axis=1)
    return (far.argmin(1) < 12) * 1.0, order[:, 1] - order[:, 0]


def _basketball(p: Any) -> Panels:
    x, y, z = p.T
    arcs = np.abs(np.abs(x) - (0.42 + 0.45 * z * z))
    return np.zeros(len(p)), np.minimum(np.minimum(np.abs(y), np.abs(z)), arcs) * 2


def _volley(p: Any) -> Panels:
    """Three strips on each of the six sides of a cube."""
    side = np.abs(p).argmax(1)
    rows = np.arange(len(p))
    across = (side + 1) % 3
    u = p[rows, across] / np.abs(p[rows, side])
    strip = np.clip(np.floor((u + 1) * 1.5), 0, 2)
    seams = np.abs(((u + 1) * 1.5 + 0.5) % 1 - 0.5) * 0.5
    order = np.sort(np.abs(p), axis=1)
    return (strip + side) % 3, np.minimum(seams, order[:, 2] - order[:, 1])


def _tennis(p: Any) -> Panels:
    x, y, z = p.T
    wave = 0.44 * np.cos(2 * np.arctan2(y, x))
    return np.zeros(len(p)), np.abs(z - wave) * 1.1


def _beach(p: Any) -> Panels:
    turn = (np.arctan2(p[:, 1], p[:, 0]) / (2 * math.pi) + 0.5) * 6
    panel = np.floor(turn) % 3
    cap = np.abs(p[:, 2]) > 0.965
    return np.where(cap, 0, panel), np.where(cap, 1, np.abs((turn + 0.5) % 1 - 0.5) * np.hypot(p[:, 0], p[:, 1]))


def _gym(p: Any) -> Panels:
    rings = np.abs((p[:, 2] * 9 + 0.5) % 1 - 0.5)
    return np.zeros(len(p)), np.where(np.abs(p[:, 2]) < 0.6, rings * 0.5, 1)


def _rugby(p: Any) -> Panels:
    turn = (np.arctan2(p[:, 1], p[:, 2]) / (2 * math.pi) + 0.5) * 4
    ends = np.abs(p[:, 0]) > 0.72
    return np.where(ends, 1, 0), np.abs((turn + 0.5) % 1 - 0.5) * 2 * np.hypot(p[:, 1], p[:, 2])


FORMS: dict[str, tuple[Callable[[Any], Panels], float, float]] = {  # panels, radius, width of a seam
    "football": (_football, 0.11, 0.03), "basketball": (_basketball, 0.12, 0.03), "volley": (_volley, 0.105, 0.022),
    "tennis": (_tennis, 0.0335, 0.09), "beach": (_beach, 0.16, 0.012), "gym": (_gym, 0.3, 0.05),
    "rugby": (_rugby, 0.1, 0.045),
}  # fmt: skip
GLOSSY, FUZZY = ("beach", "gym"), ("tennis",)
PLAIN = ("tennis", "beach")
MARK_WIDE, MARK_HIGH = 0.27, 0.135  # half the mark, in radians


def _colours(look: Look) -> list[str]:
    """One for each panel number; what is not given is as the one before."""
    first = look("c")
    second = look("c2", first)
    return [first, second, look("c3", second)]


def _skin(look: Look, form: str, seam_width: float) -> Any:
    """Panels in up to three colours, seams as grooves."""
    colours = _colours(look)
    rough = 0.28 if form in GLOSSY else 0.95 if form in FUZZY else 0.48
    g = Graph("skin", rough=rough, sheen=0.6 if form in FUZZY else 0.0, coat=0.3 if form in GLOSSY else 0.05)
    panel, seam = g.attribute("panel"), g.attribute("seam")
    base = g.mix(g.greater(panel, 0.5), linear(colours[0]), linear(colours[1]))
    base = g.mix(g.greater(panel, 1.5), base, linear(colours[2]))
    groove = g.ramp(g.math("DIVIDE", seam, seam_width), [(0.35, 0.0), (1.0, 1.0)])
    v = g.coords()
    base = g.times(base, g.ramp(g.noise(v, 25, 3), [(0.3, 0.88), (0.7, 1.02)]))
    base = g.mix(groove, linear(look("seam", "#2a2a2c")), base)
    grain = g.noise(v, 900, 2) if form in FUZZY else g.voronoi(v, 650)
    height = g.add(g.mul(groove, 1.5), g.mul(grain, 0.0 if form in GLOSSY else 0.35))
    return g.set(base=base, normal=g.bump(height, 0.6, 0.0012)).material


def build(look: Look, rng: Random) -> Model:
    """A ball at rest."""
    form = look("form", "football")
    panels, radius, seam_width = FORMS[form]
    r = look("R", radius)
    work = bmesh.new()
    bmesh.ops.create_icosphere(work, subdivisions=7, radius=1)
    data = bpy.data.meshes.new("ball")
    work.to_mesh(data)
    work.free()
    data.shade_smooth()
    points = np.empty((len(data.vertices), 3))
    data.vertices.foreach_get("co", points.reshape(-1))
    turn = rng.uniform(0.2, 0.6)
    spin = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    for name, values in zip(("panel", "seam"), panels(points @ spin), strict=True):
        data.attributes.new(name, "FLOAT", "POINT").data.foreach_set("value", np.asarray(values, np.float32))
    data.materials.append(_skin(look, form, seam_width))
    ball = solid("ball", data)
    ball.scale = (r * 1.45, r, r) if form == "rugby" else (r, r, r)
    parts = [ball]
    if form not in PLAIN:
        parts.append(_brand(look, r, _place(panels, spin)))
        parts[-1].scale.x = ball.scale.x / r
    root = group(parts, "ball")
    root.rotation_euler = (rng.uniform(-0.2, 0.1), 0.25 if form == "rugby" else 0.1, 0)
    return Model(root, {"az": look("az", 0.2), "el": 0.2})


def _on_sphere(x: Any, z: Any) -> Any:
    """Points (..., 3) of the unit sphere `x` to the right of the front and `z` above it, in radians."""
    return np.stack([np.sin(x) * np.cos(z), -np.cos(x) * np.cos(z), np.sin(z)], -1)


def _place(panels: Callable[[Any], Panels], spin: Any) -> tuple[float, float, int]:
    """Where on the front the mark crosses no seam, or as few as can be, and the panel it lies on."""
    u, v = (part.ravel() for part in np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-0.4, 0.4, 3)))
    best, place = -np.inf, (0.0, 0.0, 0)
    for x in np.linspace(-0.5, 0.5, 21):
        for z in np.linspace(-0.3, 0.4, 15):
            panel, seam = panels(_on_sphere(x + u * MARK_WIDE, z + v * MARK_HIGH) @ spin)
            worth = min(float(seam.min()), 0.09) - 0.02 * math.hypot(x, z) - float(np.ptp(panel))
            if worth > best:
                best, place = worth, (float(x), float(z), int(panel[len(panel) // 2]))
    return place


def _brand(look: Look, r: float, place: tuple[float, float, int]) -> Any:
    """The mark on the front, just above the skin, in an ink that shows on its panel."""
    at_x, at_z, panel = place
    ink = look("ink") or (LIGHT_INK if light(_colours(look)[panel]) < 1.2 else DARK_INK)
    corners = [(-1, 0, -1), (1, 0, -1), (1, 0, 1), (-1, 0, 1)]
    patch = finer(flat(corners, mark(logo(look("brand").lower()), ink)), 12)
    for vertex in patch.data.vertices:
        vertex.co = r * 1.002 * _on_sphere(at_x + vertex.co.x * MARK_WIDE, at_z + vertex.co.z * MARK_HIGH)
    return patch
