"""Sofas and armchairs.

c colour, c2 second yarn, leather=1, seats 1..3, arm width and ah height of the arms, legs material, pc colour of a
loose cushion (none without it).
"""

from __future__ import annotations

from random import Random
from typing import Any

from data.studio.blender.cushion import cushion
from data.studio.blender.group import group
from data.studio.blender.materials import leather, material, weave
from data.studio.blender.mesh import tube
from data.studio.look import Look, Model

SEAT, DEPTH = 0.68, 0.88


def _seat(i: int, width: float, cover: Any, rng: Random) -> list[Any]:
    """Seat and back cushion of one place."""
    x = -width / 2 + SEAT * (i + 0.5)
    seat_size, back_size = (SEAT - 0.006, DEPTH - 0.2, 0.17), (SEAT - 0.012, 0.19, 0.43)
    seat = cushion(seat_size, cover, 7, (x, -0.11, 0.41), puff=0.22, wrinkle=0.01, seed=i)
    turn = (-0.2, 0, rng.uniform(-0.02, 0.02))
    return [seat, cushion(back_size, cover, 5, (x, 0.2, 0.68), turn, puff=0.1, wrinkle=0.016, seed=i + 10)]


def build(look: Look, rng: Random) -> Model:
    """A sofa of `seats` places."""
    seats, arm, ah = look("seats", 2), look("arm", 0.18), look("ah", 0.6)
    width = seats * SEAT
    cover = (
        leather(look("c"), 140) if look("leather") else weave(look("c"), look("c2"), scale=700, bump=0.8, mottle=0.16)
    )
    parts = [cushion((width + 2 * arm - 0.02, DEPTH - 0.04, 0.2), cover, 14, (0, 0, 0.24), puff=0.02, wrinkle=0.002)]
    for s in (-1, 1):
        at = (s * (width / 2 + arm / 2), 0, 0.12 + (ah - 0.12) / 2 + 0.01)
        parts.append(cushion((arm, DEPTH, ah - 0.12), cover, 9, at, puff=0.03, wrinkle=0.004, seed=s + 3))
    back = (width + 0.04, 0.2, 0.56)
    parts.append(cushion(back, cover, 9, (0, DEPTH / 2 - 0.1, 0.44), (-0.08, 0, 0), puff=0.02, wrinkle=0.003))
    for i in range(seats):
        parts += _seat(i, width, cover, rng)
    for x in (-1, 1):
        for y in (-1, 1):
            leg = [(x * (width / 2 + arm - k), y * (DEPTH / 2 - k), z) for k, z in ((0.1, 0), (0.13, 0.15))]
            parts.append(tube(leg, 0.022, material(look("legs", "wood #6b4a2f")), smooth=False, radii=[0.6, 1]))
    if look("pc"):
        loose_at = (-width / 2 + 0.22 if seats > 1 else 0.02, 0.03, 0.66)
        loose = weave(look("pc"), scale=900)
        turn = (-0.3, 0.05, 0.25)
        parts.append(cushion((0.42, 0.14, 0.42), loose, 3.2, loose_at, turn, puff=0.1, wrinkle=0.01, seed=4))
    return Model(group(parts, "sofa"), {"az": look("az", 0.35), "el": 0.2, "lens": 60})
