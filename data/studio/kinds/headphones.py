"""Over-ear headphones.

c colour, m colour of the metal, pad colour of the leather, disc=0 for a plain cup without a metal disc, rough.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.group import group
from data.studio.blender.materials import leather, metal, plastic, weave
from data.studio.blender.mesh import bevel, lathe, sweep, tube
from data.studio.blender.outlines import rounded, turned
from data.studio.colour import scaled
from data.studio.look import Look, Model

RADIUS, CENTRE = 0.078, 0.105
CUP = ((0, 0.014), (0.02, 0.014), (0.026, 0.013), (0.033, 0.010), (0.0365, 0.004), (0.0375, -0.004), (0.036, -0.010),
       (0.03, -0.012), (0, -0.012))  # fmt: skip
SIDEWAYS = (0, 1, 0)


def _band(body: Any, pad: Any) -> list[Any]:
    arc = [
        (RADIUS * math.sin(a), 0, CENTRE + RADIUS * 1.05 * math.cos(a))
        for a in np.linspace(-math.pi * 0.5, math.pi * 0.5, 40)
    ]
    inner = [(x * 0.945, 0, CENTRE + (z - CENTRE) * 0.945) for x, _, z in arc[9:31]]

    def swell(t: float) -> tuple[float, float]:
        k = 0.6 + 0.4 * math.sin(math.pi * t) ** 0.4
        return k, k

    return [
        sweep(arc, turned(rounded(0.026, 0.0055, 0.0024, 5)), body, SIDEWAYS),
        sweep(inner, turned(rounded(0.031, 0.0125, 0.006, 6)), pad, SIDEWAYS, scale=swell),
    ]


def _cup(body: Any, disc: Any, steel: Any, pad: Any) -> Any:
    shell = bevel(lathe(CUP, body, segments=128, angle=60), 0.0012, 3, 20)
    cap = lathe([(0, 0.0146), (0.0225, 0.0146), (0.0232, 0.0138)], disc)
    ring = lathe([(0.0232, 0.0136), (0.0238, 0.0149), (0.0246, 0.0149), (0.0252, 0.0134)], steel)
    angles = np.linspace(0, 2 * math.pi, 28)
    ear = [(0.0255 + 0.0095 * math.cos(a), -0.0195 + 0.0098 * math.sin(a)) for a in angles]
    soft = lathe(ear, pad, segments=128, angle=180)
    cloth = lathe([(0, -0.013), (0.02, -0.013)], weave("#202022", scale=3000))
    return group([shell, cap, ring, soft, cloth], "cup")


def _side(s: int, body: Any, disc: Any, steel: Any, pad: Any) -> list[Any]:
    x = s * RADIUS
    arm = sweep([(x, 0, 0.118), (x * 1.01, 0, 0.09), (x * 1.02, 0, 0.075)],
                turned(rounded(0.016, 0.0032, 0.001, 4)), steel, SIDEWAYS)  # fmt: skip
    fork = [
        (x * 1.02, 0.034 * math.sin(a), 0.035 + 0.041 * math.cos(a))
        for a in np.linspace(-math.pi * 0.55, math.pi * 0.55, 30)
    ]
    cup = _cup(body, disc, steel, pad)
    cup.rotation_euler = (0, s * math.pi / 2, 0)
    cup.scale = (1.18, 1, 1)
    cup.location = (x * 0.97, 0, 0.035)
    return [arm, tube(fork, 0.0032, steel, smooth=False), cup]


def build(look: Look, rng: Random) -> Model:
    """Headphones standing on their cups."""
    colour, steel_colour = look("c"), look("m", "#d8d9da")
    body, steel = plastic(colour, look("rough", 0.4), 0.15), metal(steel_colour, 0.22)
    pad = leather(look("pad") or scaled(colour, 0.9), 1400, 0.5, 0.2)
    parts = _band(body, pad)
    for s in (-1, 1):
        disc = metal(steel_colour, 0.3, "R") if look("disc", 1) else body
        parts += _side(s, body, disc, steel, pad)
    root = group(parts, "headphones")
    root.rotation_euler = (-0.08, 0, 0)
    return Model(root, {"az": look("az", 0.6), "el": 0.18})
