"""Jars of jam, honey, spreads and pickles.

form jam | honey | tall | squat, fill colour of what is in it, bits colour of pieces in it, clear=1 for honey and jelly,
lid material, cloth colour of a checked cloth over the lid, brand, name, net, lbg colour of the label, R radius, H
height.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.decal import label_round
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import glass, material, weave
from data.studio.blender.mesh import lathe, mesh, thicken, tube
from data.studio.blender.outlines import catmull, ring
from data.studio.colour import shade
from data.studio.look import Look, Model
from data.studio.paint.labels import label

FORMS = {
    "jam": (((0.94, 0), (1, 0.05), (1, 0.74), (0.82, 0.9), (0.8, 1)), 0.037, 0.088),
    "honey": (((0.9, 0), (1.04, 0.12), (1.08, 0.5), (1.0, 0.8), (0.8, 0.93), (0.78, 1)), 0.04, 0.086),
    "tall": (((0.95, 0), (1, 0.04), (1, 0.82), (0.84, 0.94), (0.83, 1)), 0.035, 0.135),
    "squat": (((0.95, 0), (1, 0.07), (1, 0.76), (0.9, 0.92), (0.88, 1)), 0.042, 0.06),
}


def _filling(look: Look) -> Any:
    """Honey is clear, jam is not; bits are seeds, peel or herbs."""
    colour = look("fill")
    if look("clear"):
        return glass(colour, ior=1.45)
    g = Graph("filling", rough=0.22, sss=0.25, sssr=0.004, coat=0.3)
    v = g.coords()
    base = g.mix(g.noise(v, 130, 4), shade(colour, 0.6), shade(colour, 1.2))
    if look("bits"):
        base = g.mix(g.less(g.voronoi(v, 190), 0.28), base, shade(look("bits"), 1.0))
    return g.set(base=base, normal=g.bump(g.noise(v, 240, 3), 0.4, 0.001)).material


def _cloth(r: float, z: float, colour: str) -> Any:
    """A checked cloth over the lid, with folds below the string."""

    def pattern(g: Graph, v: Any) -> Any:
        stops = [(0, "#f4efe4"), (0.5, colour)]
        return g.mix(0.5, *(g.bands(g.mul(g.axis(v, i), 120.0), stops) for i in (0, 1)))

    surface = weave(colour, scale=4000, pattern=pattern, bump=0.4)
    rows, around = ((0.0005, 0.019), (0.6, 0.018), (1.0, 0.015), (1.04, 0.006), (1.02, -0.001), (1.24, -0.012)), 144
    points = []
    for at, (k, up) in enumerate(rows):
        for i in range(around):
            a = 2 * math.pi * i / around
            wave = 1 + 0.05 * math.cos(a * 14) * (at >= 4) * (1.6 if at == 5 else 0.5)
            points.append((r * k * wave * math.cos(a), r * k * wave * math.sin(a), z + up))
    faces = [(j * around + i, j * around + (i + 1) % around, (j + 1) * around + (i + 1) % around, (j + 1) * around + i)
             for j in range(len(rows) - 1) for i in range(around)]  # fmt: skip
    return thicken(mesh("cloth", points, faces, surface), 0.0009)


def build(look: Look, rng: Random) -> Model:
    """A closed, full jar with a label."""
    steps, radius, height = FORMS[look("form", "jam")]
    r, h = look("R", radius), look("H", height)
    wall = 0.0026
    outer = catmull([(r * a, h * b) for a, b in steps], 8)
    inner = [(max(x - wall, 0), max(z, 0.0045)) for x, z in outer][::-1]
    jar = lathe([(0, 0), *(tuple(p) for p in outer), *inner, (0, 0.0045)], glass("#fbfffd"), segments=128, angle=60)
    # The filling overlaps the wall by 0.6 of its thickness: a gap would show as a silver skin.
    level = h * 0.9
    body = [(max(x - wall * 0.4, 0), float(np.clip(z, 0.003, level))) for x, z in outer if z < level]
    filling = lathe([(0, 0.003), *body, (body[-1][0], level), (0, level)], _filling(look), segments=128)
    mouth = float(outer[-1][0])
    lid = [
        (0, h + 0.012),
        (mouth * 1.02, h + 0.012),
        (mouth * 1.07, h + 0.009),
        (mouth * 1.07, h - 0.004),
        (mouth, h - 0.004),
    ]
    paper = label(look("lbg", "#f7f3ea"), look("brand"), look("name"), look("net", "340 g"))
    low, high = h * 0.2, h * 0.62
    wide = max(float(x) for x, z in outer if low <= z <= high) + 0.0005  # the outline swells between its points
    cover = lathe(lid, material(look("lid", "metal #d6b676")), segments=128, round_edges=0.001, angle=30)
    parts = [jar, filling, cover, label_round(paper, wide, low, high)]
    if look("cloth"):
        parts.append(_cloth(mouth * 1.08, h, look("cloth")))
        parts.append(tube(ring(mouth * 1.12, h, 64), 0.0011, material("wood #c9a46a"), closed=True, smooth=False))
    return Model(group(parts, "jamjar"), {"az": look("az", 0.12), "el": 0.18})
