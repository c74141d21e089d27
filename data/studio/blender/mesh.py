"""Mesh builders: revolved, swept, extruded and boxed bodies. Metres; z is up, the front looks along -y."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import bmesh
import bpy
import numpy as np

from data.studio.blender.outlines import catmull

Point = Sequence[float]
TAU = 2 * math.pi


def link(name: str, data: Any) -> Any:
    """An object of the current scene."""
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def solid(name: str, data: Any, material: Any = None) -> Any:
    """An object of mesh data with a material."""
    thing = link(name, data)
    if material:
        data.materials.append(material)
    return thing


def smooth(name: str, work: Any, material: Any = None) -> Any:
    """A smooth object of a bmesh, which is used up."""
    data = bpy.data.meshes.new(name)
    work.to_mesh(data)
    work.free()
    data.shade_smooth()
    return solid(name, data, material)


def mesh(
    name: str,
    points: Iterable[Point],
    faces: Sequence[Sequence[int]],
    material: Any = None,
    angle: float | None = None,
) -> Any:
    """A smooth mesh; edges sharper than `angle` degrees stay sharp."""
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(point) for point in points], [], faces)
    data.update()
    data.shade_smooth()
    if angle:
        data.set_sharp_from_angle(angle=math.radians(angle))
    return solid(name, data, material)


def flat(points: Sequence[Point], material: Any, name: str = "flat") -> Any:
    """A four-cornered picture; corners from bottom left counter-clockwise."""
    thing = mesh(name, points, [(0, 1, 2, 3)], material)
    set_uv(thing, [(0, 0), (1, 0), (1, 1), (0, 1)])
    return thing


def plane(x0: float, x1: float, y0: float, y1: float, material: Any = None) -> Any:
    """A floor at z = 0."""
    return mesh("plane", [(x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)], [(0, 1, 2, 3)], material)


def set_uv(thing: Any, coordinates: Iterable[tuple[float, float]]) -> None:
    """Texture coordinates, one a face corner, in the order of the faces."""
    layer = thing.data.uv_layers.new(name="UVMap").data
    for at, uv in enumerate(coordinates):
        layer[at].uv = uv


def grid_faces(rows: int, columns: int, around: bool = False) -> list[tuple[int, int, int, int]]:
    """Faces of a grid of points given row by row; `around` closes every row to a ring."""
    last = columns if around else columns - 1
    return [
        (j * columns + i, j * columns + (i + 1) % columns, (j + 1) * columns + (i + 1) % columns, (j + 1) * columns + i)
        for j in range(rows - 1)
        for i in range(last)
    ]


def grid_uv(rows: int, columns: int, width: float | None = None) -> list[tuple[float, float]]:
    """Texture coordinates of `grid_faces`; `width` is the number of columns the picture spans."""
    across = width or columns - 1
    cells = columns if width else columns - 1
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    return [
        ((i + di) / across, (j + dj) / (rows - 1))
        for j in range(rows - 1)
        for i in range(cells)
        for di, dj in corners
    ]  # fmt: skip


def modify(thing: Any, kind: str, **settings: Any) -> Any:
    """Adds a modifier."""
    modifier = thing.modifiers.new(kind.lower(), kind)
    for key, value in settings.items():
        setattr(modifier, key, value)
    return modifier


def subdivide(thing: Any, levels: int = 2) -> Any:
    """Subdivision surface."""
    modify(thing, "SUBSURF", levels=levels, render_levels=levels)
    return thing


def thicken(thing: Any, thickness: float, **settings: Any) -> Any:
    """A wall from a surface."""
    modify(thing, "SOLIDIFY", thickness=thickness, **settings)
    return thing


def bevel(thing: Any, width: float = 0.002, segments: int = 3, angle: float = 35) -> Any:
    """Rounds edges sharper than `angle` degrees: the highlight on an edge is half of the realism."""
    limit = math.radians(angle)
    modify(
        thing, "BEVEL", width=width, segments=segments, limit_method="ANGLE", angle_limit=limit, harden_normals=False
    )  # fmt: skip
    return thing


def outward(thing: Any, weld: float | None = None) -> None:
    """Points the normals outwards; `weld` first joins points nearer than that."""
    work = bmesh.new()
    work.from_mesh(thing.data)
    if weld:
        bmesh.ops.remove_doubles(work, verts=work.verts, dist=weld)
    bmesh.ops.recalc_face_normals(work, faces=work.faces)
    work.to_mesh(thing.data)
    work.free()
    thing.data.shade_smooth()


def lathe(
    profile: Sequence[Point],
    material: Any = None,
    segments: int = 96,
    round_edges: float = 0,
    angle: float = 50,
    rib: Callable[[float, float], float] | None = None,
) -> Any:
    """A body of revolution from (radius, z) points; `rib(theta, z)` is a factor on the radius."""
    outline = np.array(profile, float)
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(outline, axis=0).T))]
    n = len(outline)
    points = []
    for j in range(segments):
        a = TAU * j / segments
        for r, z in outline:
            k = rib(a, z) if rib else 1
            points.append((r * k * math.cos(a), r * k * math.sin(a), z))
    faces, coordinates = [], []
    for j in range(segments):
        here, there = j * n, ((j + 1) % segments) * n
        for i in range(n - 1):
            faces.append((here + i, there + i, there + i + 1, here + i + 1))
            for dj, di in ((0, 0), (1, 0), (1, 1), (0, 1)):
                coordinates.append(((j + dj) / segments, length[i + di] / length[-1]))
    thing = mesh("lathe", points, faces, material)
    set_uv(thing, coordinates)
    outward(thing, weld=1e-6)
    if round_edges:
        return bevel(thing, round_edges, 3, angle)
    thing.data.set_sharp_from_angle(angle=math.radians(angle))
    return thing


def vessel(outer: Sequence[Point], wall: float, **settings: Any) -> Any:
    """A pot: the outer profile from bottom to top, an inner wall and a rounded rim."""
    low = outer[0][1]
    inner = [(max(r - wall, 0.0005), max(z, low + wall * 1.3)) for r, z in outer[::-1]]
    r, z = outer[-1]
    rim = [(r - wall * a, z + wall * b) for a, b in ((0.15, 0.35), (0.5, 0.5), (0.85, 0.35))]
    profile = [(0, low), *(tuple(point) for point in outer), *rim, *inner, (0, low + wall * 1.3)]
    return lathe(profile, **settings)


def box(
    size: Point, material: Any = None, edge: float = 0.004, at: Point = (0, 0, 0), segments: int = 4, turn: Any = None
) -> Any:
    """A box with rounded edges, centred on `at`."""
    x, y, z = (side / 2 for side in size)
    points = [(i * x, j * y, k * z) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    thing = mesh("box", points, sides, material)
    if edge:
        modify(thing, "BEVEL", width=edge, segments=segments, harden_normals=True)
    else:
        thing.data.shade_flat()
    thing.location = at
    thing.rotation_euler = turn or (0, 0, 0)
    return thing


def _curve(name: str, material: Any) -> Any:
    data = bpy.data.curves.new(name, "CURVE")
    if material:
        data.materials.append(material)
    return data


def tube(
    path: Sequence[Point],
    radius: float,
    material: Any = None,
    n: int = 8,
    closed: bool = False,
    detail: int = 12,
    radii: Sequence[float] | None = None,
    smooth: bool = True,
) -> Any:
    """A round bar along a path; `radii` are factors from its start to its end."""
    p = catmull(path, n, closed) if smooth else np.array(path, float)
    data = _curve("tube", material)
    data.dimensions = "3D"
    spline = data.splines.new("POLY")
    spline.points.add(len(p) - 1)
    factors = np.ones(len(p))
    if radii:
        factors = np.interp(np.linspace(0, 1, len(p)), np.linspace(0, 1, len(radii)), radii)
    for point, place, factor in zip(spline.points, p, factors, strict=True):
        point.co = (*place, 1)
        point.radius = factor
    spline.use_cyclic_u = closed
    data.bevel_depth = radius
    data.bevel_resolution = detail // 2
    data.use_fill_caps = True
    return link("tube", data)


def slab(
    outline: Sequence[Point],
    thickness: float,
    material: Any = None,
    edge: float = 0.002,
    holes: Sequence[Sequence[Point]] = (),
    segments: int = 3,
) -> Any:
    """A flat outline in x and y, made thick around z = 0, with rounded edges."""
    data = _curve("slab", material)
    data.dimensions = "2D"
    data.fill_mode = "BOTH"
    for ring in [outline, *holes]:
        spline = data.splines.new("POLY")
        spline.points.add(len(ring) - 1)
        for point, place in zip(spline.points, ring, strict=True):
            point.co = (place[0], place[1], 0, 1)
        spline.use_cyclic_u = True
    data.extrude = max(thickness / 2 - edge, 1e-5)
    data.bevel_depth = edge
    data.bevel_resolution = segments
    data.offset = -edge
    return link("slab", data)


def _tangents(path: Any, closed: bool) -> Any:
    t = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    return t / np.linalg.norm(t, axis=1)[:, None]


def sweep(
    path: Any,
    section: Sequence[Point],
    material: Any = None,
    up: Point = (0, 0, 1),
    closed: bool = False,
    scale: Callable[[float], Any] | None = None,
) -> Any:
    """A closed section (a sideways, b towards `up`) along a path; `scale(t)` is one factor or two."""
    p = np.array(path, float)
    n, m = len(p), len(section)
    points = []
    for i, (place, tangent) in enumerate(zip(p, _tangents(p, closed), strict=True)):
        side = np.cross(tangent, np.array(up, float))
        side = side / (np.linalg.norm(side) + 1e-9)
        normal = np.cross(side, tangent)
        k: Any = scale(i / (n - 1)) if scale else 1
        ka, kb = k if hasattr(k, "__len__") else (k, k)
        points += [place + side * a * ka + normal * b * kb for a, b in section]
    faces: list[tuple[int, ...]] = []
    for i in range(n if closed else n - 1):
        there = (i + 1) % n
        faces += [(i * m + j, i * m + (j + 1) % m, there * m + (j + 1) % m, there * m + j) for j in range(m)]
    if not closed:
        faces += [tuple(range(m))[::-1], tuple((n - 1) * m + j for j in range(m))]
    thing = mesh("sweep", points, faces, material)
    outward(thing)
    return thing
