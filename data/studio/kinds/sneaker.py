"""Sneakers, one left shoe.

pal colours of body, overlays, accents, midsole and outsole; toe and side as in paint/shoes.py; lace colour.
"""

from __future__ import annotations

from random import Random
from typing import Any

import bmesh
import numpy as np
from mathutils import Vector

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import plastic, weave
from data.studio.blender.mesh import grid_faces, grid_uv, mesh, set_uv, slab, subdivide, thicken, tube
from data.studio.blender.outlines import catmull, smooth
from data.studio.colour import light, scaled
from data.studio.kinds.laces import laces
from data.studio.look import Look, Model
from data.studio.paint.shoes import shoe

FOOT = (
    (0, 0), (0.006, 0.018), (0.03, 0.031), (0.08, 0.033), (0.13, 0.034), (0.175, 0.041), (0.215, 0.048), (0.25, 0.043),
    (0.273, 0.027), (0.283, -0.003), (0.274, -0.030), (0.25, -0.043), (0.21, -0.048), (0.165, -0.043), (0.115, -0.036),
    (0.06, -0.033), (0.022, -0.027), (0.005, -0.015),
)  # fmt: skip
COLLAR = (
    (0.006, 0, 0.106), (0.018, 0.022, 0.103), (0.055, 0.032, 0.082), (0.092, 0.030, 0.093), (0.118, 0.025, 0.104),
    (0.155, 0.023, 0.091), (0.182, 0.018, 0.078), (0.190, 0, 0.073),
)  # fmt: skip
AROUND, UP = 160, 22


class Last:
    """The foot's outline and the collar's edge, by the share t of the way from the toe (0) to the heel (1)."""

    def __init__(self) -> None:
        dense = catmull(FOOT, 24, True)
        length = np.r_[0, np.cumsum(np.hypot(*np.diff(np.vstack([dense, dense[:1]]), axis=0).T))]
        u = np.arange(AROUND) / AROUND
        self.foot = np.stack([np.interp(u * length[-1], length, np.r_[dense[:, k], dense[0, k]]) for k in (0, 1)], 1)
        tangent = np.roll(self.foot, -1, 0) - np.roll(self.foot, 1, 0)
        out = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
        out /= np.linalg.norm(out, axis=1)[:, None]
        self.out = out * np.sign((out * (self.foot - self.foot.mean(0))).sum(1).mean())
        self._collar = catmull(COLLAR, 16)
        self._at = 1 - np.linspace(1, 0, len(self._collar))

    def collar(self, t: float) -> Any:
        """A point of the collar's left edge."""
        return np.array([np.interp(1 - t, self._at, self._collar[:, k]) for k in range(3)])

    @staticmethod
    def lift(x: Any) -> Any:
        """How far toe and heel rise from the floor."""
        return 0.016 * smooth(0.19, 0.29, x) + 0.004 * smooth(0.03, 0, x)


def _sole(last: Last, rings: Any, material: Any) -> Any:
    points = []
    for out, z in rings:
        for place, normal in zip(last.foot, last.out, strict=True):
            x, y = place + normal * out
            heel = 0.008 * (1 - smooth(0.0, 0.16, place[0])) if z > 0.014 else 0
            points.append((x, y, z + last.lift(place[0]) + heel))
    faces: list[Any] = grid_faces(len(rings), AROUND, around=True)
    caps = [tuple(range(AROUND))[::-1], tuple((len(rings) - 1) * AROUND + i for i in range(AROUND))]
    return mesh("sole", points, faces + caps, material, 40)


def _midsole(colour: str) -> Any:
    g = Graph("midsole", rough=0.6, base=colour)
    v = g.coords()
    lines = g.math("SINE", g.mul(g.axis(v, 2), 1600.0))
    return g.set(normal=g.bump(g.add(g.mul(lines, 0.3), g.noise(v, 700, 2)), 0.25, 0.0006)).material


