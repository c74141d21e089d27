"""Backpacks.

c colour, c2 colour of pocket and flap, mat canvas | leather | nylon, form zip | flap | roll, W D H size, m colour of
metal and zips, pocket=0 without a front pocket. The brand is printed on the pocket.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.cushion import cushion
from data.studio.blender.decal import draped
from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, weave
from data.studio.blender.mesh import box, sweep, tube
from data.studio.blender.outlines import catmull, rounded
from data.studio.colour import DARK_INK, LIGHT_INK, light
from data.studio.look import Look, Model
from data.studio.paint.labels import logo

COVERS: dict[str, Callable[[str], Any]] = {
    "canvas": lambda c: weave(c, scale=1500, bump=0.8),
    "leather": lambda c: leather(c, 420, 0.42, 0.35),
    "nylon": lambda c: weave(c, scale=5000, rough=0.55, bump=0.3, mottle=0.04, sheen=0.1),
}


def _top(look: Look, w: float, d: float, h: float, cover: Any, steel: Any) -> list[Any]:
    """What closes it: a zip over the shoulders, a flap with two buckles, or a rolled collar."""
    form = look("form", "zip")
    if form == "zip":
        arc = [(-0.47 * w, h * 0.62), (-0.44 * w, h * 0.86), (-0.3 * w, h * 0.965), (0, h * 0.99)]
        arc += [(-x, z) for x, z in arc[-2::-1]]
        path = catmull([(x, -d * 0.33, z) for x, z in arc], 10)
        return [sweep(path, rounded(0.012, 0.005, 0.0015, 4), plastic("#1d1d20", 0.5), up=(0, 1, 0)),
                box((0.008, 0.006, 0.03), steel, 0.002, (w * 0.43, -d * 0.33 - 0.007, h * 0.8))]  # fmt: skip
    if form == "roll":
        roll = cushion((w * 0.96, 0.075, 0.07), cover, 6, (0, 0, h + 0.05), puff=0.05, wrinkle=0.006, seed=5)
        straps = [
            box((0.02, 0.085, 0.082), plastic("#1d1d20", 0.6), 0.004, (s * w * 0.3, 0, h + 0.048)) for s in (-1, 1)
        ]
        return [roll, *straps]
    flap = cushion(
        (w * 0.98, d * 1.12, 0.035), cover, 7, (0, -d * 0.03, h * 0.985), (0.1, 0, 0), puff=0.2, wrinkle=0.005
    )
    front = cushion(
        (w * 0.94, 0.014, h * 0.34), cover, 8, (0, -d * 0.545, h * 0.83), (0.06, 0, 0), puff=0.1, wrinkle=0.003
    )
    parts = [flap, front]
    for s in (-1, 1):
        parts.append(box((0.022, 0.006, h * 0.3), leather("#6b4028", 420), 0.0015, (s * w * 0.26, -d * 0.61, h * 0.63)))
        parts.append(box((0.03, 0.008, 0.024), steel, 0.003, (s * w * 0.26, -d * 0.625, h * 0.6)))
    return parts


def _straps(w: float, d: float, h: float, cover: Any) -> list[Any]:
    parts = []
    for s in (-1, 1):
        side = ((0.2, 0.42, 0.97), (0.3, 0.62, 0.9), (0.42, 0.74, 0.62), (0.46, 0.62, 0.3), (0.44, 0.42, 0.08))
        path = catmull([(s * w * x, d * y, h * z) for x, y, z in side], 10)
        parts.append(sweep(path, rounded(0.055, 0.012, 0.005, 5), cover, up=(0, 1, 0)))
    loop = [
        (-0.04, 0.42 * d, h * 0.98),
        (-0.036, 0.42 * d, h * 1.06),
        (0.036, 0.42 * d, h * 1.06),
        (0.04, 0.42 * d, h * 0.98),
    ]
    return [*parts, tube(loop, 0.007, cover, n=10)]


def build(look: Look, rng: Random) -> Model:
    """A packed bag standing upright."""
    w, d, h = look("W", 0.29), look("D", 0.15), look("H", 0.42)
    cover = COVERS[look("mat", "canvas")](look("c"))
    second = COVERS[look("mat", "canvas")](look("c2", look("c")))
    steel = metal(look("m", "#d8d9da"), 0.25)
    parts = [cushion((w, d, h), cover, 6, (0, 0, h / 2), puff=0.14, wrinkle=0.006, seed=look.seed)]
    parts += [*_top(look, w, d, h, second, steel), *_straps(w, d, h, cover)]
    front = parts[0]
    if look("pocket", 1):
        at = (0, -d * 0.55, h * 0.27)
        front = cushion((w * 0.76, 0.07, h * 0.4), second, 6, at, puff=0.16, wrinkle=0.004, seed=7)
        parts.append(front)
        y = -d * 0.55 - 0.0445
        seam = catmull(
            [(-0.33 * w, y + 0.008, h * 0.445), (0, y + 0.0035, h * 0.452), (0.33 * w, y + 0.008, h * 0.445)], 10
        )
        parts.append(sweep(seam, rounded(0.008, 0.004, 0.001, 4), plastic("#1d1d20", 0.5), up=(0, 1, 0)))
    ink = LIGHT_INK if light(look("c2", look("c"))) < 1.2 else DARK_INK
    parts.append(draped(logo(look("brand").lower()), ink, front, (0, h * 0.3), w * 0.36, 0.6))
    return Model(group(parts, "backpack"), {"az": look("az", 0.35), "el": 0.15})
