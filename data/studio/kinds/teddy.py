"""Soft toys with real fur (hair particles).

c colour, c2 colour of ears and paws, kind bear | bunny | dog | cat, muzzle colour, rb colour of the ribbon (none
without it), glow emission of the fur.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import bmesh
import bpy
import numpy as np

from data.studio.blender.cushion import cushion
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import plastic, weave
from data.studio.blender.mesh import smooth, tube
from data.studio.colour import shade
from data.studio.look import Look, Model

EARS = {  # right ear: place and size; the left one mirrors it
    "bear": ((0.05, 0, 0.272), (0.025, 0.014, 0.025), 0.0),
    "bunny": ((0.03, 0.004, 0.315), (0.019, 0.011, 0.062), 0.16),
    "dog": ((0.07, -0.008, 0.228), (0.016, 0.024, 0.048), -0.35),
    "cat": ((0.044, 0, 0.268), (0.02, 0.012, 0.032), 0.25),
}
BODY = (((0, 0, 0.1), (0.075, 0.065, 0.088)), ((0, -0.008, 0.222), (0.068, 0.06, 0.06)))
LIMBS = (((0.082, -0.03, 0.13), (0.028, 0.03, 0.055), 0.5), ((0.052, -0.085, 0.035), (0.035, 0.062, 0.034), 0.0))
HAIRS_PER_METRE = 9000


def _fur_material(colour: str, glow: float) -> Any:
    """Fur with a little light of its own: hair with few bounces would be far too dark."""
    g = Graph("fur", base=colour, rough=0.75, sheen=0.3)
    strand = g.mix(g.node("HairInfo", out="Random"), shade(colour, 0.8), shade(colour, 1.2))
    return g.set(base=strand, emit=strand, emits=glow).material


def _fur(thing: Any, count: float, length: float, seed: int) -> None:
    thing.modifiers.new("fur", "PARTICLE_SYSTEM")
    system = thing.particle_systems[0]
    settings = system.settings
    given = {
        "type": "HAIR", "count": int(count), "hair_length": length, "hair_step": 4, "child_type": "INTERPOLATED",
        "rendered_child_count": 14, "child_length": 1.0, "roughness_1": 0.004, "roughness_1_size": 0.02,
        "roughness_2": 0.006, "clump_factor": 0.25, "root_radius": 0.35, "tip_radius": 0.1, "radius_scale": 0.0011,
        "use_advanced_hair": True, "brownian_factor": 0.0006, "material": 1,
    }  # fmt: skip
    for key, value in given.items():
        setattr(settings, key, value)
    system.seed = seed


def _ball(at: Any, size: Any, surface: Any, turn: float = 0) -> Any:
    """An ellipsoid of half axes `size`."""
    work = bmesh.new()
    bmesh.ops.create_icosphere(work, subdivisions=4, radius=1)
    bmesh.ops.scale(work, vec=size, verts=work.verts)
    thing = smooth("ball", work, surface)
    thing.location = at
    thing.rotation_euler = (0, turn, 0)
    return thing


def _body(look: Look) -> list[Any]:
    glow = look("glow", 0.17)
    coats = [_fur_material(look("c"), glow), _fur_material(look("c2", look("c")), glow)]
    pieces = [(*part, 0.0, coats[0]) for part in BODY]
    for at, size, turn in (EARS[look("kind", "bear")], *LIMBS):
        pieces += [((s * at[0], *at[1:]), size, s * turn, coats[1]) for s in (-1, 1)]
    parts = []
    for at, size, turn, coat in pieces:
        ball = _ball(at, size, coat, turn)
        _fur(ball, sum(size) * HAIRS_PER_METRE, 0.012, look.seed)
        parts.append(ball)
    return parts


def _face(look: Look) -> list[Any]:
    colour = look("muzzle", "#efe2c9")
    soft = Graph("muzzle", rough=0.8, base=colour, emit=colour, emits=0.2).material
    snout = _ball((0, -0.056, 0.206), (0.03, 0.026, 0.024), soft)
    _fur(snout, 500, 0.007, look.seed)
    parts = [snout, _ball((0, -0.083, 0.217), (0.0105, 0.008, 0.0075), plastic("#17120f", 0.25, coat=0.4))]
    for s in (-1, 1):
        eye = _ball((s * 0.025, -0.061, 0.238), (0.0068, 0.0068, 0.0072), plastic("#120d0a", 0.08, coat=1))
        sole = _ball((s * 0.052, -0.146, 0.037), (0.022, 0.006, 0.022), soft)
        _fur(sole, 350, 0.005, look.seed)
        parts += [eye, sole]
    return parts


def _ribbon(colour: str) -> list[Any]:
    silk = weave(colour, scale=3000, sheen=0.6, rough=0.5)
    angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    neck = [(0.054 * math.cos(a), 0.05 * math.sin(a) - 0.004, 0.172 + 0.006 * math.sin(a)) for a in angles]
    parts = [tube(neck, 0.009, silk, closed=True, smooth=False)]
    for s in (-1, 1):
        at, turn = (s * 0.026, -0.066, 0.168), (0, s * 0.25, s * -0.2)
        parts.append(cushion((0.05, 0.014, 0.03), silk, 3, at, turn, cuts=10, wrinkle=0.004, seed=3))
    return [*parts, cushion((0.016, 0.016, 0.018), silk, 3, (0, -0.07, 0.168), cuts=8, wrinkle=0.001)]


def build(look: Look, rng: Random) -> Model:
    """A sitting soft toy."""
    bpy.context.scene.cycles.diffuse_bounces = 4
    parts = [*_body(look), *_face(look)]
    if look("rb"):
        parts += _ribbon(look("rb"))
    return Model(group(parts, "teddy"), {"az": look("az", 0.15), "el": 0.15})
