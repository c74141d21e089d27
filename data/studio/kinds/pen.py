"""Writing instruments, lying.

form fountain | ball | pencil | marker, mat material of the body, cap material of the cap or the end, m colour of the
metal, cap_off=1 lays the cap beside the pen, R radius, L length, tip colour of lead or ink.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.group import group
from data.studio.blender.materials import material, metal, plastic, wood
from data.studio.blender.mesh import box, lathe, mesh, thicken
from data.studio.blender.outlines import catmull
from data.studio.look import Look, Model


def _turn(points: Any, surface: Any, **settings: Any) -> Any:
    """A body of revolution; pens are built along z, tip down, and laid down at the end."""
    return lathe(points, surface, segments=settings.pop("segments", 64), angle=settings.pop("angle", 35), **settings)


def _clip(r: float, top: float, length: float, steel: Any) -> Any:
    return box((r * 0.55, 0.0016, length), steel, 0.0006, (0, -r - 0.0018, top - length / 2))


def _nib(r: float, steel: Any) -> Any:
    """A bent, pointed sheet."""
    points, rows, across = [], 10, 7
    for j in range(rows):
        t = j / (rows - 1)
        wide = r * 0.62 * (1 - t) ** 0.7 * (1 if t > 0.02 else 0.8)
        for i in range(across):
            a = -1 + 2 * i / (across - 1)
            points.append((wide * a, -math.sqrt(max((r * 0.6) ** 2 - (wide * a) ** 2, 0)) * (1 - 0.6 * t), -0.022 * t))
    faces = [
        (j * across + i, j * across + i + 1, (j + 1) * across + i + 1, (j + 1) * across + i)
        for j in range(rows - 1)
        for i in range(across - 1)
    ]
    return thicken(mesh("nib", points, faces, steel), 0.0005)


def _fountain(look: Look, r: float, long: float) -> list[Any]:
    body, cap, steel = material(look("mat")), material(look("cap", look("mat"))), metal(look("m", "#d6b676"), 0.18)
    half = long * 0.46
    outline = [(0, half), (r * 0.75, half), (r, half - 0.012), (r, 0.024), (r * 0.94, 0.022)]
    grip = [(r * 0.94, 0.022), (r * 0.78, 0.016), (r * 0.66, 0.002), (r * 0.7, 0), (0, 0)]
    lid = [(0, long), (r * 0.8, long), (r * 1.12, long - 0.01), (r * 1.16, half * 0.86), (r * 1.04, half * 0.86)]
    ring = [(r * 1.19, half * 0.88), (r * 1.2, half * 0.91), (r * 1.18, half * 0.94)]
    parts = [_turn(outline, body), _turn(grip, plastic("#17171a", 0.2, coat=0.5)), _nib(r, steel)]
    covering = [_turn(lid, cap), _turn(ring, steel), _clip(r * 1.16, long - 0.006, 0.04, steel)]
    if look("cap_off"):
        loose = group(covering, "cap")
        loose.location = (0.026, 0, -half * 0.8)
        return [*parts, loose]
    return [*parts[:2], *covering, *parts[2:]]


def _posted(look: Look, r: float, long: float) -> list[Any]:
    """A ballpoint: metal tip, body, push button, clip."""
    steel = metal(look("m", "#d8d9da"), 0.2)
    tip = [(0, -0.002), (0.0006, -0.002), (0.001, 0.001), (r * 0.55, 0.012), (r * 0.86, 0.022)]
    body = [(r * 0.9, 0.022), (r, 0.034), (r, long * 0.55)]
    upper = [(r * 1.02, long * 0.56), (r * 1.02, long * 0.92), (r * 0.8, long * 0.95), (0, long * 0.95)]
    ring = [(r * 1.0, long * 0.545), (r * 1.08, long * 0.55), (r * 1.08, long * 0.56), (r, long * 0.565)]
    push = [(r * 0.42, long * 0.94), (r * 0.42, long), (r * 0.34, long * 1.01), (0, long * 1.01)]
    surfaces = (steel, material(look("mat")), material(look("cap", look("mat"))), steel, steel)
    parts = [_turn(points, surface) for points, surface in zip((tip, body, upper, ring, push), surfaces, strict=True)]
    return [*parts, _clip(r, long * 0.92, 0.038, steel)]


def _pencil(look: Look, r: float, long: float) -> list[Any]:
    """Six-sided, sharpened, with a ferrule and an eraser."""
    cone = [(r * 0.2, 0.006), (r * 0.98, 0.024), (r * 0.9, 0.026)]
    lead = [(0, 0), (r * 0.06, 0.0006), (r * 0.22, 0.0065), (0, 0.0065)]
    body = lathe(
        [(r * 1.02, 0.022), (r * 1.02, long * 0.93), (0, long * 0.93)], material(look("mat")), segments=6, angle=25
    )
    ferrule = [(r * 0.98, long * 0.92), (r, long * 0.925), (r, long * 0.97), (r * 0.96, long * 0.972)]
    rubber = [(r * 0.94, long * 0.97), (r * 0.94, long), (r * 0.8, long * 1.008), (0, long * 1.01)]
    return [
        _turn(cone, wood("#d9b27c", axis="Z", scale=6)), _turn(lead, plastic(look("tip", "#3a3a3d"), 0.4)), body,
        _turn(ferrule, metal(look("m", "#d6b676"), 0.25), rib=lambda a, z: 1 + 0.012 * math.cos(z * 4000)),
        _turn(rubber, material(look("cap", "paint #d98b94"))),
    ]  # fmt: skip


def _marker(look: Look, r: float, long: float) -> list[Any]:
    colour = look("tip", "#2f6fb5")
    body = [
        (0, long * 0.62),
        (r * 0.9, long * 0.62),
        (r, long * 0.6),
        (r, 0.03),
        (r * 0.75, 0.02),
        (r * 0.45, 0.012),
        (0, 0.012),
    ]
    felt = catmull([(r * 0.34, 0.013), (r * 0.32, 0.004), (r * 0.2, -0.003), (0.0003, -0.004)], 6)
    cap = [(0, long), (r * 0.86, long), (r * 1.02, long - 0.006), (r * 1.06, long * 0.66), (r * 0.98, long * 0.655)]
    plug = [(0, long * 0.6), (r * 0.98, long * 0.61), (r * 0.98, long * 0.655), (0, long * 0.66)]
    bright = plastic(colour, 0.35)
    return [
        _turn(body, material(look("mat"))),
        _turn([tuple(p) for p in felt], plastic(colour, 0.8)),
        _turn(cap, bright),
        _turn(plug, bright),
        _clip(r, long * 0.97, 0.03, bright),
    ]


FORMS: dict[str, tuple[Callable[[Look, float, float], list[Any]], float, float]] = {
    "fountain": (_fountain, 0.0062, 0.138), "ball": (_posted, 0.0052, 0.138), "pencil": (_pencil, 0.0038, 0.175),
    "marker": (_marker, 0.0075, 0.135),
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """A pen on a table."""
    make, r, long = FORMS[look("form", "ball")]
    root = group(make(look, look("R", r), look("L", long)), "pen")
    root.rotation_euler = (math.radians(-90), 0, 0)
    inner = group([root], "lying")
    inner.rotation_euler = (0, 0, math.radians(look("yaw", 52)))
    return Model(group([inner], "pen"), {"az": look("az", 0.1), "el": 0.85})
