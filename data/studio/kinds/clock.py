"""Clocks.

form wall | square | alarm | mantel, mat material of the case, dc colour of the dial, dial bar | dot | num | roman |
none, sub second line, R radius, hc colour of the hands, sec colour of the second hand, hour and minute it shows. The
brand stands on the dial.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import material, metal, plastic, printed
from data.studio.blender.mesh import lathe, slab, tube
from data.studio.blender.outlines import rounded
from data.studio.colour import DARK_INK, LIGHT_INK, is_dark
from data.studio.look import Look, Model
from data.studio.paint.dials import dial


def _face(look: Look, r: float, z: float) -> list[Any]:
    """Dial and hands in the plane z, to be tipped upright later."""
    colour = look("dc", "#f5f3ee")
    picture = dial(colour, look("dial", "num"), look("brand"), look("sub", "QUARTZ"))
    wide = 1 / (2 * r)
    disc = lathe([(r, z), (0, z)], printed(picture, 0.4, "Object", (wide, wide, 1)), angle=80)
    nodes = disc.data.materials[0].node_tree.nodes
    next(node for node in nodes if node.type == "MAPPING").inputs["Location"].default_value = (0.5, 0.5, 0)
    ink = plastic(look("hc") or (LIGHT_INK if is_dark(colour) else DARK_INK), 0.4)
    minute, hour = look("minute", 9), look("hour", 10)
    hands = [(hour * 30 + minute / 2, 0.5, 0.03, 0.001, ink), (minute * 6, 0.78, 0.022, 0.003, ink)]
    hands.append((200, 0.82, 0.008, 0.005, plastic(look("sec", "#c0392b"), 0.4)))
    parts = [disc]
    for degrees, reach, w, up, surface in hands:
        outline = [(-w * r, -0.12 * r), (w * r, -0.12 * r), (w * r * 0.7, reach * r), (-w * r * 0.7, reach * r)]
        hand = slab(outline, 0.0012, surface, 0.0004)
        hand.location.z = z + 0.002 + up
        hand.rotation_euler.z = -math.radians(degrees)
        parts.append(hand)
    return [*parts, lathe([(0, z), (0.04 * r, z), (0.04 * r, z + 0.009), (0, z + 0.009)], ink)]


def _round_case(r: float, deep: float, surface: Any) -> Any:
    outline = [
        (0, 0),
        (r * 1.08, 0),
        (r * 1.12, deep * 0.3),
        (r * 1.12, deep),
        (r * 1.06, deep * 1.1),
        (r, deep * 0.8),
        (0, deep * 0.78),
    ]
    return lathe(outline, surface, segments=128, round_edges=0.002, angle=30)


def _wall(look: Look, r: float, surface: Any) -> list[Any]:
    return [_round_case(r, 0.03, surface), *_face(look, r, 0.025)]


def _square(look: Look, r: float, surface: Any) -> list[Any]:
    case = slab(rounded(2.3 * r, 2.3 * r, 0.35 * r, 10), 0.03, surface, 0.004)
    case.location.z = 0.015
    return [case, *_face(look, r, 0.0305)]


def _mantel(look: Look, r: float, surface: Any) -> list[Any]:
    arch = [(-1.35 * r, -1.3 * r), (1.35 * r, -1.3 * r), (1.35 * r, 0)]
    arch += [(1.35 * r * math.cos(a), 1.35 * r * math.sin(a)) for a in (k * math.pi / 32 for k in range(1, 32))]
    case = slab([*arch, (-1.35 * r, 0)], 0.07, surface, 0.004)
    case.location.z = 0.035 - 0.04
    rim = tube([(r * math.cos(k * math.pi / 48), r * math.sin(k * math.pi / 48), 0.031) for k in range(96)], 0.003,
               metal("#c9a35a", 0.25), closed=True, smooth=False)  # fmt: skip
    return [case, rim, *_face(look, r, 0.0305)]


def _alarm(look: Look, r: float, surface: Any) -> list[Any]:
    """Two bells on top, two feet below."""
    parts = [_round_case(r, 0.045, surface), *_face(look, r, 0.037)]
    for s in (-1, 1):
        bell = lathe([(0, 0.02), (0.01, 0.019), (0.019, 0.011), (0.022, 0), (0.02, 0.0)], surface, angle=80)
        bell.rotation_euler = (-math.pi / 2, 0, -s * 0.6)
        bell.location = (s * r * 0.72, r * 1.1, 0.022)
        foot = tube([(s * r * 0.6, -r * 0.9, 0.022), (s * r * 0.8, -r * 1.32, 0.022)], 0.005, surface, smooth=False)
        parts += [bell, foot]
    handle = [
        (-r * 0.4, r * 1.25, 0.022),
        (-r * 0.3, r * 1.6, 0.022),
        (r * 0.3, r * 1.6, 0.022),
        (r * 0.4, r * 1.25, 0.022),
    ]
    return [*parts, tube(handle, 0.003, metal("#cfd0d2", 0.25), n=10)]


FORMS: dict[str, tuple[Callable[[Look, float, Any], list[Any]], float]] = {
    "wall": (_wall, 0.14), "square": (_square, 0.13), "alarm": (_alarm, 0.05), "mantel": (_mantel, 0.07),
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """An upright clock that faces the front."""
    make, radius = FORMS[look("form", "wall")]
    root = group(make(look, look("R", radius), material(look("mat", "black"))), "clock")
    root.rotation_euler = (math.pi / 2, 0, 0)
    return Model(root, {"az": look("az", 0.3), "el": 0.14})