def _upper_point(last: Last, i: int, q: float) -> Any:
    """A point of the upper, on a cubic curve from the sole (q=0) to the collar (q=1)."""
    u = i / AROUND
    t = abs(2 * u - 1)
    left = (1 if u < 0.5 else -1) * (1 if last.foot[max(1, AROUND // 4), 1] > 0 else -1)
    top = last.collar(t)
    top[1] *= left
    place, normal = last.foot[i], np.array([*last.out[i], 0])
    heel_up = 0.008 * (1 - smooth(0, 0.16, place[0]))
    low = np.array([*(place - last.out[i] * 0.0025), 0.0265 + last.lift(place[0]) + heel_up - 0.002])
    toe, heel = 1 - smooth(0.0, 0.42, t), smooth(0.8, 1, t)
    first = low + normal * 0.005 + np.array([0, 0, 0.026])
    bend = np.array([0.056 * toe - 0.004 * heel, 0, -0.026 * (1 - toe) + 0.004 * toe])
    second = top + normal * 0.012 * (1 - toe) + bend
    return (1 - q) ** 3 * low + 3 * (1 - q) ** 2 * q * first + 3 * (1 - q) * q * q * second + q**3 * top


def _upper_material(look: Look) -> Any:
    base, over, accent = look("pal")[:3]
    colour, height = shoe(look("toe", 0), look("side", 0), base, over, accent)
    g = Graph("upper", rough=0.55, spec=0.35)
    c = g.image(colour, g.coords("UV"), "EXTEND")
    h = g.image(height, g.coords("UV"), "EXTEND")
    v = g.coords()
    grain = g.add(g.noise(v, 1300, 3, 0.6), g.voronoi(v, 520, "DISTANCE_TO_EDGE"))
    seams = g.bump(h, 0.9, 0.0012)
    spotted = g.times(c, g.ramp(g.noise(v, 90, 4), [(0.3, 0.86), (0.7, 1.0)]))
    return g.set(base=spotted, normal=g.bump(grain, 0.25, 0.0004, seams)).material


def _upper(last: Last, look: Look) -> Any:
    points = [_upper_point(last, i, j / (UP - 1)) for j in range(UP) for i in range(AROUND)]
    upper = mesh("upper", points, grid_faces(UP, AROUND, around=True), _upper_material(look))
    set_uv(upper, grid_uv(UP, AROUND, AROUND))
    upper.data.materials.append(weave(scaled(look("pal")[1], 0.8), scale=2500))
    work = bmesh.new()
    work.from_mesh(upper.data)
    bmesh.ops.recalc_face_normals(work, faces=work.faces)
    middle = Vector((0.12, 0, 0.05))
    # An open surface has no outside of its own: the sum of the normals decides.
    if sum(face.normal.dot(face.calc_center_median() - middle) for face in work.faces) < 0:
        bmesh.ops.reverse_faces(work, faces=work.faces)
    work.to_mesh(upper.data)
    work.free()
    thicken(upper, 0.0035, offset=-1, material_offset=1, material_offset_rim=0)
    return subdivide(upper, 1)


def _padding(last: Last, colour: str) -> Any:
    side = [last.collar(t) for t in np.linspace(0.5, 1, 18)]
    path = [*side, *(p * [1, -1, 1] for p in side[::-1][1:])]
    lowered = [p + np.array([0, -np.sign(p[1]) * 0.0015, -0.0005]) for p in path]
    return tube(lowered, 0.0042, weave(colour, scale=2500), n=3)


def _tongue(colour: str) -> Any:
    long, wide = 14, 11
    points = []
    for q in np.linspace(0, 1, long):
        x = 0.198 - 0.112 * q
        z = np.interp(q, [0, 0.3, 0.6, 0.85, 1], [0.062, 0.079, 0.096, 0.116, 0.129])
        w = np.interp(q, [0, 0.5, 0.8, 1], [0.014, 0.021, 0.029, 0.03])
        points += [(x - 0.002 * s * s, w * s, z - 0.012 * s * s) for s in np.linspace(-1, 1, wide)]
    tongue = mesh("tongue", points, grid_faces(long, wide), weave(colour, scale=2200))
    return subdivide(thicken(tongue, 0.006, offset=1), 2)


def build(look: Look, rng: Random) -> Model:
    """A laced shoe standing on its sole."""
    _, over, _, mid, outsole = look("pal")
    last = Last()
    rubber = [(-0.004, 0), (0, 0.002), (0.0006, 0.006), (0.0006, 0.0085), (-0.002, 0.009)]
    foam = [(0, 0.0088), (0.0028, 0.011), (0.0036, 0.017), (0.0026, 0.023), (0.0008, 0.0265), (-0.002, 0.0275)]
    insole = slab(list(last.foot * [0.93, 0.8] + [0.008, 0]), 0.003, weave("#2c2c2e", scale=2000), 0.001)
    insole.location.z = 0.038
    lace = weave(look("lace") or (mid if light(mid) > 1.5 else "#f4f2ec"), scale=5000, bump=1.0)
    parts = [
        _sole(last, rubber, plastic(outsole, 0.6, 0.4)),
        _sole(last, [*foam, (-0.008, 0.0275)], _midsole(mid)),
        _upper(last, look),
        _padding(last, over),
        _tongue(over),
        insole,
        *laces(last, lace),
    ]
    return Model(group(parts, "sneaker"), {"az": look("az", -0.25), "el": 0.26})
