"""The kinds of scene: a table, a living room, a shelf, things laid flat and seen from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from data.studio import surfaces
from data.studio.blender import stage
from data.studio.blender.graph import Graph
from data.studio.blender.group import bounds, centre, group
from data.studio.blender.materials import metal, plastic, weave, wood
from data.studio.blender.mesh import box, lathe, mesh, plane, slab
from data.studio.blender.outlines import rounded
from data.studio.photos import put
from data.studio.table import by_id

ASPECT = 512 / 640


@dataclass(frozen=True)
class Set:
    """A scene while it is arranged; `products` collects (id, root) of what is for sale."""

    view: Any
    given: Mapping[str, Any]
    rng: Random
    products: list[tuple[str, Any]]

    def add(self, name: str, *place: Any, **how: Any) -> Any:
        """Puts a product (see photos.put) and remembers it."""
        root = put(by_id()[name], *place, **how)
        self.products.append((name, root))
        return root

    def points(self) -> Any:
        """All points of all products."""
        return np.concatenate([bounds(root) for _, root in self.products])


def _wall(x0: float, x1: float, y: float, z0: float, z1: float, colour: str) -> None:
    corners = [(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)]
    mesh("wall", corners, [(0, 1, 2, 3)], surfaces.wall(colour))


def _focus(thing: Any, at: Any, fstop: float) -> None:
    thing.data.dof.use_dof = True
    thing.data.dof.focus_distance = (thing.location - Vector(at)).length
    thing.data.dof.aperture_fstop = fstop


def table(stand: Set) -> None:
    """`items` by hand (id, x, y, yaw, lie) or `rows` of ids from the back to the front, on a table top."""
    given = stand.given
    plane(-1.3, 1.3, -0.9, 0.5, surfaces.top(given["top"]))
    _wall(-4, 4, 0.75, -2, 3, given["wall"])
    for item in given.get("items", ()):
        place = (item["x"], item["y"], 0, item.get("yaw", 0))
        stand.add(item["id"], *place, lie=item.get("lie", False))
    _rows(stand, given.get("rows", ()))
    stage.area((-1.5, -0.6, 1.3), (0, 0, 0.1), 0.8, 48, (1, 0.94, 0.86), height=1.0)
    stage.area((1.6, -1.5, 1.6), (0, 0, 0), 1.6, 26, (0.88, 0.94, 1))
    stage.sky(stand.view, 0.45)
    # The first scenes were fitted by their width alone; all of them are wider than high.
    aspect = ASPECT if "rows" in given else 1
    thing = stage.camera(stand.points(), given["az"], given.get("el", 0.34), 50, 0.92, aspect=aspect)
    _focus(thing, (0, 0, 0.08), 5.6)


def _rows(stand: Set, rows: Any) -> None:
    """Rows from the back to the front, each spread by the products' own widths so that nothing touches."""
    y = 0.2
    for row in rows:
        y = _row(stand, row, y, 0.03) - 0.03


def _row(stand: Set, row: Any, back: float, gap: float, z: float = 0, lie: bool = False) -> float:
    """One row, centred, its backs at y = `back`; returns the y of its front."""
    roots = [stand.add(name, yaw=stand.rng.uniform(-0.25, 0.25), lie=lie) for name in row]
    bpy.context.view_layer.update()
    sizes = [np.ptp(bounds(root), axis=0) for root in roots]
    x = -(sum(size[0] for size in sizes) + gap * (len(row) - 1)) / 2
    front = back
    for root, size in zip(roots, sizes, strict=True):
        middle = centre(bounds(root))
        root.location.x += x + size[0] / 2 - middle[0]
        root.location.y += back - size[1] / 2 - middle[1]
        root.location.z += z
        x += size[0] + gap
        front = min(front, back - size[1])
    bpy.context.view_layer.update()
    return front


def shelf(stand: Set) -> None:
    """`rows` of ids, one a board, from the bottom up."""
    given = stand.given
    timber = wood(given["board"], axis="X") if given["board"].startswith("#") else surfaces.top(given["board"])
    z, wide = 0.0, 0.4
    for row in given["rows"]:
        _row(stand, row, 0.12, 0.035, z)
        points = np.concatenate([bounds(root) for _, root in stand.products[-len(row) :]])
        wide = max(wide, float(np.abs(points[:, 0]).max()) + 0.06)
        top, depth = float(points[:, 2].max()), float(0.16 - points[:, 1].min())
        box((4, max(depth, 0.2) + 0.02, 0.022), timber, 0.003, (0, 0.16 - max(depth, 0.2) / 2, z - 0.011))
        z = top + 0.06
    _wall(-4, 4, 0.17, -2, 4, given["wall"])
    points = stand.points()
    size = float(np.ptp(points, axis=0).max())
    middle = centre(points)
    stage.area(middle + np.array([-1.6, -2.2, 1.6]) * size, middle, 1.2 * size, 150 * size**2, (1, 0.95, 0.88))
    stage.area(middle + np.array([1.8, -2.4, 0.6]) * size, middle, 1.6 * size, 70 * size**2, (0.9, 0.95, 1))
    stage.sky(stand.view, 0.45)
    stage.camera(points, given["az"], 0.12, 50, 0.94, aspect=ASPECT)


