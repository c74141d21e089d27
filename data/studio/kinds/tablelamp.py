"""Table lamps, switched on.

base material of the foot (materials.material), form (FORMS), H height, R radius of the foot, sc colour of the shade,
r1 its lower radius, k upper radius as a share of the lower, power of the bulb in watts.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import bpy

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import material, metal, plastic
from data.studio.blender.mesh import lathe, link, thicken, tube
from data.studio.blender.outlines import catmull, ring
from data.studio.colour import linear
from data.studio.look import Look, Model

FORMS = {
    "gourd": [0.6, 1, 0.9, 0.4, 0.2],
    "drop": [0.35, 0.7, 1, 0.7, 0.2],
    "cone": [1, 0.55, 0.3, 0.25, 0.2],
    "pillar": [0.8, 0.85, 0.9, 0.85, 0.25],
    "ball": [0.5, 1.05, 1.1, 0.8, 0.2],
    "stem": [1.05, 0.16, 0.14, 0.13, 0.12],
    "twin": [0.9, 1, 0.45, 0.8, 0.2],
}
BRASS = ("#c9a35a", 0.25)


def _linen(colour: str) -> Any:
    """A shade's cloth: lets the bulb's light through."""
    g = Graph("shade", base=colour, rough=0.9)
    threads = [g.noise(g.coords("UV", scale=scale), 2, 2) for scale in ((420, 3, 1), (8, 200, 1))]
    h = g.add(*threads)
    through = g.mix(1.0, linear(colour), g.ramp(h, [(0.6, 0.6), (1.3, 1.0)]), "MULTIPLY")
    clear = g.node("BsdfTranslucent", {0: through})
    base = g.mix(1.0, linear(colour), g.ramp(h, [(0.3, 0.75), (0.7, 1.0)]), "MULTIPLY")
    g.set(base=base, normal=g.bump(h, 0.3, 0.0004))
    g.blend_shader(0.55, clear)
    return g.material


def _bulb(power: float, z: float) -> Any:
    lamp = bpy.data.lights.new("bulb", "POINT")
    lamp.energy = power
    lamp.color = (1, 0.78, 0.5)
    lamp.shadow_soft_size = 0.03
    thing = link("bulb", lamp)
    thing.location = (0, 0, z)
    return thing


def _shade(look: Look, low: float, high: float) -> list[Any]:
    wide = look("r1", 0.145)
    narrow = wide * look("k", 0.75)
    colour = look("sc", "#f2e8d5")
    cone = thicken(lathe([(wide, low), (narrow, high)], _linen(colour), segments=128, angle=80), 0.0012)
    hems = [
        tube(ring(r, z), 0.0022, plastic(colour, 0.8), closed=True, smooth=False)
        for r, z in ((wide, low), (narrow, high))
    ]
    arms = [((0, 0, high), (narrow * math.cos(a), narrow * math.sin(a), high)) for a in (0, 2.1, 4.2)]
    return [cone, *hems, *(tube(arm, 0.0015, metal(*BRASS), smooth=False) for arm in arms)]


def build(look: Look, rng: Random) -> Model:
    """A lamp with a cloth shade."""
    height, radius = look("H", 0.48), look("R", 0.085)
    foot = height * 0.56
    curve = catmull([(radius * a, foot * i / 4) for i, a in enumerate(FORMS[look("form", "gourd")])], 10)
    outline = [(0, 0), (curve[0][0] * 0.97, 0), *(tuple(p) for p in curve), (0.006, foot + 0.003), (0, foot + 0.003)]
    base = lathe(outline, material(look("base")), round_edges=0.0015, angle=40)
    rod = lathe([(0.006, foot), (0.006, foot + 0.09), (0, foot + 0.09)], metal(*BRASS))
    low, top = foot + 0.025, height
    knob = [(0, top), (0.004, top), (0.007, top + 0.008), (0.004, top + 0.014), (0, top + 0.016)]
    bulb = _bulb(look("power", 4.5), (low + top) / 2)
    parts = [base, rod, *_shade(look, low, top), lathe(knob, metal(*BRASS)), bulb]
    return Model(group(parts, "tablelamp"), {"el": 0.12, "bg": "#e9e4dd"})
