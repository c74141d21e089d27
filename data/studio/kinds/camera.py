"""Film cameras with the brand on the front.

top colour of the metal (paint=1 for lacquer), lc colour of the leather, hump=0 for a rangefinder without a prism, lens
colour of a metal lens, LR and L its radius and length, ring colour of its ring, brand.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

from data.studio.blender.decal import letters
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import glass, leather, metal, plastic
from data.studio.blender.mesh import bevel, box, lathe, mesh, slab
from data.studio.blender.outlines import catmull, rounded
from data.studio.look import Look, Model

WIDTH, HEIGHT, DEPTH = 0.132, 0.078, 0.036
BLACK = "#1e1f21"
PRISM = (
    (-0.022, -0.016, 0), (0.022, -0.016, 0), (0.022, 0.016, 0), (-0.022, 0.016, 0), (-0.013, -0.012, 0.016),
    (0.013, -0.012, 0.016), (0.015, 0.014, 0.016), (-0.015, 0.014, 0.016),
)  # fmt: skip
PRISM_FACES = [(0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7), (3, 2, 1, 0)]
BARREL = ((0, 0), (0.98, 0), (1, None), (1, 0.2), (0.95, 0.22), (0.95, 0.3), (1.03, 0.32), (1.03, 0.62), (0.96, 0.64),
          (0.96, 0.78), (1, 0.8), (1, 1), (0.9, 1), (0.86, 0.97), (0.7, 0.8), (0.68, 0.78))  # fmt: skip


def _layers(cover: Any, steel: Any) -> list[Any]:
    """Leather between two metal plates."""
    outline = rounded(WIDTH, DEPTH, DEPTH * 0.42, 8)
    layers = ((0.62, 0.42, cover, 0.0006), (0.12, 0.06, steel, 0.0015), (0.24, 0.84, steel, 0.002))
    parts = []
    for share, middle, surface, edge in layers:
        plate = slab(outline, HEIGHT * share, surface, edge)
        plate.location.z = HEIGHT * middle
        parts.append(plate)
    return parts


def _finder(hump: bool, steel: Any) -> Any:
    if not hump:
        return box((0.022, 0.004, 0.012), glass("#99aabb"), 0.001, (-0.03, -DEPTH / 2 - 0.0005, HEIGHT * 0.84))
    prism = bevel(mesh("prism", PRISM, PRISM_FACES, steel), 0.003, 4, 20)
    prism.location.z = HEIGHT * 0.95
    return prism


def _knob(radius: float, height: float, x: float, y: float, surface: Any, knurled: bool = True) -> Any:
    knurl = (lambda a, z: 1 + 0.015 * math.cos(a * 48)) if knurled else None
    outline = [(0, 0), (radius, 0), (radius, height), (0, height)]
    knob = lathe(outline, surface, segments=192 if knurled else 64, round_edges=0.0008, angle=40, rib=knurl)
    knob.location = (x, y, HEIGHT * 0.96)
    return knob


def _glass() -> Any:
    """The front element with a coating's colour."""
    g = Graph("coating", base="#0a0c12", rough=0.03, coat=1.0, coatr=0.0)
    g.principled.inputs["Thin Film Thickness"].default_value = 420
    g.principled.inputs["Specular IOR Level"].default_value = 0.8
    return g.material


def _lens(look: Look, barrel: Any) -> list[Any]:
    r, length = look("LR", 0.029), look("L", 0.036)
    outline = [(r * a, 0.002 if b is None else length * b) for a, b in BARREL]
    grip = [(r * a, length * b) for a, b in ((1.035, 0.34), (1.045, 0.36), (1.045, 0.58), (1.035, 0.6))]
    band = [(r * a, length * b) for a, b in ((0.965, 0.68), (0.972, 0.685), (0.972, 0.72), (0.965, 0.725))]
    front = catmull([(r * a, length * b) for a, b in ((0.72, 0.74), (0.5, 0.84), (0, 0.9))], 10)
    parts = [
        lathe(outline, barrel, round_edges=0.0005, angle=25, segments=160),
        lathe(grip, barrel, segments=256, rib=lambda a, z: 1 + 0.022 * (math.cos(a * 60) > 0)),
        lathe(band, metal(look("ring", "#d9dadb"), 0.3), segments=96),
        lathe(front, _glass()),
    ]
    for part in parts:
        part.rotation_euler = (math.pi / 2, 0, 0)
        part.location = (0.004, -DEPTH / 2, HEIGHT * 0.46)
    return parts


def build(look: Look, rng: Random) -> Model:
    """A camera."""
    top, hump = look("top", "#c9cacb"), bool(look("hump", 1))
    lacquered = top == BLACK or look("paint")
    steel = plastic(top, 0.35, 0.2) if lacquered else metal(top, 0.38)
    barrel = metal(look("lens"), 0.35) if look("lens") else plastic("#161617", 0.4, 0.15)
    name = letters(look("brand").upper(), 0.0075, plastic("#f2f2f2" if top == BLACK else "#1a1a1a", 0.4))
    name.location = (0, -0.0178, HEIGHT * 0.985) if hump else (0, -DEPTH / 2 - 0.0004, HEIGHT * 0.845)
    parts = [
        *_layers(leather(look("lc", "#1a1a1b"), 900, 0.55, 0.7), steel),
        _finder(hump, steel),
        _knob(0.0095, 0.007, 0.042, 0, steel),
        _knob(0.007, 0.005, -0.045, 0, steel),
        _knob(0.0045, 0.006, 0.058, -0.004, metal("#d0d0d0", 0.2), knurled=False),
        _knob(0.0065, 0.004, 0.024, 0.004, barrel),
        *_lens(look, barrel),
        name,
    ]
    return Model(group(parts, "camera"), {"az": look("az", 0.3), "el": 0.22})