def flatlay(stand: Set) -> None:
    """`rows` of ids from the top of the picture down, seen from straight above; `lie` names what lies on its back."""
    given = stand.given
    plane(-3, 3, -3, 3, surfaces.top(given["top"]))
    y = 0.0
    for row in given["rows"]:
        y = _laid_row(stand, row, y) - 0.05
    points = stand.points()
    size = float(np.ptp(points[:, :2], axis=0).max())
    middle = centre(points)
    stage.area(middle + np.array([-1.2, 0.8, 1.5]) * size, middle, 1.3 * size, 90 * size**2, (1, 0.96, 0.9))
    stage.area(middle + np.array([1.5, -0.5, 1.8]) * size, middle, 1.6 * size, 35 * size**2, (0.9, 0.95, 1))
    stage.sky(stand.view, 0.5)
    stage.camera(points, 0, 1.52, 55, 0.92, aspect=ASPECT)


def _laid_row(stand: Set, row: Any, back: float) -> float:
    """One row in which the ids of `lie` lie on their backs and all others stand."""
    laid = set(stand.given.get("lie", ()))
    front, x, gap = back, 0.0, 0.05
    roots = [stand.add(name, yaw=stand.rng.uniform(-0.15, 0.15), lie=name in laid) for name in row]
    widths = [float(np.ptp(bounds(root)[:, 0])) for root in roots]
    x = -(sum(widths) + gap * (len(row) - 1)) / 2
    for root, width in zip(roots, widths, strict=True):
        points = bounds(root)
        middle, deep = centre(points), float(np.ptp(points[:, 1]))
        root.location.x += x + width / 2 - middle[0]
        root.location.y += back - deep / 2 - middle[1]
        x += width + gap
        front = min(front, back - deep)
    bpy.context.view_layer.update()
    return front


def living(stand: Set) -> None:
    """A sofa, a table with a vase, a lamp on a side table, a plant, posters; a cushion if the scene names one."""
    given, rng = stand.given, stand.rng
    _living_shell(given)
    sofa = stand.add(given["sofa"], 0, 0.42, 0)
    low_table = stand.add(given["coffeetable"], 0, -0.75, 0.015)
    stand.add(given["vase"], -0.12, -0.75, bounds(low_table)[:, 2].max(), scale=1.15)
    edge = abs(bounds(sofa)[:, 0]).max()
    side = rng.choice([-1, 1])
    _side_table(side * (edge + 0.32))
    stand.add(given["tablelamp"], side * (edge + 0.32), 0.45, 0.52)
    stand.add(given["plant"], -side * (edge + 0.38), 0.5, 0, scale=1.9)
    if "pillow" in given:
        _thrown(stand, given["pillow"], edge * 0.45)
    rug = given["rug"]
    for x, kind in ((-0.35, "hills"), (0.35, "circles")):
        surfaces.frame(0.5, 0.7, (x, 0.985, 1.62), kind, ("#f1e6d0", rug[1], rug[2], "#d99b3a"))
    stage.area((-3.6, -2.2, 2.2), (0, 0, 0.6), 1.8, 260, (1, 0.95, 0.88), height=2.2)
    stage.area((2.5, -4.5, 2.6), (0, 0, 0.5), 2.5, 110, (0.88, 0.94, 1))
    stage.area((0, -2, 3.2), (0, 0, 0), 3, 80)
    stage.sky(stand.view, 0.4)
    stage.camera(stand.points(), given["az"], 0.16, 40, 0.93)


def _living_shell(given: Mapping[str, Any]) -> None:
    plane(-4, 4, -5, 1, surfaces.planks(given["floor"]))
    _wall(-4, 4, 1, 0, 3.2, given["wall"])
    corners = [(3.2, 1, 0), (3.2, -5, 0), (3.2, -5, 3.2), (3.2, 1, 3.2)]
    mesh("wall", corners, [(0, 1, 2, 3)], surfaces.wall(given["wall"]))
    box((8, 0.02, 0.1), plastic("#f4f2ec", 0.5), 0.003, (0, 0.99, 0.05))
    ground, first, second = given["rug"]

    def pattern(g: Graph, v: Any) -> Any:
        f = g.add(*(g.math("PINGPONG", g.mul(g.axis(v, i), 2.2), 0.5) for i in (0, 1)))
        stops = [(0, ground), (0.2, first), (0.26, ground), (0.48, second), (0.54, ground), (0.78, first)]
        return g.ramp(f, [*stops, (0.84, ground)], "CONSTANT")

    rug = slab(rounded(2.6, 1.7, 0.02, 3), 0.014, weave(ground, scale=420, pattern=pattern, bump=1.0), 0.004)
    rug.location = (0, -0.75, 0.008)


def _side_table(x: float) -> None:
    top = lathe([(0, 0.5), (0.2, 0.5), (0.2, 0.52), (0, 0.52)], wood("#8a5a36"), round_edges=0.003, angle=40)
    foot = [(0, 0), (0.14, 0), (0.14, 0.01), (0.018, 0.02), (0.018, 0.5), (0, 0.5)]
    group([top, lathe(foot, metal("#242426", 0.4), round_edges=0.002, angle=40)], "side").location = (x, 0.45, 0)


def _thrown(stand: Set, name: str, x: float) -> None:
    """A cushion on the sofa, leaning further back than on the floor."""
    root = stand.add(name)
    root.rotation_euler.x -= 0.25
    bpy.context.view_layer.update()
    points = bounds(root)
    middle = centre(points)
    root.location.x += x - middle[0]
    root.location.y += 0.26 - middle[1]
    root.location.z += 0.5 - points[:, 2].min()
