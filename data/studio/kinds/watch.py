"""Wrist watches, closed round nothing and tilted to the viewer.

cm colour of the case, R its radius, dc colour of the dial, dial bar | dot | num | roman, sub its second line, small=1
second dial, sec colour of the second hand, strap leather | mesh | nylon, sc its colour, lw its width, brand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, printed, weave
from data.studio.blender.mesh import lathe, slab, sweep, tube
from data.studio.blender.outlines import catmull, rounded, turned
from data.studio.colour import light
from data.studio.look import Look, Model
from data.studio.paint.dials import dial

THICK = 0.009
STRAPS: dict[str, Callable[[Look], Any]] = {
    "leather": lambda look: leather(look("sc", "#5b3420"), 900, 0.4, 0.4),
    "mesh": lambda look: metal(look("cm", "#d9dadb"), 0.3, "Y"),
    "nylon": lambda look: weave(look("sc", "#5b3420"), scale=4500),
}


def _case(r: float, shiny: Any, brushed: Any) -> list[Any]:
    t = THICK
    body = [(0, -t / 2), (r * 0.9, -t / 2), (r * 0.98, -t * 0.35), (r, -t * 0.2), (r, t * 0.22), (r * 0.985, t * 0.3)]
    bezel = [(r * 0.985, t * 0.3), (r * 0.96, t * 0.42), (r * 0.9, t * 0.5), (r * 0.87, t * 0.48), (r * 0.86, t * 0.28)]
    crown_line = [(0, 0), (0.0028, 0), (0.003, 0.0005), (0.003, 0.0035), (0.0026, 0.004), (0, 0.004)]
    crown = lathe(crown_line, shiny, rib=lambda a, z: 1 + 0.03 * math.cos(a * 24), segments=144)
    crown.rotation_euler = (0, math.pi / 2, 0)
    crown.location = (r * 0.99, 0, 0)
    case = lathe(body, brushed, round_edges=0.0004, angle=25)
    return [case, lathe(bezel, shiny, round_edges=0.0002, angle=25), crown]


def _face(look: Look, r: float) -> list[Any]:
    """Dial and three hands, at eight minutes to two."""
    colour, z = look("dc", "#f5f3ee"), THICK * 0.28
    picture = dial(colour, look("dial", "bar"), look("brand"), look("sub", "AUTOMATIC"), look("small"))
    wide = 1 / (2 * r * 0.87)
    disc = lathe([(r * 0.87, z), (0, z)], printed(picture, 0.35, "Object", (wide, wide, 1)), angle=80)
    mapping = next(n for n in disc.data.materials[0].node_tree.nodes if n.type == "MAPPING")
    mapping.inputs["Location"].default_value = (0.5, 0.5, 0)
    steel = metal("#e6e6e6" if light(colour) < 0.8 else "#222222", 0.2)
    parts = [disc]
    quarter = math.pi / 2
    for a, length, w, up in (
        (quarter + 2 * math.pi / 12 * 1.9, r * 0.5, 0.0014, 0.0006),
        (quarter - 2 * math.pi / 12 * 2, r * 0.74, 0.001, 0.001),
    ):
        outline = [(-w * 0.8, -r * 0.1), (w * 0.8, -r * 0.1), (w, length * 0.6), (0, length), (-w, length * 0.6)]
        parts.append(_hand(outline, 0.0003, steel, 0.00008, z + up, a - quarter))
    outline = [(-0.0002, -r * 0.2), (0.0002, -r * 0.2), (0.0001, r * 0.78), (-0.0001, r * 0.78)]
    parts.append(_hand(outline, 0.0002, metal(look("sec", "#c0392b"), 0.3), 0.00004, z + 0.0014, 2.2))
    return [*parts, lathe([(0, z), (0.0011, z), (0.0011, z + 0.0018), (0, z + 0.0018)], steel)]


def _hand(outline: Any, thick: float, steel: Any, edge: float, z: float, turn: float) -> Any:
    hand = slab(outline, thick, steel, edge)
    hand.location.z = z
    hand.rotation_euler.z = turn
    return hand


def _lugs(r: float, width: float, steel: Any) -> list[Any]:
    parts = []
    for sx in (-1, 1):
        x = sx * (width / 2 + 0.0018)
        for sy in (-1, 1):
            ends = [(x, sy * r * k, THICK * z) for k, z in ((0.7, 0.1), (1.02, 0.05), (1.22, -0.35))]
            section = rounded(0.0026, 0.0045, 0.0008, 4)
            parts.append(sweep(catmull(ends, 8), section, steel, scale=lambda t: 1 - 0.35 * t))
    return parts


def _strap(r: float, width: float, kind: str, material: Any) -> list[Any]:
    """Both halves, closed below the case."""
    parts = []
    side = ((1.12, -0.2), (1.5, -0.35), (2.05, -1.4), (2.25, -2.9), (1.9, -4.4), (1.0, -5.15), (-0.15, -5.3))
    for sy in (-1, 1):
        path = catmull([(0, sy * r * y, THICK * z) for y, z in side], 14)
        parts.append(sweep(path, turned(rounded(width, 0.0026, 0.0011, 5)), material, up=(1, 0, 0)))
        if kind == "leather":
            parts += _seams(path, sy, width)
    return parts


def _seams(path: Any, sy: int, width: float) -> list[Any]:
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1)[:, None]
    outside = np.cross(np.array([1, 0, 0]), tangents) * sy
    parts = []
    for sx in (-1, 1):
        line = path + np.array([sx * (width / 2 - 0.0019), 0, 0]) + outside * 0.0013
        for k in range(6, len(line) - 4, 2):
            stitch = [line[k], line[k] * 0.35 + line[k + 1] * 0.65]
            parts.append(tube(stitch, 0.00028, plastic("#d9c3a0", 0.8), smooth=False, detail=6))
    return parts


def build(look: Look, rng: Random) -> Model:
    """A watch."""
    r, width, strap = look("R", 0.019), look("lw", 0.019), look("strap", "leather")
    colour = look("cm", "#d9dadb")
    brushed = metal(colour, 0.28, "R")
    parts = [*_case(r, metal(colour, 0.16), brushed), *_face(look, r), *_lugs(r, width, brushed)]
    root = group([*parts, *_strap(r, width, strap, STRAPS[strap](look))], "watch")
    root.rotation_euler = (math.radians(62), 0, 0)
    return Model(root, {"az": look("az", 0.2), "el": 0.28, "lens": 100})
