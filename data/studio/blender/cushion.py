"""Stuffed bodies: cushions, bags, knots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bmesh
from mathutils import Vector, noise

from data.studio.blender.mesh import smooth

Point = Sequence[float]


def cushion(
    size: Point,
    material: Any = None,
    power: float = 5,
    at: Point = (0, 0, 0),
    turn: Point = (0, 0, 0),
    cuts: int = 28,
    puff: float = 0.18,
    seed: float = 0,
    wrinkle: float = 0.012,
) -> Any:
    """A stuffed box: a superellipsoid of `power` with crowned faces and soft wrinkles (metres)."""
    work = bmesh.new()
    bmesh.ops.create_cube(work, size=2)
    bmesh.ops.subdivide_edges(work, edges=work.edges[:], cuts=cuts, use_grid_fill=True)
    for vertex in work.verts:
        vertex.co = _stuffed(vertex.co, size, power, puff, seed, wrinkle)
    thing = smooth("cushion", work, material)
    thing.location = at
    thing.rotation_euler = turn
    return thing


def _crown(a: float, b: float) -> float:
    return (1 - abs(a) ** 2.2) * (1 - abs(b) ** 2.2)


def _stuffed(corner: Any, size: Point, power: float, puff: float, seed: float, wrinkle: float) -> Any:
    """Where a point of the cube [-1, 1]^3 comes to lie."""
    x, y, z = corner
    k = (abs(x) ** power + abs(y) ** power + abs(z) ** power) ** (1 / power)
    q = corner / k
    q = Vector(
        (
            q.x * (1 + puff * 0.35 * _crown(y, z) * (abs(x) > 0.99)) * size[0] / 2,
            q.y * (1 + puff * 0.35 * _crown(x, z) * (abs(y) > 0.99)) * size[1] / 2,
            q.z * (1 + puff * _crown(x, y) * (abs(z) > 0.99)) * size[2] / 2,
        )
    )
    soft = noise.noise(q * 7 + Vector((seed * 3.1, seed, 0))) * wrinkle
    fine = noise.noise(q * 18 + Vector((seed, 0, 7))) * wrinkle * 0.35
    return q + q.normalized() * (soft + fine)
