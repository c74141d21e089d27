"""Glazed stoneware and its decorations. Vessels must stand at z = 0: stripes, dips and rims go by object z."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.studio.blender.graph import Graph
from data.studio.colour import linear, shade

RAW_CLAY = "#c9a98a"


def ceramic(
    colour: str,
    speckle: float = 0,
    dip: str | None = None,
    dip_height: float = 0.05,
    rough: float = 0.18,
    height: float = 0.1,
    **decoration: Any,
) -> Any:
    """Glaze over clay; `height` is the vessel's, in metres.

    Decorations: reactive=second glaze running from the top; stripes=(count, colour, z0, z1); dots=(colour, scale,
    aspect); rim=(colour, height of the painted lip). `dip` is the colour of the bare foot below `dip_height`.
    """
    g = Graph("ceramic", rough=rough, coat=0.3 if rough < 0.5 else 0.05, coatr=0.08)
    v = g.coords()
    base = g.mix(g.ramp(g.noise(v, 25, 3), [(0.3, 0.0), (0.75, 1.0)]), shade(colour, 0.88), shade(colour, 1.06))
    z = g.axis(v, 2)
    wobble = g.mul(g.sub(g.noise(v, 22, 2), 0.5), 0.012)
    base = _decorated(g, base, v, z, wobble, height, speckle, decoration)
    waves = g.noise(v, 60, 2)
    gloss: Any = rough
    if dip:
        base, gloss = _dipped(g, base, v, g.add(z, g.mul(wobble, 1.3)), dip, dip_height, rough)
    return g.set(base=base, rough=gloss, normal=g.bump(waves, 0.25, 0.0015)).material


def _decorated(
    g: Graph, base: Any, v: Any, z: Any, wobble: Any, height: float, speckle: float, decoration: Mapping[str, Any]
) -> Any:
    """The glaze's colour with everything painted on it."""
    if decoration.get("reactive"):
        base = _reactive(g, base, v, z, wobble, height, decoration["reactive"])
    if decoration.get("stripes"):
        base = _stripes(g, base, z, wobble, *decoration["stripes"])
    if decoration.get("dots"):
        colour, scale, aspect = decoration["dots"]
        d = g.voronoi(g.stretch(g.coords("UV"), (scale, scale * aspect, 1)), 1.0, rand=0.0)
        base = g.mix(g.less(d, 0.27), base, linear(colour))
    if speckle:
        stops = [(0.66 - 0.05 * speckle, 0.0), (0.69 - 0.05 * speckle, 1.0)]
        base = g.mix(g.ramp(g.noise(v, 420, 2, 0.6), stops), base, shade(RAW_CLAY, 0.16))
    if decoration.get("rim"):
        colour, lip = decoration["rim"]
        base = g.mix(g.greater(g.add(z, g.mul(wobble, 0.1)), height - lip), base, linear(colour))
    return base


def _reactive(g: Graph, base: Any, v: Any, z: Any, wobble: Any, height: float, colour: str) -> Any:
    runs = g.noise(g.stretch(v, (1, 1, 0.12)), 160, 3, 0.6)
    level = g.math("DIVIDE", g.add(z, g.mul(wobble, 3.0)), height)
    f = g.ramp(g.add(level, g.mul(g.sub(runs, 0.5), 0.35)), [(0.35, 0.0), (0.8, 1.0)])
    return g.mix(f, base, linear(colour))


def _stripes(g: Graph, base: Any, z: Any, wobble: Any, count: int, colour: str, low: float, high: float) -> Any:
    t = g.math("DIVIDE", g.sub(g.add(z, g.mul(wobble, 0.12)), low), (high - low) / count)
    within = g.mul(g.greater(t, 0.0), g.less(t, count - 0.5 + 0.02))
    return g.mix(g.mul(g.less(g.math("FRACT", t), 0.5), within), base, linear(colour))


def _dipped(g: Graph, base: Any, v: Any, z: Any, dip: str, dip_height: float, rough: float) -> tuple[Any, Any]:
    """Colour and roughness with the bare clay at the foot."""
    glazed = g.ramp(g.math("MULTIPLY_ADD", g.sub(z, dip_height), 90.0, 0.5), [(0.0, 0.0), (1, 1.0)])
    clay = g.mix(g.ramp(g.noise(v, 300, 3), [(0.35, 0.0), (0.7, 1.0)]), shade(dip, 0.85), shade(dip, 1.1))
    g.set(coat=g.mul(glazed, 0.3))
    return g.mix(glazed, clay, base), g.mix(glazed, (0.62, 0.62, 0.62), (rough,) * 3)
