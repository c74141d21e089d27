"""Painted pictures on round bodies, and letters that stand proud."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bmesh
import bpy

from data.studio.blender.graph import Graph
from data.studio.blender.materials import printed
from data.studio.blender.mesh import flat, link, mesh, modify, set_uv

FRONT = -math.pi / 2


def wrapped(radius: float, low: float, high: float, arc: float, material: Any, steps: int = 24) -> Any:
    """A patch on a cylinder's front between two heights, `arc` radians wide."""
    points = []
    for i in range(steps + 1):
        t = FRONT - arc / 2 + arc * i / steps
        points += [(radius * math.cos(t), radius * math.sin(t), z) for z in (low, high)]
    faces = [(2 * i, 2 * i + 2, 2 * i + 3, 2 * i + 1) for i in range(steps)]
    thing = mesh("decal", points, faces, material)
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    set_uv(thing, [((i + di) / steps, v) for i in range(steps) for di, v in corners])
    return thing


def mark(picture: Path, colour: str, rough: float = 0.4) -> Any:
    """A material that shows `colour` where the painted mask is white."""
    g = Graph("mark", base=colour, rough=rough)
    g.set(alpha=g.image(picture, g.coords("UV")))
    return g.material


def logo_round(picture: Path, radius: float, z: float, height: float, colour: str) -> Any:
    """A brand mark (2:1 mask) on a cylinder's front, centred at z."""
    return wrapped(radius, z - height / 2, z + height / 2, height * 2 / radius, mark(picture, colour))


def finer(thing: Any, cuts: int) -> Any:
    """The same surface with every edge cut `cuts` times, for what is laid onto a curved body afterwards."""
    work = bmesh.new()
    work.from_mesh(thing.data)
    bmesh.ops.subdivide_edges(work, edges=work.edges[:], cuts=cuts, use_grid_fill=True)
    work.to_mesh(thing.data)
    work.free()
    return thing


def draped(picture: Path, colour: str, target: Any, at: tuple[float, float], width: float, rough: float = 0.5) -> Any:
    """A brand mark (2:1 mask) thrown from the front onto any body, centred at (x, z)."""
    x, z = at
    half, far = width / 2, -1.0
    left, right, low, high = x - half, x + half, z - half / 2, z + half / 2
    corners = [(left, far, low), (right, far, low), (right, far, high), (left, far, high)]
    patch = finer(flat(corners, mark(picture, colour, rough)), 30)
    modify(patch, "SHRINKWRAP", target=target, wrap_method="PROJECT", use_project_y=True, offset=0.0006)
    return patch


def label_round(picture: Path, radius: float, low: float, high: float, arc: float = 1.35) -> Any:
    """A paper label round a jar."""
    return wrapped(radius, low, high, arc, printed(picture, 0.6), steps=20)


def letters(text: str, size: float, material: Any, depth: float = 0.0002) -> Any:
    """Raised letters in the plane of x and z, centred, facing the front."""
    data = bpy.data.curves.new("letters", "FONT")
    data.body = text
    data.size = size
    data.extrude = depth
    data.align_x = "CENTER"
    data.materials.append(material)
    thing = link("letters", data)
    thing.rotation_euler = (math.pi / 2, 0, 0)
    return thing
