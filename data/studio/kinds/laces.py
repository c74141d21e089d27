"""Laces of shoes: crossed rows and a bow. A part of `sneaker`, not a kind."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from data.studio.blender.cushion import cushion
from data.studio.blender.mesh import sweep
from data.studio.blender.outlines import catmull, ellipse
from data.studio.paint.shoes import EYES

SECTION = ellipse(0.0034, 0.0013, 12)


class HasCollar(Protocol):
    """What laces need of a shoe."""

    def collar(self, t: float) -> Any:
        """A point of the collar's left edge."""


def _row(eye: Any) -> list[Any]:
    """From eyelet to eyelet, straight across the tongue."""
    a = eye + np.array([0, 0.005, -0.003])
    b = a * [1, -1, 1]
    middle = (a + b) / 2 + [0, 0, 0.0105]
    near = [p * 0.72 + q * 0.28 + [0, 0, 0.0085] for p, q in ((a, b), (b, a))]
    return [a, a * 0.93 + b * 0.07 + [0, 0, 0.004], near[0], middle, near[1], b * 0.93 + a * 0.07 + [0, 0, 0.004], b]


def _cross(eye: Any, below: Any, side: int) -> list[Any]:
    """From an eyelet to the next one of the other side."""
    a, b = eye * [1, side, 1] + [0, side * 0.003, 0.0], below * [1, -side, 1] + [0, -side * 0.003, 0]
    middle = (a + b) / 2 + [0, 0, 0.008 + 0.002 * side]
    return [a, a * 0.75 + b * 0.25 + [0, 0, 0.006], middle, a * 0.25 + b * 0.75 + [0, 0, 0.006], b]


def _bow(top: Any) -> list[list[Any]]:
    paths = []
    for s in (1, -1):
        loop = [(0.006, s * 0.018, 0.010), (0.016, s * 0.034, 0.002), (0.024, s * 0.030, -0.012)]
        paths.append([top, *(top + step for step in loop), top + np.array([0.014, s * 0.012, -0.001]), top])
        end = [(0.018, s * 0.010, 0.004), (0.03, s * 0.03, -0.012), (0.034, s * 0.043, -0.034)]
        paths.append([top, *(top + step for step in end)])
    return paths


def laces(last: HasCollar, material: Any) -> list[Any]:
    """All laces of a shoe."""
    eyes = [last.collar(t) for t in EYES]
    parts = []
    for k, eye in enumerate(eyes):
        parts.append(sweep(catmull(_row(eye), 6), SECTION, material))
        if k < len(eyes) - 1:
            parts += [sweep(catmull(_cross(eye, eyes[k + 1], s), 6), SECTION, material) for s in (1, -1)]
    first = eyes[0] + [0, 0, 0.012]
    top = np.array([first[0] - 0.002, 0, first[2] + 0.004])
    parts += [sweep(catmull(path, 8), SECTION, material) for path in _bow(top)]
    return [*parts, cushion((0.012, 0.012, 0.009), material, 2.5, tuple(top), cuts=8, wrinkle=0)]
