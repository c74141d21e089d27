"""House plants in pots.

kind rubber | snake | cactus | aloe; pot material, or c colour of a glazed pot with sp, dip, rough, deco as for mugs; R
radius of the pot and ph its height as a share of it; leaf two greens. rubber: stems, top height of the stems, ll and lw
factors on the leaves' length and width. aloe: n leaves, L their length. cactus: cols [x, y, radius, height] and ribs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.ceramic import ceramic
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import material, plastic
from data.studio.blender.mesh import lathe, tube, vessel
from data.studio.blender.outlines import catmull
from data.studio.colour import linear
from data.studio.kinds.leaves import Leaf, leaf, leaf_material
from data.studio.look import Look, Model

FULL = 6.28
GOLDEN = 2.4


def _pot(look: Look, radius: float, height: float) -> list[Any]:
    outline = [(radius * 0.72, 0), (radius * 0.78, 0.004), (radius * 0.9, height * 0.5), (radius, height)]
    if look("pot"):
        surface = material(look("pot"))
    else:
        surface = ceramic(
            look("c"), look("sp", 0), look("dip"), height * 0.35, look("rough", 0.4), height, **look("deco", {})
        )
    g = Graph("soil", rough=1.0)
    n = g.noise(g.coords(), 140, 5, 0.7)
    g.set(base=g.ramp(n, [(0.3, "#1d130c"), (0.7, "#4d3826")]), normal=g.bump(n, 1.0, 0.006))
    soil = lathe([(0, height * 0.88), (radius * 0.9, height * 0.87)], g.material, segments=64)
    return [vessel(outline, 0.006, material=surface, round_edges=0.001), soil]


def _cactus(look: Look, rng: Random, radius: float, height: float) -> list[Any]:
    dark, pale = look("leaf", ("#2f6b3a", "#5f9455"))
    g = Graph("cactus", rough=0.55, sheen=0.15)
    spots = g.ramp(g.noise(g.coords(), 40, 4), [(0.3, 0.0), (0.7, 1.0)])
    g.set(base=g.mix(spots, linear(dark), linear(pale)))
    spine, ribs = plastic("#efe6cf", 0.7), look("ribs", 12)
    parts = []
    for x, y, wide, high in look("cols", [(0, 0, 0.045, 0.2)]):
        low = height * 0.8
        steps = ((0.8, 0), (1, 0.25), (1.02, 0.7), (0.8, 0.93), (0.3, 1))
        outline = catmull([*((wide * r, low + high * t) for r, t in steps), (0.0005, low + high)], 10)
        folds = _folds(ribs)
        column = lathe([tuple(p) for p in outline], g.material, segments=ribs * 12, rib=folds, angle=180)
        column.location = (x, y, 0)
        parts.append(column)
        for i in range(ribs):
            for r, z in outline[6:-6:4]:
                parts += _spines(x, y, 2 * math.pi * i / ribs, r * 1.08, z, spine)
    return parts


def _folds(ribs: int) -> Callable[[float, float], float]:
    return lambda a, z: 1 + 0.16 * abs(math.cos(a * ribs / 2)) - 0.08


def _spines(x: float, y: float, a: float, r: float, z: float, surface: Any) -> list[Any]:
    root = (x + r * math.cos(a), y + r * math.sin(a), z)
    tips = [
        (root[0] + 0.009 * math.cos(a + k * 0.7), root[1] + 0.009 * math.sin(a + k * 0.7), z + 0.004 + 0.002 * k)
        for k in (-1, 0, 1)
    ]
    return [tube([root, tip], 0.0004, surface, smooth=False, detail=4) for tip in tips]


def _aloe(look: Look, rng: Random, radius: float, height: float) -> list[Any]:
    surface = leaf_material("aloe", *look("leaf", ("#26452a", "#6f8f62")))
    parts = []
    for i in range(look("n", 16)):
        a, t = i * GOLDEN, i / 15
        shape = Leaf("aloe", look("L", 0.2) * (1 - 0.35 * t), 0.02 * (1 - 0.2 * t), -0.35 + 0.5 * t, 0.5)
        at = (0.012 * math.cos(a), 0.012 * math.sin(a), height * 0.86)
        parts.append(leaf(shape, surface, at, a - math.pi / 2, 0.5 + 0.85 * t))
    return parts


def _snake(look: Look, rng: Random, radius: float, height: float) -> list[Any]:
    surface = leaf_material("snake", *look("leaf", ("#26452a", "#6f8f62")))
    parts = []
    for _ in range(rng.randint(8, 12)):
        a, far = rng.uniform(0, FULL), rng.uniform(0, radius * 0.5)
        shape = Leaf("snake", rng.uniform(0.2, 0.42), rng.uniform(0.018, 0.027), rng.uniform(-0.12, 0.2), 0.35)
        at = (far * math.cos(a), far * math.sin(a), height * 0.85)
        yaw = a - math.pi / 2 + rng.uniform(-0.5, 0.5)
        parts.append(leaf(shape, surface, at, yaw, rng.uniform(1.3, 1.5), rng.uniform(-0.9, 0.9)))
    return parts


def _rubber(look: Look, rng: Random, radius: float, height: float) -> list[Any]:
    surface = leaf_material("rubber", *look("leaf", ("#1f4a22", "#2f6b2e")))
    parts = []
    for _ in range(look("stems", 2)):
        a, top = rng.uniform(0, FULL), look("top", 0.27)
        steps = ((0, height * 0.8), (0.02, height * 0.85 + top * 0.4), (0.05, height * 0.85 + top))
        stem = catmull([(r * math.cos(a), r * math.sin(a), z) for r, z in steps], 10)
        parts.append(tube(stem, 0.005, plastic("#6b5a3a", 0.7), smooth=False, radii=[1.2, 0.6]))
        count = rng.randint(8, 11)
        for i in range(count):
            at = stem[int((0.2 + 0.8 * i / (count - 1)) * (len(stem) - 1))]
            long = rng.uniform(0.14, 0.2) * look("ll", 1.0) * (1 - 0.3 * (i / count) ** 2)
            wide = long * look("lw", 1.0) * rng.uniform(0.3, 0.36)
            shape = Leaf("rubber", long, wide, rng.uniform(0.4, 1.0), 0.25)
            pitch = rng.uniform(0.2, 0.6) + 0.55 * i / count
            parts.append(leaf(shape, surface, tuple(at), a + i * GOLDEN, pitch))
    return parts


GROW: dict[str, Callable[[Look, Random, float, float], list[Any]]] = {
    "rubber": _rubber, "snake": _snake, "cactus": _cactus, "aloe": _aloe,
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """A potted plant."""
    radius = look("R", 0.08)
    height = radius * look("ph", 1.65)
    parts = [*_pot(look, radius, height), *GROW[look("kind", "rubber")](look, rng, radius, height)]
    return Model(group(parts, "plant"), {"el": 0.12, "az": 0})
