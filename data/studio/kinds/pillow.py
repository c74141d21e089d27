"""Cushions, sewn and blown up in a simulation, leaning back.

pal three colours, kind of pattern (PATTERNS), w and h size (square 0.45 unless w > 0.46), seed which of the
simulated folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.cloth import cloth_mesh, kept, sewn, simulate
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import weave
from data.studio.blender.mesh import solid, subdivide
from data.studio.colour import linear
from data.studio.look import Look, Model

Palette = Sequence[str]


def _plain(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    return linear(pal[1])


def _ticking(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    return g.bands(g.mul(x, 26.0), [(0, pal[0]), (0.72, pal[1])])


def _hstripe(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    return g.bands(g.mul(y, 6.0), [(0, pal[0]), (0.33, pal[1]), (0.66, pal[2])])


def _block(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    up = g.math("MULTIPLY_ADD", y, 2.0, 0.5)
    return g.ramp(up, [(0, pal[1]), (0.42, pal[0]), (0.62, pal[2])], "CONSTANT")


def _rings(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    far = g.node("VectorMath", {0: v}, operation="LENGTH", out=1)
    return g.bands(g.mul(far, 13.0), [(0, pal[0]), (0.5, pal[1])])


def _stripe(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    stops = [(0, pal[0]), (0.45, pal[1]), (0.55, pal[0]), (0.7, pal[2]), (0.75, pal[0])]
    return g.bands(g.mul(x, 9.0), stops)


def _check(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    return g.mix(0.5, *(g.bands(g.mul(k, 11.0), [(0, pal[0]), (0.5, pal[1])]) for k in (x, y)))


def _diamond(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    f = g.add(*(g.math("PINGPONG", g.mul(k, 9.0), 0.5) for k in (x, y)))
    stops = [(0, pal[1]), (0.28, pal[0]), (0.46, pal[2]), (0.56, pal[0]), (0.78, pal[1])]
    return g.ramp(f, stops, "CONSTANT")


def _chevron(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    zigzag = g.add(g.mul(y, 14.0), g.math("PINGPONG", g.mul(x, 14.0), 0.5))
    return g.bands(zigzag, [(0, pal[0]), (0.5, pal[1])])


def _dots(g: Graph, v: Any, x: Any, y: Any, pal: Palette) -> Any:
    return g.ramp(g.voronoi(v, 26, rand=0.0), [(0, pal[1]), (0.3, pal[0])], "CONSTANT")


PATTERNS: dict[str, Callable[[Graph, Any, Any, Any, Palette], Any]] = {
    "plain": _plain, "ticking": _ticking, "hstripe": _hstripe, "block": _block, "rings": _rings, "stripe": _stripe,
    "check": _check, "diamond": _diamond, "chevron": _chevron, "dots": _dots,
}  # fmt: skip


def _outline(a: float, b: float) -> list[tuple[float, float]]:
    corners = [(-a, -b), (a, -b), (a, b), (-a, b)]
    out = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        out += [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in np.linspace(0, 1, 12, endpoint=False)]
    return out


def build(look: Look, rng: Random) -> Model:
    """A cushion with a woven cover."""
    w = look("w", 0.45)
    h = look("h", 0.45) if w > 0.46 else 0.45
    outline = _outline(w / 2, h / 2)
    key = f"{w}{h}{look.seed}"
    points, faces = sewn(f"sew_p{key}", outline, outline, 0.0125, None, z=0.012, seed=look.seed)
    pillow = solid("pillow", cloth_mesh("pillow", points, faces))

    def blow_up() -> None:
        simulate(pillow, 26, 9, gravity=0, floor=False, shrink=-0.02, tension=30, bend=1.2, mass=0.3, air=4)

    kept(f"pillow{key}", pillow, blow_up)
    pal, paint = look("pal"), PATTERNS[look("kind", "plain")]

    def pattern(g: Graph, v: Any) -> Any:
        return paint(g, v, g.axis(v, 0), g.axis(v, 1), pal)

    pillow.data.materials.append(weave(pal[0], scale=1500, uv="UV", pattern=pattern, bump=0.7))
    subdivide(pillow, 1)
    pillow.rotation_euler = (math.radians(78), 0, 0)
    return Model(group([pillow], "pillow"), {"az": look("az", 0.2), "el": 0.14})
