"""Shell chairs and counter stools.

c colour of the shell, shell plastic | fabric | leather | ply, legs wood | metal | chrome | brass, wc colour of wooden
legs, dz how much higher than a chair (0.22 for a counter).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, weave, wood
from data.studio.blender.mesh import grid_faces, mesh, subdivide, thicken, tube
from data.studio.blender.outlines import catmull
from data.studio.look import Look, Model

ACROSS, ALONG, HALF = 13, 19, 0.225
SIDE_VIEW = ((-0.23, 0.435), (-0.215, 0.452), (-0.12, 0.447), (0.03, 0.435), (0.13, 0.438), (0.19, 0.475),
             (0.215, 0.56), (0.235, 0.68), (0.262, 0.79), (0.27, 0.815))  # fmt: skip
SHELLS: dict[str, Callable[[str], Any]] = {
    "plastic": lambda c: plastic(c, 0.38, 0.25),
    "fabric": lambda c: weave(c, scale=1400),
    "leather": lambda c: leather(c, 300),
    "ply": lambda c: wood(c, axis="Y", scale=1.2),
}
LEGS: dict[str, Callable[[str], Any]] = {
    "wood": lambda c: wood(c, axis="Z"),
    "metal": lambda c: metal("#2a2a2c", 0.35),
    "chrome": lambda c: metal("#cfd0d2", 0.18),
    "brass": lambda c: metal("#c9a35a", 0.25),
}


def _shell_points() -> list[tuple[float, float, float]]:
    curve = catmull(SIDE_VIEW, 4)
    at = np.linspace(0, len(curve) - 1, ALONG).astype(int)
    points = []
    for t, (y, z) in zip(np.linspace(0, 1, ALONG), curve[at], strict=True):
        wide = HALF * np.interp(t, [0, 0.1, 0.45, 0.6, 0.85, 1], [0.86, 1.0, 1.04, 0.98, 0.9, 0.7])
        wing = np.interp(t, [0, 0.25, 0.5, 0.75, 1], [0.012, 0.03, 0.075, 0.05, 0.03])
        for i in range(ACROSS):
            u = -1 + 2 * i / (ACROSS - 1)
            bent = abs(u) ** 2.6
            lift = bent * wing * np.interp(t, [0, 0.4, 0.6, 1], [1, 0.9, 0.25, 0.05])
            forward = bent * wing * np.interp(t, [0, 0.4, 0.6, 1], [0, 0.35, 1.0, 1.0])
            points.append((wide * u * (1 - 0.06 * bent), y - forward, z + lift))
    return points


def _frame(dz: float, wooden: bool, steel: Any) -> list[Any]:
    low, high = 0.42 + dz, 0.435 + dz
    legs = [
        tube([(x * 1.75, y * 1.7, 0), (x, y, high)], 0.013 if wooden else 0.0085, steel, smooth=False,
             radii=[0.62, 1.05] if wooden else None, detail=16)
        for x, y in ((-0.13, -0.13), (0.13, -0.13), (-0.13, 0.12), (0.13, 0.12))
    ]  # fmt: skip
    bars = [((-0.13, y, low), (0.13, y, low)) for y in (-0.12, 0.11)]
    bars += [((x, -0.12, low), (x, 0.11, low)) for x in (-0.12, 0.12)]
    cross = [((-0.18, -0.175, 0.2), (0.185, 0.165, 0.2)), ((0.18, -0.175, 0.2), (-0.185, 0.165, 0.2))]
    thin = [] if wooden else [tube(bar, 0.004, steel, smooth=False) for bar in cross]
    return [*legs, *(tube(bar, 0.009, steel, smooth=False) for bar in bars), *thin]


def build(look: Look, rng: Random) -> Model:
    """A chair; the shell is one bent surface."""
    kind, dz = look("shell", "plastic"), look("dz", 0.0)
    shell = mesh("shell", _shell_points(), grid_faces(ALONG, ACROSS), SHELLS[kind](look("c")))
    thicken(shell, 0.009 if kind in ("plastic", "ply") else 0.028, offset=0)
    subdivide(shell, 3)
    shell.location.z = dz
    legs = look("legs", "wood")
    frame = _frame(dz, legs == "wood", LEGS[legs](look("wc", "#c99b66")))
    return Model(group([shell, *frame], "chair"), {"az": look("az", 0.6), "el": 0.22})
