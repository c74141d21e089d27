"""Loudspeakers and radios.

form can | pill | cabinet | radio | ball, c colour of the cloth, c2 colour of caps, cabinet or ball, mat material of a
cabinet instead of c2, m colour of the metal, R radius and H height (length of a pill), strap=1. The brand
is on the front.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from data.studio.blender.decal import draped, letters, logo_round
from data.studio.blender.group import group
from data.studio.blender.materials import material, metal, plastic, weave
from data.studio.blender.mesh import box, lathe, slab, tube
from data.studio.blender.outlines import ring, rounded
from data.studio.colour import DARK_INK, LIGHT_INK, light
from data.studio.look import Look, Model
from data.studio.paint.labels import logo


def _ink(colour: str) -> str:
    return LIGHT_INK if light(colour) < 1.2 else DARK_INK


def _cloth(colour: str) -> Any:
    return weave(colour, scale=2600, bump=1.0)


def _can(look: Look, r: float, h: float) -> list[Any]:
    """A cloth-covered cylinder with rubber ends and buttons on top."""
    cap = plastic(look("c2", "#1d1d20"), 0.5, 0.3)
    ends = [
        lathe([(0, 0), (r * 0.94, 0), (r, 0.006), (r, 0.02), (0, 0.02)], cap, round_edges=0.0015, angle=30),
        lathe([(0, h - 0.02), (r, h - 0.02), (r, h - 0.006), (r * 0.94, h), (r * 0.8, h - 0.002), (0, h - 0.003)], cap,
              round_edges=0.0015, angle=30),
    ]  # fmt: skip
    buttons = []
    for i in range(3):
        button = lathe([(0, 0), (0.006, 0), (0.0055, 0.002), (0, 0.0025)], plastic(_ink(look("c2", "#1d1d20")), 0.5))
        button.location = ((i - 1) * 0.018, 0, h - 0.003)
        buttons.append(button)
    mark = logo_round(logo(look("brand").lower()), r * 0.99 + 0.0012, h * 0.5, 0.028, _ink(look("c")))
    return [*ends, *buttons, lathe([(r * 0.985, 0.019), (r * 0.985, h - 0.019)], _cloth(look("c")), segments=128), mark]


def _pill(look: Look, r: float, h: float) -> list[Any]:
    """A capsule on its side with passive membranes at its ends."""
    cap = plastic(look("c2", "#1d1d20"), 0.5, 0.3)
    half = h / 2
    shell = [(r * 0.9, -half), (r, -half + 0.012), (r, half - 0.012), (r * 0.9, half)]
    body = lathe(shell, _cloth(look("c")), segments=128, angle=80)
    parts = [body]
    for s in (-1, 1):
        end = lathe(
            [
                (0, s * (half + 0.002)),
                (r * 0.6, s * (half + 0.004)),
                (r * 0.86, s * (half - 0.002)),
                (r * 0.92, s * half),
            ],
            cap,
        )
        parts.append(end)
        parts.append(tube(ring(r * 0.93, s * half, 64), 0.004, cap, closed=True, smooth=False))
    root = group(parts, "capsule")
    root.rotation_euler = (0, math.pi / 2, 0)
    root.location = (0, 0, r)
    foot = box((h * 0.6, r * 0.9, 0.006), cap, 0.002, (0, 0, 0.001))
    name = draped(logo(look("brand").lower()), _ink(look("c")), body, (0, r), r * 2.4)
    parts = [root, foot, name]
    if look("strap"):
        loop = [
            (half, 0, r * 1.2),
            (half + 0.02, -r * 0.5, r * 1.1),
            (half + 0.035, -r * 0.9, r * 0.5),
            (half, -r * 0.2, r * 0.7),
        ]
        parts.append(tube(loop, 0.003, cap, n=12))
    return parts


def _drivers(w: float, z: float, sizes: tuple[tuple[float, float], ...], y: float, steel: str) -> list[Any]:
    """Round loudspeakers on the front: (height above z, radius) each."""
    parts = []
    cone, rim = plastic("#2a2a2c", 0.6, 0.2), metal(steel, 0.3)
    for up, r in sizes:
        outline = [(0, -0.004), (r * 0.3, -0.002), (r * 0.34, -0.008), (r * 0.8, 0.0), (r * 0.88, 0.003), (r, 0.0)]
        driver = lathe(outline, cone, segments=96, angle=60)
        edge = lathe([(r, -0.001), (r * 1.02, 0.003), (r * 1.12, 0.002), (r * 1.14, -0.001)], rim, segments=96)
        for part in (driver, edge):
            part.rotation_euler = (math.pi / 2, 0, 0)
            part.location = (0, y - 0.002, z + up)
        parts += [driver, edge]
    return parts


def _cabinet(look: Look, r: float, h: float) -> list[Any]:
    """A bookshelf loudspeaker: tweeter above woofer."""
    w, d = h * 0.6, h * 0.62
    case = material(look("mat")) if look("mat") else plastic(look("c2", "#1d1d20"), 0.4, 0.15)
    parts = [box((w, d, h), case, 0.005, (0, 0, h / 2))]
    parts += _drivers(w, 0, ((h * 0.36, w * 0.34), (h * 0.75, w * 0.17)), -d / 2, look("m", "#c9cacb"))
    name = letters(look("brand").upper(), 0.012, metal(look("m", "#c9cacb"), 0.3), 0.0006)
    name.location = (0, -d / 2 - 0.001, h * 0.06)
    return [*parts, name]


def _radio(look: Look, r: float, h: float) -> list[Any]:
    """A table radio: cloth on the left, two knobs on the right, a carrying handle."""
    w, d = h * 1.7, h * 0.62
    case = material(look("mat")) if look("mat") else plastic(look("c2", "#efe6d2"), 0.4, 0.1)
    outline = rounded(w, h, h * 0.14, 8)
    body = slab(outline, d, case, 0.004)
    body.rotation_euler = (math.pi / 2, 0, 0)
    body.location = (0, 0, h / 2)
    grille = slab(rounded(w * 0.56, h * 0.76, h * 0.08, 6), 0.006, _cloth(look("c")), 0.001)
    grille.rotation_euler = (math.pi / 2, 0, 0)
    grille.location = (-w * 0.16, -d / 2 - 0.001, h / 2)
    parts = [body, grille]
    gold = metal(look("m", "#d6b676"), 0.2)
    for z, radius in ((0.66, h * 0.14), (0.3, h * 0.09)):
        knob = lathe([(0, 0), (radius, 0), (radius * 0.94, 0.014), (0, 0.015)], gold, round_edges=0.001, angle=30)
        knob.rotation_euler = (math.pi / 2, 0, 0)
        knob.location = (w * 0.31, -d / 2, h * z)
        parts.append(knob)
    if look("strap", 1):
        arch = [(-w * 0.4, 0, h * 0.98), (-w * 0.36, 0, h * 1.2), (w * 0.36, 0, h * 1.2), (w * 0.4, 0, h * 0.98)]
        parts.append(tube(arch, 0.005, gold, n=12))
    name = letters(look("brand").upper(), 0.013, gold, 0.0008)
    name.location = (-w * 0.16, -d / 2 - 0.0045, h * 0.2)
    return [*parts, name]


def _ball(look: Look, r: float, h: float) -> list[Any]:
    """A sphere with a cloth front, on a ring foot."""
    shell = plastic(look("c2", "#efece6"), 0.3, coat=0.3)
    arc = [(r * math.sin(a), r - r * math.cos(a)) for a in (math.pi * k / 48 for k in range(49))]
    body = lathe(arc, shell, segments=128)
    face = [(r * 0.82 * k / 12, math.sqrt(max(r * r - (r * 0.82 * k / 12) ** 2, 0)) + 0.002) for k in range(13)]
    grille = lathe(face[::-1], _cloth(look("c")), segments=128)
    grille.rotation_euler = (math.pi / 2 + 0.12, 0, 0)
    grille.location = (0, 0, r)
    edge = tube(
        ring(r * 0.825, math.sqrt(1 - 0.82**2) * r, 96),
        0.002,
        metal(look("m", "#d8d9da"), 0.2),
        closed=True,
        smooth=False,
    )
    edge.rotation_euler, edge.location = grille.rotation_euler, grille.location
    foot = lathe([(r * 0.55, -0.008), (r * 0.6, -0.006), (r * 0.5, 0.012), (r * 0.4, 0.01)], shell, segments=96)
    name = draped(logo(look("brand").lower()), _ink(look("c")), grille, (0, r * 0.62), r * 0.5)
    return [body, grille, edge, foot, name]


FORMS: dict[str, tuple[Callable[[Look, float, float], list[Any]], float, float]] = {
    "can": (_can, 0.045, 0.18), "pill": (_pill, 0.038, 0.2), "cabinet": (_cabinet, 0, 0.28), "radio": (_radio, 0, 0.15),
    "ball": (_ball, 0.07, 0.14),
}  # fmt: skip


def build(look: Look, rng: Random) -> Model:
    """A loudspeaker."""
    make, r, h = FORMS[look("form", "can")]
    return Model(group(make(look, look("R", r), look("H", h)), "speaker"), {"az": look("az", 0.3), "el": 0.2})
