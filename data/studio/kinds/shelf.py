"""Shelves, cabinets and small storage furniture.

form case | open | ladder | cabinet, mat material of the boards, back material of the back (case), frame material of
posts (open, ladder), W H D size, cols and rows of compartments, doors material of doors (cabinet), knob material.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.group import group
from data.studio.blender.materials import material, wood
from data.studio.blender.mesh import box, lathe, tube
from data.studio.look import Look, Model

BOARD = 0.02
STEP = 0.0015  # boards that meet must not share a face: it would flicker black


def _boards(spec: str) -> tuple[Any, Any]:
    """The material for lying and for standing boards: wood must run along them."""
    if spec.startswith("wood"):
        return wood(spec.split()[1], axis="X"), wood(spec.split()[1], axis="Z")
    return material(spec), material(spec)


def _case(look: Look, w: float, h: float, d: float) -> list[Any]:
    lying, standing = _boards(look("mat", "wood #c99b66"))
    cols, rows, foot = look("cols", 1), look("rows", 4), look("foot", 0.06)
    parts = [
        box((w - 2 * STEP, d - STEP, BOARD), lying, 0.002, (0, 0, z))
        for z in np.linspace(foot + BOARD / 2, h - BOARD / 2, rows + 1)
    ]
    parts += [box((BOARD, d, h - foot - 2 * STEP), standing, 0.002, (x, 0, (h + foot) / 2))
              for x in np.linspace(-w / 2 + BOARD / 2, w / 2 - BOARD / 2, cols + 1)]  # fmt: skip
    parts.append(
        box(
            (w - 3 * STEP, 0.006, h - foot - 3 * STEP),
            material(look("back", look("mat", "wood #c99b66"))),
            0,
            (0, d / 2 - 0.003 - STEP, (h + foot) / 2),
        )
    )
    legs = material(look("frame", "black"))
    for x in (-1, 1):
        for y in (-1, 1):
            ends = [(x * (w / 2 - 0.04), y * (d / 2 - 0.04), 0), (x * (w / 2 - 0.05), y * (d / 2 - 0.05), foot)]
            parts.append(tube(ends, 0.016, legs, smooth=False, radii=[0.6, 1]))
    return parts


def _open(look: Look, w: float, h: float, d: float) -> list[Any]:
    lying, _ = _boards(look("mat", "wood #c99b66"))
    frame = material(look("frame", "black"))
    rows = look("rows", 4)
    parts = [box((w - 0.02, d - 2 * STEP, BOARD), lying, 0.002, (0, 0, z)) for z in np.linspace(0.12, h - 0.04, rows)]
    for x in (-1, 1):
        for y in (-1, 1):
            parts.append(box((0.02, 0.02, h), frame, 0.002, (x * (w / 2 - 0.01), y * (d / 2 - 0.01), h / 2)))
        parts.append(box((0.016, d, 0.016), frame, 0.002, (x * (w / 2 - 0.01), 0, h - 0.01)))
    cross = [((-w / 2, d / 2, 0.15), (w / 2, d / 2, h - 0.08)), ((w / 2, d / 2, 0.15), (-w / 2, d / 2, h - 0.08))]
    return parts + [tube(bar, 0.004, frame, smooth=False) for bar in cross if look("cross", 1)]


def _ladder(look: Look, w: float, h: float, d: float) -> list[Any]:
    """Steps that grow deeper towards the floor, between two leaning posts."""
    lying, _ = _boards(look("mat", "wood #c99b66"))
    frame = material(look("frame", "wood #c99b66"))
    rows = look("rows", 4)
    parts = []
    for i, z in enumerate(np.linspace(0.25, h - 0.12, rows)):
        deep = d * (1 - 0.62 * i / (rows - 1))
        parts.append(box((w - 0.03, deep, BOARD), lying, 0.002, (0, d / 2 - deep / 2, z)))
    for x in (-1, 1):
        at = x * (w / 2 - 0.012)
        parts.append(tube([(at, -d / 2, 0), (at, d / 2 - 0.02, h)], 0.014, frame, smooth=False))
        parts.append(tube([(at, d / 2, 0), (at, d / 2, h - 0.1)], 0.011, frame, smooth=False))
    return parts


def _cabinet(look: Look, w: float, h: float, d: float) -> list[Any]:
    """A case behind doors or drawers."""
    parts = _case(look, w, h, d)
    cols, rows, foot = look("cols", 2), look("rows", 1), look("foot", 0.06)
    front, knob = material(look("doors", look("mat", "wood #c99b66"))), material(look("knob", "brass"))
    wide, high = (w - 0.012) / cols, (h - foot - 0.012) / rows
    for i in range(cols):
        for j in range(rows):
            x, z = -w / 2 + 0.006 + wide * (i + 0.5), foot + 0.006 + high * (j + 0.5)
            parts.append(box((wide - 0.005, 0.018, high - 0.005), front, 0.003, (x, -d / 2 - 0.01, z)))
            near = x if rows > cols else x + wide * 0.38 * (1 if i < cols / 2 else -1)
            pull = lathe([(0, 0), (0.006, 0), (0.007, 0.012), (0.013, 0.018), (0.012, 0.024), (0, 0.026)], knob)
            pull.rotation_euler = (np.pi / 2, 0, 0)
            pull.location = (near, -d / 2 - 0.019, z)
            parts.append(pull)
    return parts


FORMS: dict[str, tuple[Callable[[Look, float, float, float], list[Any]], tuple[float, float, float]]] = {
    "case": (_case, (0.8, 1.6, 0.3)),
    "open": (_open, (0.8, 1.5, 0.34)),
    "ladder": (_ladder, (0.6, 1.7, 0.42)),
    "cabinet": (_cabinet, (0.9, 0.75, 0.4)),
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """An empty piece of furniture."""
    make, (w, h, d) = FORMS[look("form", "case")]
    parts = make(look, look("W", w), look("H", h), look("D", d))
    return Model(group(parts, "shelf"), {"az": look("az", 0.4), "el": 0.16, "lens": 60})
