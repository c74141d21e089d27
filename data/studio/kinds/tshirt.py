"""T-shirts lying flat, sewn and dropped in a simulation.

c colour, long=1 long sleeves, st plain | stripe (c2, freq stripes a metre, duty share of c) | block (c2 above split) |
art (art print of paint/prints.py, ink, text, ac accent), bg backdrop, seed which of the simulated folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.cloth import cloth_mesh, kept, sewn, simulate
from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.mesh import solid, subdivide, thicken
from data.studio.blender.outlines import to_segment
from data.studio.colour import light, linear
from data.studio.look import Look, Model
from data.studio.paint.prints import shirt_print

SHORT = ((0.215, 0.295), (0.41, 0.125), (0.33, 0.03), (0.245, 0.15))
LONG = ((0.215, 0.295), (0.33, 0.12), (0.43, -0.21), (0.345, -0.24), (0.262, 0.06), (0.245, 0.13))
HEM = -0.36
Pattern = Callable[[Look, Graph, Any, Any], Any]


def _neck(depth: float) -> list[tuple[float, float]]:
    return [(0.09 * math.cos(a), 0.34 - depth * math.sin(a)) for a in np.linspace(math.pi, 0, 15)]


def _body(long: bool, seed: int) -> Any:
    """The sewn shirt, with the distance to its edges stored at the points."""
    sleeve = LONG if long else SHORT
    right = [(0.155, 0.322), *sleeve, (0.252, 0), (0.248, -0.2), (0.25, HEM)]
    outline = right + [(-x, y) for x, y in right[::-1]]
    cuff = [np.array(point) for point in (sleeve[2:4] if long else sleeve[1:3])]

    def is_open(v: Any) -> bool:
        across = abs(v.x)
        return v.y < HEM + 0.003 or to_segment((across, v.y), *cuff) < 0.003 or (across < 0.086 and v.y > 0.2)

    key = f"{int(long)}{seed}"
    points, faces = sewn(
        f"sew_t{key}", _neck(0.105) + outline, _neck(0.03) + outline, 0.0105, is_open, z=0.006, seed=seed
    )
    shirt = cloth_mesh("tshirt", points, faces)
    flat = np.array(points)
    rims = {True: np.array(_neck(0.105)), False: np.array(_neck(0.03))}
    neck = np.array([min(np.hypot(*(rims[v[2] >= 0] - v[:2]).T)) for v in flat])
    hem = np.array([min(v[1] - HEM, to_segment((abs(v[0]), v[1]), *cuff)) for v in flat])
    for name, values in (("dneck", neck), ("dhem", hem), ("front", (flat[:, 2] >= 0) * 1.0)):
        shirt.attributes.new(name, "FLOAT", "POINT").data.foreach_set("value", values.astype(np.float32))
    thing = solid("tshirt", shirt)
    thing.location.z = 0.02

    def drop() -> None:
        simulate(thing, 22, 0.35, gravity=1, floor=True, shrink=-0.035, tension=12, bend=0.15, mass=0.25)

    kept(f"tshirt{key}", thing, drop)
    return thing


def _stripe(look: Look, g: Graph, v: Any, y: Any) -> Any:
    on = g.greater(g.math("FRACT", g.mul(y, look("freq", 24.0))), look("duty", 0.5))
    return g.mix(on, linear(look("c")), linear(look("c2", "#22344f")))


def _block(look: Look, g: Graph, v: Any, y: Any) -> Any:
    return g.mix(g.greater(y, look("split", 0.02)), linear(look("c2", "#22344f")), linear(look("c")))


def _art(look: Look, g: Graph, v: Any, y: Any) -> Any:
    ink = look("ink", "#f3efe6" if light(look("c")) < 0.9 else "#222222")
    picture = shirt_print(look("art", "text"), ink, look("text", ""), look("ac", "#d9a441"))
    at = g.stretch(v, (1 / 0.27, 1 / 0.27, 1), (0.5, 0.42, 0))
    shown = g.image(picture, at)
    return g.mix(g.mul(g.image(picture, at, out=1), g.attribute("front")), linear(look("c")), shown)


PATTERNS: dict[str, Pattern] = {
    "plain": lambda look, g, v, y: linear(look("c")),
    "stripe": _stripe,
    "block": _block,
    "art": _art,
}


def _jersey(look: Look) -> Any:
    """Knitted cotton with ribs at the neck and stitched hems."""
    g = Graph("jersey", rough=0.88, sheen=0.25, sheenr=0.5, spec=0.2)
    v = g.coords("UV")
    x, y = g.axis(v, 0), g.axis(v, 1)
    base = PATTERNS[look("st", "plain")](look, g, v, y)
    neck, hem = g.attribute("dneck"), g.attribute("dhem")
    collar = g.less(neck, 0.021)
    around = g.node("Math", {0: g.sub(y, 0.34), 1: x}, operation="ARCTAN2")
    ribs = g.mul(g.math("SINE", g.mul(around, 230.0)), collar)
    seam = g.math("MAXIMUM", g.math("COMPARE", hem, 0.022, 0.0016), g.math("COMPARE", neck, 0.0225, 0.0016))
    mottle = g.noise(g.coords("UV", scale=(1, 3, 1)), 220, 4, 0.7)
    base = g.times(base, g.ramp(mottle, [(0.25, 0.86), (0.75, 1.06)]))
    base = g.mix(g.mul(seam, 0.45), base, g.times(base, (0.4, 0.4, 0.4)))
    base = g.mix(g.mul(collar, 0.12), base, (0, 0, 0))
    knit = g.math("SINE", g.mul(x, 3600.0))
    height = g.add(g.add(g.mul(knit, 0.15), g.mul(ribs, 0.6)), g.mul(seam, -1.4))
    return g.set(base=base, normal=g.bump(g.add(height, g.mul(mottle, 0.5)), 0.5, 0.0006)).material


def build(look: Look, rng: Random) -> Model:
    """A shirt on the floor, seen from above."""
    shirt = _body(bool(look("long")), look.seed)
    shirt.data.materials.append(_jersey(look))
    subdivide(thicken(shirt, 0.0012, offset=1), 1)
    return Model(group([shirt], "tshirt"), {"az": 0, "el": 1.53, "fill": 0.84, "lens": 85})
