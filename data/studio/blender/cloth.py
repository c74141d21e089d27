"""Cloth: panels sewn together and dropped or blown up in a real simulation, kept on disk once done."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from mathutils.geometry import delaunay_2d_cdt

from data.studio.blender.mesh import mesh, modify
from data.studio.blender.outlines import inside
from data.studio.look import chance
from data.studio.workspace import scratch

Open = Callable[[Any], bool]
Panels = tuple[list[Any], list[Any]]


def sewn(key: str, front: Any, back: Any, step: float, open_edge: Open | None, z: float, seed: int) -> Panels:
    """Points and faces of two flat panels welded along their common outline, kept on disk by key.

    Edges where `open_edge(point)` holds stay open (a neck, a hem). `step` is the mesh's edge, `z` the panels' gap.
    """
    kept = scratch("cloth") / f"{key}.json"
    if kept.exists():
        points, faces = json.loads(kept.read_text())
        return points, faces
    points, faces = _sew(front, back, step, open_edge, z, seed)
    kept.write_text(json.dumps([[tuple(map(float, point)) for point in points], faces]))
    return points, faces


def _sew(front: Any, back: Any, step: float, open_edge: Open | None, z: float, seed: int) -> Panels:
    rng = chance(seed)
    points: list[Any] = []
    faces: list[Any] = []
    shared: dict[tuple[float, float], int] = {}
    for side, outline in ((1, front), (-1, back)):
        edge = _resampled(np.array(outline, float), step)
        inner = _filling(edge, step, rng)
        n = len(edge)
        loose = [Vector(point) for point in edge] + inner
        corners, _, triangles, *_ = delaunay_2d_cdt(loose, [(i, (i + 1) % n) for i in range(n)], [], 1, 1e-6)
        place = []
        for corner in corners:
            on_edge = np.min(np.hypot(*(edge - np.array(corner)).T)) < 1e-6
            sew = on_edge and not (open_edge and open_edge(corner))
            key = (round(corner.x, 5), round(corner.y, 5))
            if sew and key in shared:
                place.append(shared[key])
                continue
            points.append((corner.x, corner.y, 0 if sew else z * side))
            place.append(len(points) - 1)
            if sew:
                shared[key] = len(points) - 1
        faces += [[place[i] for i in (face if side > 0 else face[::-1])] for face in triangles]
    return points, faces


def _resampled(outline: Any, step: float) -> Any:
    out = []
    for a, b in zip(outline, np.roll(outline, -1, 0), strict=True):
        count = max(1, round(np.hypot(*(b - a)) / step))
        out += [a + (b - a) * t / count for t in range(count)]
    return np.array(out)


def _filling(edge: Any, step: float, rng: Any) -> list[Any]:
    """Points of a shaken triangular grid inside the outline."""
    (low_x, low_y), (high_x, high_y) = edge.min(0), edge.max(0)
    out, y, row = [], low_y, 0
    while y < high_y:
        x = low_x + (row % 2) * step / 2
        while x < high_x:
            q = (x + rng.uniform(-0.15, 0.15) * step, y + rng.uniform(-0.15, 0.15) * step)
            if inside(q, edge) and np.min(np.hypot(*(edge - q).T)) > step * 0.6:
                out.append(Vector(q))
            x += step
        y += step * 0.866
        row += 1
    return out


def cloth_mesh(name: str, points: Sequence[Any], faces: Sequence[Any]) -> Any:
    """Mesh data whose texture coordinates are the flat pattern's metres."""
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(point) for point in points], [], [tuple(face) for face in faces])
    data.update()
    layer = data.uv_layers.new(name="UVMap").data
    for loop in data.loops:
        layer[loop.index].uv = tuple(points[loop.vertex_index][:2])
    return data


def kept(key: str, thing: Any, simulate: Callable[[], None]) -> None:
    """Runs a simulation once, then reuses its points from disk."""
    path = scratch("cloth") / f"{key}.npy"
    if path.exists():
        points = np.load(path, allow_pickle=False)
        if len(points) == len(thing.data.vertices) * 3:
            thing.data.vertices.foreach_set("co", points)
            thing.data.update()
            thing.data.shade_smooth()
            return
    simulate()
    points = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", points)
    np.save(path, points, allow_pickle=False)


def simulate(
    thing: Any, frames: int, pressure: float, gravity: float, floor: bool, shrink: float, tension: float, bend: float,
    mass: float, air: float = 1.0,
) -> None:  # fmt: skip
    """Blender's cloth solver for some frames; the object keeps the last one."""
    scene = bpy.context.scene
    scene.gravity = (0, 0, -9.81 * gravity)
    ground = _floor() if floor else None
    modifier = thing.modifiers.new("cloth", "CLOTH")
    settings = modifier.settings
    settings.quality = 5
    settings.mass = mass
    settings.tension_stiffness = settings.compression_stiffness = tension
    settings.shear_stiffness = tension * 0.5
    settings.bending_stiffness = bend
    settings.air_damping = air
    if pressure:
        settings.use_pressure = True
        settings.uniform_pressure_force = pressure
    settings.shrink_min = shrink
    modifier.collision_settings.distance_min = 0.002
    modifier.collision_settings.self_distance_min = 0.002
    scene.frame_start = modifier.point_cache.frame_start = 1
    scene.frame_end = modifier.point_cache.frame_end = frames
    for frame in range(1, frames + 1):
        scene.frame_set(frame)
    graph = bpy.context.evaluated_depsgraph_get()
    data = bpy.data.meshes.new_from_object(thing.evaluated_get(graph))
    thing.modifiers.remove(modifier)
    thing.data = data
    data.shade_smooth()
    if ground:
        bpy.data.objects.remove(ground)
    scene.frame_set(1)


def _floor() -> Any:
    ground = mesh("floor", [(-3, -3, 0), (3, -3, 0), (3, 3, 0), (-3, 3, 0)], [(0, 1, 2, 3)])
    modify(ground, "COLLISION")
    ground.collision.thickness_outer = 0.002
    ground.collision.cloth_friction = 20
    return ground
