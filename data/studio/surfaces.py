"""What products stand on and in front of: table tops, floors, walls, framed pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import plastic, printed, weave, wood
from data.studio.blender.mesh import box, flat
from data.studio.colour import shade
from data.studio.paint.covers import cover

TOPS = (
    "wood #a87a4c", "cloth #d8cdb9", "wood #c7a171", "stone #e4e1db", "check #c4473a #f2ece0", "wood #7a5232",
    "paint #e9e6df", "cloth #6f8791", "check #3f6f9a #f2ece0", "stone #55585c", "cloth #b9a08a", "paint #9fb5a6",
)  # fmt: skip
FLOORS = ("#b08a5e", "#8f6a45", "#c9a97e", "#6f5138", "#a89a88")
WALLS = ("#d9d0c0", "#a9b7ae", "#c9a994", "#8e9dab", "#e4dfd5", "#d9c08a", "#c4a9b0")
DARK_JOINT = (0.02, 0.012, 0.008)


def planks(colour: str, rough: float = 0.35, width: float = 0.14, length: float = 1.4, coat: float = 0.08) -> Any:
    """Floorboards along x, each with its own grain."""
    g = Graph("planks", rough=rough, coat=coat, coatr=0.3)
    v = g.coords()
    brick = g.tree.nodes.new("ShaderNodeTexBrick")
    given = {"Vector": v, "Scale": 1.0, "Mortar": (0.03, 0.02, 0.012, 1), "Color1": (0.25,) * 3 + (1,)}
    given |= {"Color2": (0.8,) * 3 + (1,), "Mortar Size": 0.0018, "Brick Width": length, "Row Height": width}
    for key, value in given.items():
        g.put(brick.inputs[key], value)
    brick.offset = 0.37
    own = g.mix(1.0, brick.outputs["Color"], (7, 9, 3), "MULTIPLY")
    moved = g.node("VectorMath", {0: g.stretch(v, (1.1, 14, 14)), 1: own}, operation="ADD")
    rings = g.math("FRACT", g.mul(g.noise(moved, 0.9, 3, 0.5, 0.4), 7.0))
    rings = g.ramp(rings, [(0, 0.0), (0.75, 1.0), (1, 0.0)])
    fibres = g.noise(g.stretch(v, (5, 140, 140)), 1.6, 4, 0.65)
    f = g.add(g.mul(rings, 0.3), g.mul(fibres, 0.6))
    base = g.ramp(f, [(0.15, shade(colour, 0.55)), (0.75, shade(colour, 1.15))])
    base = g.mix(0.35, base, g.times(base, brick.outputs["Color"]))
    base = g.mix(brick.outputs["Fac"], base, DARK_JOINT)
    height = g.sub(g.mul(fibres, 0.3), brick.outputs["Fac"])
    return g.set(base=base, normal=g.bump(height, 0.4, 0.001)).material


def wall(colour: str) -> Any:
    """Painted plaster."""
    g = Graph("wall", base=colour, rough=0.85, spec=0.2)
    return g.set(normal=g.bump(g.noise(g.coords(), 260, 3), 0.12, 0.001)).material


def _check(first: str, second: str) -> Any:
    def pattern(g: Graph, v: Any) -> Any:
        stops = [(0, first), (0.5, second)]
        return g.mix(0.5, *(g.bands(g.mul(g.axis(v, i), 16.0), stops) for i in (0, 1)))

    return weave(first, scale=1800, bump=0.6, pattern=pattern)


def _stone(colour: str) -> Any:
    g = Graph("stone", rough=0.35, coat=0.1)
    n = g.noise(g.coords(), 5, 8, 0.7, 1.2)
    stops = [(0.35, shade(colour, 0.85)), (0.48, shade(colour, 1.0)), (0.52, shade(colour, 0.55))]
    return g.set(base=g.ramp(n, [*stops, (0.56, shade(colour, 1.02))])).material


TOP_KINDS: dict[str, Callable[..., Any]] = {
    "cloth": lambda colour: weave(colour, scale=1800, bump=0.7),
    "check": _check,
    "stone": _stone,
    "paint": lambda colour: plastic(colour, 0.55),
    "wood": lambda colour: planks(colour, 0.45, 0.11, 2.0),
}


def top(spec: str) -> Any:
    """A table top from a short text such as 'wood #a87a4c' or 'check #c4473a #f2ece0'."""
    kind, *colours = spec.split()
    return TOP_KINDS[kind](*colours)


def frame(w: float, h: float, at: Any, kind: str, palette: Any) -> Any:
    """A framed poster on a wall, `kind` of paint/covers.py."""
    picture, _ = cover(kind, palette, ("", ""), "", w, h, 0.03)
    timber = wood("#6b4a2f", axis="X")
    sides = ((0, h / 2, w + 0.03, 0.02), (0, -h / 2, w + 0.03, 0.02), (-w / 2, 0, 0.02, h), (w / 2, 0, 0.02, h))
    parts = [box((wide, 0.025, high), timber, 0.002, (x, 0, z)) for x, z, wide, high in sides]
    parts.append(box((w, 0.006, h), plastic("#f4f1ea", 0.8), 0, (0, 0.006, 0)))
    x, z = w * 0.36, h * 0.36
    corners = [(-x, 0.002, -z), (x, 0.002, -z), (x, 0.002, z), (-x, 0.002, z)]
    parts.append(flat(corners, printed(picture, 0.5)))
    root = group(parts, "frame")
    root.location = at
    return root
