"""Products as groups: one empty root, everything else below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from data.studio.blender.mesh import link

DRAWN = ("MESH", "CURVE", "FONT")


def group(parts: Iterable[Any], name: str) -> Any:
    """A root with the parts that have no parent yet."""
    root = link(name, None)
    for part in parts:
        if part.parent is None:
            part.parent = root
    return root


def members(root: Any) -> list[Any]:
    """Everything drawn below a root."""
    out, waiting = [], list(root.children)
    while waiting:
        thing = waiting.pop()
        waiting += list(thing.children)
        if thing.type in DRAWN:
            out.append(thing)
    return out


def bounds(root: Any) -> Any:
    """All points of a group in world coordinates, modifiers applied: float (n, 3)."""
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    parts = []
    for thing in members(root):
        final = thing.evaluated_get(graph)
        data = final.to_mesh()
        if len(data.vertices):
            flat = np.empty(len(data.vertices) * 3)
            data.vertices.foreach_get("co", flat)
            world = np.array(final.matrix_world)
            parts.append(flat.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
        final.to_mesh_clear()
    return np.concatenate(parts)


def ground(root: Any) -> Any:
    """Sets a group on z = 0."""
    root.location.z -= bounds(root)[:, 2].min()
    return root


def centre(points: Any) -> Any:
    """The middle of a group's bounding box."""
    return (points.min(0) + points.max(0)) / 2
