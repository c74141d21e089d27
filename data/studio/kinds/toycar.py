"""Wooden toy vehicles.

form car | van | truck | bus | racer | tractor, mat material of the body, c2 colour of the roof or load, wheel material
of the wheels, hub colour of the hubs, number painted on the side, peg=1 for a driver.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.decal import letters
from data.studio.blender.group import group
from data.studio.blender.materials import material, plastic, wood
from data.studio.blender.mesh import box, lathe, slab
from data.studio.blender.outlines import catmull, rounded
from data.studio.look import Look, Model

WIDTH = 0.055
# Side view, front to the left (-x): corners in cm, then the windows as (x0, x1, z0, z1), then the wheels (x, radius).
SIDES: dict[str, tuple[Any, Any, Any]] = {
    "car": (((-7, 1.2), (-7, 3), (-4, 3.6), (-2.4, 5.8), (3, 5.8), (5, 3.8), (7, 3.4), (7, 1.2)),
            ((-2.2, 0, 3.8, 5.2), (0.5, 3, 3.8, 5.2)), ((-4.2, 1.5), (4.2, 1.5))),
    "van": (((-7, 1.2), (-7, 3.4), (-5.4, 6.6), (7, 6.8), (7.2, 1.2)),
            ((-4.9, -2.4, 4, 6), (-1.6, 1.4, 4, 6), (2.2, 5.4, 4, 6)), ((-4.4, 1.5), (4.4, 1.5))),
    "bus": (((-9, 1.2), (-9, 7.6), (-8.2, 8.4), (8.2, 8.4), (9, 7.6), (9, 1.2)),
            ((-8, -5.6, 4.6, 7), (-4.6, -2, 4.6, 7), (-1, 1.6, 4.6, 7), (2.6, 5.2, 4.6, 7)), ((-5.4, 1.6), (5.4, 1.6))),
    "truck": (((-8, 1.2), (-8, 4), (-6.6, 7), (-2.4, 7), (-2.4, 2.8), (8.4, 2.8), (8.4, 1.2)),
              ((-6, -3.6, 4.4, 6.2),), ((-5.4, 1.5), (2.2, 1.5), (6, 1.5))),
    "racer": (((-9, 1.2), (-9, 2), (-3, 3.4), (-1, 2.8), (1.4, 2.8), (2.6, 4.8), (4.6, 4.6), (8, 3.2), (8.4, 1.2)),
              (), ((-5.6, 1.6), (5.4, 1.9))),
    "tractor": (((-6, 1.6), (-6, 4.4), (-0.8, 4.8), (-0.4, 3.2), (3.6, 3.2), (4.6, 5.4), (6, 5.2), (6, 1.6)),
                (), ((-4.2, 1.5), (3.6, 2.8))),
}  # fmt: skip


def _body(form: str, surface: Any) -> Any:
    corners, windows, _ = SIDES[form]
    outline = [(x / 100, z / 100) for x, z in corners]
    holes = []
    for x0, x1, z0, z1 in windows:
        ring = rounded((x1 - x0) / 100, (z1 - z0) / 100, 0.003, 4)
        holes.append([(x + (x0 + x1) / 200, z + (z0 + z1) / 200) for x, z in ring])
    body = slab(outline, WIDTH, surface, 0.0025, holes=holes)
    body.rotation_euler = (math.pi / 2, 0, 0)
    return body


def _wheel(x: float, r: float, side: int, surface: Any, hub: Any) -> list[Any]:
    side_view = ((0, -0.006), (0.9, -0.006), (1, -0.004), (1, 0.004), (0.9, 0.006), (0.5, 0.005), (0, 0.005))
    wheel = lathe([(r * k, z) for k, z in side_view], surface, round_edges=0.001, angle=30)
    cap = lathe([(0, 0.008), (r * 0.3, 0.0075), (r * 0.34, 0.005), (0, 0.005)], hub)
    for part in (wheel, cap):
        part.rotation_euler = (math.pi / 2 * -side, 0, 0)
        part.location = (x, side * (WIDTH / 2 + 0.0065), r)
    return [wheel, cap]


def _load(form: str, surface: Any) -> list[Any]:
    """What carries the second colour."""
    if form == "truck":
        return [box((0.098, WIDTH * 0.98, 0.036), surface, 0.004, (0.031, 0, 0.0475))]
    if form in ("van", "bus"):
        long, z = (0.1, 0.0685) if form == "van" else (0.15, 0.085)
        return [box((long, WIDTH * 0.86, 0.005), surface, 0.002, (0.004, 0, z + 0.001))]
    if form == "tractor":
        pipe = lathe([(0, 0), (0.005, 0), (0.004, 0.03), (0.0055, 0.033), (0, 0.033)], surface)
        pipe.location = (-0.035, 0, 0.045)
        return [pipe, box((0.03, WIDTH * 0.7, 0.006), surface, 0.002, (0.018, 0, 0.035))]
    if form == "racer":
        wing = box((0.016, WIDTH * 1.25, 0.004), surface, 0.0015, (0.078, 0, 0.05))
        stays = [box((0.008, 0.004, 0.02), surface, 0.001, (0.078, s * 0.016, 0.04)) for s in (-1, 1)]
        return [wing, *stays]
    return [box((0.05, WIDTH * 0.8, 0.004), surface, 0.0018, (0.003, 0, 0.0595))]


def _driver(form: str) -> list[Any]:
    x, z = {"racer": (0.002, 0.028), "tractor": (0.016, 0.036)}.get(form, (0.0, 0.06))
    body = lathe([(0, 0), (0.011, 0), (0.0115, 0.01), (0.007, 0.022), (0, 0.023)], plastic("#3f6fa5", 0.45))
    round_head = catmull([(0.001, 0.02), (0.0095, 0.025), (0.0105, 0.031), (0.006, 0.039), (0.0004, 0.0405)], 6)
    head = lathe([tuple(p) for p in round_head], wood("#e0b98a", axis="Z", scale=4))
    for part in (body, head):
        part.location = (x, 0, z)
    return [body, head]


def build(look: Look, rng: Random) -> Model:
    """A wooden car that looks to the left."""
    form = look("form", "car")
    wheel, hub = material(look("wheel", "wood #b98a5a")), plastic(look("hub", "#efe6d2"), 0.4)
    parts = [_body(form, material(look("mat", "paint #c9352d"))), *_load(form, plastic(look("c2", "#f2efe6"), 0.4))]
    for x, r in SIDES[form][2]:
        parts += [part for side in (-1, 1) for part in _wheel(x / 100, r / 100, side, wheel, hub)]
    if look("peg", int(form in ("racer", "tractor"))):
        parts += _driver(form)
    if look("number"):
        text = letters(str(look("number")), 0.018, plastic(look("ink", "#f7f3e8"), 0.5), 0.0004)
        text.location = (0.0 if form != "truck" else 0.03, -WIDTH / 2 - 0.0006, 0.019 if form != "truck" else 0.042)
        parts.append(text)
    return Model(group(parts, "toycar"), {"az": look("az", 0.4), "el": 0.25})
