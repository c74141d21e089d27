"""Perfume bottles.

lc colour of the liquid, gc tint of the glass, w d h size, rd corner radius, cap cyl | wood | box | ball (ball its
colour), m colour of the metal, brand, scent, lbg colour of the label, net content.
"""

from __future__ import annotations

from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import glass, metal, plastic, printed, wood
from data.studio.blender.mesh import box, flat, lathe, slab, tube
from data.studio.blender.outlines import catmull, rounded
from data.studio.look import Look, Model
from data.studio.paint.labels import label


def _cap(look: Look, w: float, d: float, h: float, steel: Any) -> Any:
    kind = look("cap", "cyl")
    if kind == "ball":
        outline = [(0.007, h + 0.004), (0.014, h + 0.012), (0.0165, h + 0.022), (0.012, h + 0.033), (0, h + 0.0375)]
        return lathe(catmull(outline, 8), plastic(look("ball", "#1b1b1d"), 0.12, coat=0.5))
    if kind == "box":
        return box((w * 0.5, d * 0.72, 0.026), steel, 0.0015, (0, 0, h + 0.018))
    outline = [(0, h + 0.004), (0.0125, h + 0.004), (0.0125, h + 0.034), (0, h + 0.034)]
    return lathe(outline, steel if kind == "cyl" else wood("#a9744a", scale=4, axis="Z"), round_edges=0.001)


def build(look: Look, rng: Random) -> Model:
    """A filled bottle with a paper label."""
    w, d, h, rd = look("w", 0.055), look("d", 0.03), look("h", 0.072), look("rd", 0.004)
    bottle = slab(rounded(w, d, rd, 8), h, glass(look("gc", "#ffffff"), ior=1.5), 0.003, segments=4)
    bottle.location.z = h / 2
    deep = h * 0.86 - 0.008
    inside = rounded(w - 0.007, d - 0.007, max(rd - 0.0035, 0.002), 8)
    liquid = slab(inside, deep, glass(look("lc"), ior=1.36), 0.002)
    liquid.location.z = 0.005 + deep / 2
    steel = metal(look("m", "#d9dadb"), 0.2)
    collar = lathe([(0.009, h), (0.009, h + 0.006), (0, h + 0.006)], steel)
    straw = tube([(0, 0, h), (0, 0, 0.012)], 0.0009, plastic("#ffffff", 0.3), smooth=False)
    paper = label(look("lbg", "#f7f3ea"), look("brand"), look("scent"), look("net", "50 ml"))
    half, y, low = w * 0.31, -d / 2 - 0.0002, h * 0.28
    high = low + w * 0.62 * 0.75
    sticker = flat([(-half, y, low), (half, y, low), (half, y, high), (-half, y, high)], printed(paper, 0.45))
    parts = [bottle, liquid, collar, _cap(look, w, d, h, steel), straw, sticker]
    return Model(group(parts, "perfume"), {"az": look("az", 0.15), "el": 0.16})
