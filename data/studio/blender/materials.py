"""Materials. Colours are '#rrggbb', lengths metres, scales per metre.

Two scales of variation in every base colour and a bump of the true surface are most of the realism.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.studio.blender.ceramic import ceramic
from data.studio.blender.graph import Graph
from data.studio.colour import linear, shade

Pattern = Callable[[Graph, Any], Any]


def grey(graph: Graph, value: Any) -> Any:
    """A number as a colour."""
    return graph.node("CombineColor", {0: value, 1: value, 2: value})


def wood(colour: str, dark: float = 0.45, scale: float = 1, axis: str = "X", rough: float = 0.42) -> Any:
    """Timber with rings and fibres along `axis`."""
    g = Graph("wood", rough=rough, coat=0.1, coatr=0.25)
    along = "XYZ".index(axis)
    rings_at, fibres_at = [9.0] * 3, [160.0] * 3
    rings_at[along], fibres_at[along] = 0.8, 6
    v = g.coords(scale=tuple(value * scale for value in rings_at))
    moved = g.node("VectorMath", {0: v, 1: g.node("ObjectInfo", out="Location")}, operation="ADD")
    rings = g.math("FRACT", g.mul(g.noise(moved, 1.1, 3, 0.5, 0.3), 9.0))
    rings = g.ramp(rings, [(0, 0.0), (0.75, 1.0), (1, 0.0)])
    fibres = g.noise(g.coords(scale=tuple(value * scale for value in fibres_at)), 2.2, 5, 0.65)
    f = g.add(g.mul(rings, 0.45), g.mul(fibres, 0.62))
    base = g.ramp(f, [(0.22, shade(colour, dark)), (0.5, shade(colour, 0.86)), (0.8, shade(colour, 1.16))])
    gloss = g.ramp(fibres, [(0.3, rough + 0.14), (0.7, rough - 0.06)])
    return g.set(base=base, rough=gloss, normal=g.bump(fibres, 0.18, 0.0006)).material


def weave(
    colour: str,
    second: str | None = None,
    scale: float = 900,
    rough: float = 0.9,
    bump: float = 0.6,
    uv: str = "Object",
    mottle: float = 0.12,
    pattern: Pattern | None = None,
    sheen: float = 0.35,
) -> Any:
    """Woven cloth of `scale` threads per metre times two pi; `pattern(graph, coords)` gives the colour."""
    g = Graph("weave", rough=rough, sheen=sheen, sheenr=0.5, spec=0.25)
    v = g.coords(uv)
    x, y, z = (g.axis(v, i) for i in range(3))
    warp = g.math("SINE", g.mul(g.add(x, g.mul(z, 0.7)), scale))
    weft = g.math("SINE", g.mul(g.add(y, g.mul(z, 0.7)), scale))
    h = g.mul(warp, weft)
    fuzz = g.noise(v, scale * 0.35, 3, 0.7)
    base = pattern(g, v) if pattern else linear(colour)
    if second:
        base = g.mix(g.ramp(h, [(0.35, 0.0), (0.65, 1.0)]), base, linear(second))
    yarns = [g.noise(g.stretch(v, stretch), scale * 0.25, 3, 0.7) for stretch in ((1, 0.06, 1), (0.06, 1, 1))]
    base = g.times(base, grey(g, g.math("MULTIPLY_ADD", g.sub(g.add(*yarns), 1.0), mottle * 4, 1.0)))
    hollow = g.mul(g.sub(1.0, g.math("MULTIPLY_ADD", h, 0.5, 0.5)), 0.35)
    base = g.mix(hollow, base, g.times(base, (0.35, 0.35, 0.35)))
    height = g.add(h, g.mul(fuzz, 1.2))
    return g.set(base=base, normal=g.bump(height, bump, 0.6 / scale)).material


def leather(colour: str, scale: float = 260, rough: float = 0.42, bump: float = 0.35) -> Any:
    """Leather with a grain of `scale` cells a metre."""
    g = Graph("leather", rough=rough, spec=0.45)
    v = g.coords()
    grain = g.ramp(g.voronoi(v, scale, "DISTANCE_TO_EDGE"), [(0, 0.0), (0.22, 1.0)])
    n = g.noise(v, scale * 0.12, 4)
    base = g.mix(g.ramp(n, [(0.3, 0.0), (0.75, 1.0)]), shade(colour, 0.82), shade(colour, 1.08))
    base = g.mix(grain, g.times(base, (0.7, 0.66, 0.62)), base)
    gloss = g.ramp(n, [(0.3, rough + 0.12), (0.7, rough - 0.06)])
    return g.set(base=base, rough=gloss, normal=g.bump(g.add(grain, g.mul(n, 0.8)), bump, 0.0006)).material


BRUSH = {"X": (1, 400, 400), "Y": (400, 1, 400), "Z": (400, 400, 1), "R": (20, 20, 900)}


def metal(colour: str = "#d8d8d8", rough: float = 0.22, brushed: str | None = None) -> Any:
    """Metal, plain or brushed along an axis ("R": turned round z)."""
    g = Graph("metal", metal=1.0, base=colour, rough=rough)
    if brushed:
        n = g.noise(g.coords(scale=BRUSH[brushed]), 3, 4, 0.6)
        gloss = g.ramp(n, [(0.3, rough * 0.7), (0.7, rough * 1.6)])
        return g.set(rough=gloss, normal=g.bump(n, 0.12, 0.0002), aniso=0.5).material
    n = g.noise(g.coords(), 40, 3)
    return g.set(rough=g.ramp(n, [(0.3, rough * 0.85), (0.7, rough * 1.2)])).material


def plastic(colour: str, rough: float = 0.35, grain: float = 0, coat: float = 0) -> Any:
    """Plastic or paint, with an optional fine grain."""
    g = Graph("plastic", base=colour, rough=rough, coat=coat, coatr=0.05)
    if grain:
        g.set(normal=g.bump(g.noise(g.coords(), 1500, 2, 0.6), grain, 0.0003))
    return g.material


def glass(colour: str = "#ffffff", rough: float = 0.0, ior: float = 1.48) -> Any:
    """Glass with transparent shadow rays, which stand in for caustics at a fraction of their price."""
    g = Graph("glass", base=colour, rough=rough, ior=ior, trans=1.0)
    clear = g.node("BsdfTransparent", {0: shade(colour, 0.93)})
    g.blend_shader(g.node("LightPath", out="Is Shadow Ray"), clear)
    return g.material


def printed(
    path: Path, rough: float = 0.4, uv: str = "UV", scale: Any = (1, 1, 1), coat: float = 0, bump: float = 0
) -> Any:
    """A painted picture on paper or card."""
    g = Graph("print", rough=rough, coat=coat, coatr=0.1)
    g.set(base=g.image(path, g.coords(uv, scale=scale), "EXTEND"))
    if bump:
        g.set(normal=g.bump(g.noise(g.coords(), 500, 3), bump, 0.0005))
    return g.material


def marble(colour: str) -> Any:
    """Veined stone; veins are lighter than a dark stone and darker than a light one."""
    g = Graph("marble", rough=0.18, coat=0.3)
    n = g.noise(g.coords(), 4, 8, 0.7, 1.4)
    vein = shade(colour, 0.42 if linear(colour)[0] > 0.2 else 6.0)
    stops = [(0.36, shade(colour, 0.9)), (0.48, shade(colour, 1.0)), (0.5, vein)]
    g.set(base=g.ramp(n, [*stops, (0.525, shade(colour, 0.95)), (0.7, shade(colour, 1.05))]))
    return g.material


def rubber(colour: str, rough: float = 0.6, grain: float = 0.4) -> Any:
    """Soft rubber."""
    return plastic(colour, rough, grain)


NAMED: dict[str, Callable[[], Any]] = {
    "brass": lambda: metal("#c9a35a", 0.25, "R"),
    "black": lambda: metal("#242426", 0.4),
    "steel": lambda: metal("#cfd0d2", 0.28),
    "copper": lambda: metal("#c8825c", 0.25, "R"),
    "white": lambda: plastic("#efece6", 0.4),
}
COLOURED: dict[str, Callable[[list[str]], Any]] = {
    "ceramic": lambda words: ceramic(words[1], 0.8 if "speckle" in words else 0, rough=0.15),
    "reactive": lambda words: ceramic(words[1], 0, rough=0.15, height=0.27, reactive=words[2]),
    "matte": lambda words: ceramic(words[1], 0, rough=0.6),
    "wood": lambda words: wood(words[1], axis="Z"),
    "glass": lambda words: glass(words[1]),
    "concrete": lambda words: ceramic(words[1], 0.5, rough=0.85),
    "paint": lambda words: plastic(words[1], 0.4, 0.15),
    "gloss": lambda words: plastic(words[1], 0.15, coat=0.5),
    "leather": lambda words: leather(words[1], 420),
    "cloth": lambda words: weave(words[1], scale=1800),
    "metal": lambda words: metal(words[1], 0.3),
}


def material(spec: str, same: str = "") -> Any:
    """A material from a short text of the variants table.

    'brass', 'black', 'steel', 'copper', 'white', or a word of `COLOURED` with its colour, such as
    'ceramic #c8623a speckle', 'reactive #9cc2b0 #2f6a5a', 'wood #a9744a'; 'same wood' is the wood of `same`.
    """
    words = spec.split()
    if spec == "same wood":
        return wood(same, axis="Z")
    return COLOURED[words[0]](words) if words[0] in COLOURED else NAMED[words[0]]()
