"""Scented candles.

jar material, or gc tint of a glass jar; R radius, H height, wc colour of the wax, brand, scent, net, lbg colour of the
label, lid material of a lid that leans at the side (none without it).
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.decal import label_round
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import glass, material, plastic
from data.studio.blender.mesh import lathe, tube, vessel
from data.studio.look import Look, Model
from data.studio.paint.labels import label


def _wax(colour: str) -> Any:
    g = Graph("wax", base=colour, rough=0.45, sss=0.6, sssr=0.01)
    g.principled.inputs["Subsurface Radius"].default_value = (1, 0.6, 0.35)
    return g.material


def _lid(r: float, h: float, spec: str) -> Any:
    outline = [(0, 0), (r, 0), (r * 1.02, 0.002), (r * 1.02, 0.011), (r * 0.98, 0.0125), (0, 0.0125)]
    lid = lathe(outline, material(spec), round_edges=0.001, angle=40)
    lid.rotation_euler = (math.radians(72), 0, 0)
    lid.location = (r * 1.55, -r * 0.35, r * 0.98)
    return lid


def build(look: Look, rng: Random) -> Model:
    """A candle in a jar, never lit."""
    r, h, opaque = look("R", 0.04), look("H", 0.092), bool(look("jar"))
    surface = material(look("jar")) if opaque else glass(look("gc", "#ffffff"))
    jar = vessel([(r * 0.96, 0), (r, 0.003), (r, h)], 0.003, material=surface, round_edges=0.0008, angle=40)
    level, inner = (0.9 if opaque else 0.72), r - 0.0034
    outline = [(0, 0.0045), (inner, 0.0045), (inner, h * level), (r * 0.6, h * (level - 0.015))]
    hollow = [(0.004, h * (level - 0.025)), (0, h * (level - 0.025))]
    wax = lathe([*outline, *hollow], _wax(look("wc", "#f3e8cf")), segments=64)
    wick = [(0, 0, h * (level - 0.03)), (0.001, 0, h * (level + 0.04)), (0.003, 0, h * (level + 0.09))]
    paper = label(look("lbg", "#f7f3ea"), look("brand"), look("scent"), look("net", "220 g"))
    parts = [jar, wax, tube(wick, 0.0011, plastic("#2a2420", 0.9)), label_round(paper, r + 0.0003, h * 0.2, h * 0.66)]
    if look("lid"):
        parts.append(_lid(r, h, look("lid")))
    return Model(group(parts, "candle"), {"el": 0.5 if opaque else 0.3, "az": 0.1})
