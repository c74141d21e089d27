"""Curves and outlines as lists of points. Needs numpy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Point = Sequence[float]
TAU = 2 * math.pi


def catmull(points: Sequence[Point], n: int = 8, closed: bool = False) -> Any:
    """A Catmull-Rom curve through the points, `n` steps a piece: float (steps, dims)."""
    p = [np.array(point, float) for point in points]
    m = len(p)

    def at(k: int) -> Any:
        return p[k % m] if closed else p[min(max(k, 0), m - 1)]

    out = []
    for i in range(m if closed else m - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        for t in np.linspace(0, 1, n, endpoint=False):
            cubic = (3 * b - a - 3 * c + d) * t**3
            out.append(0.5 * ((2 * b) + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + cubic))
    if not closed:
        out.append(p[-1])
    return np.array(out)


def rounded(width: float, height: float, radius: float, n: int = 6) -> list[tuple[float, float]]:
    """A rectangle with round corners, counter-clockwise from the right side."""
    x, y = width / 2 - radius, height / 2 - radius
    out = []
    for cx, cy, a in ((x, y, 0), (-x, y, math.pi / 2), (-x, -y, math.pi), (x, -y, 1.5 * math.pi)):
        for t in np.linspace(0, math.pi / 2, n):
            out.append((cx + radius * math.cos(a + t), cy + radius * math.sin(a + t)))
    return out


def turned(outline: Sequence[Point]) -> list[tuple[float, float]]:
    """A section with its two axes swapped, for sweeps whose `up` is sideways."""
    return [(b, a) for a, b in outline]


def ellipse(a: float, b: float, n: int = 20) -> list[tuple[float, float]]:
    """An ellipse of half axes a and b."""
    return [(a * math.cos(t), b * math.sin(t)) for t in np.linspace(0, TAU, n, endpoint=False)]


def ring(radius: float, z: float, n: int = 64) -> list[tuple[float, float, float]]:
    """A circle at height z."""
    return [(radius * math.cos(t), radius * math.sin(t), z) for t in np.linspace(0, TAU, n, endpoint=False)]


def smooth(low: float, high: float, x: Any) -> Any:
    """0 below `low`, 1 above `high`, smooth between."""
    x = np.clip((x - low) / (high - low), 0, 1)
    return x * x * (3 - 2 * x)


def inside(point: Point, outline: Sequence[Point]) -> bool:
    """Whether a point lies in a closed outline (even-odd rule)."""
    x, y = point
    odd = False
    j = len(outline) - 1
    for i, (xi, yi) in enumerate(outline):
        xj, yj = outline[j]
        if (yi > y) != (yj > y) and x < (xj - xi) * (y - yi) / (yj - yi) + xi:
            odd = not odd
        j = i
    return odd


def to_segment(point: Point, a: Any, b: Any) -> float:
    """Distance of a point to the segment a-b."""
    q = np.array(point)
    along = b - a
    t = np.clip(((q - a) @ along) / (along @ along), 0, 1)
    return float(np.linalg.norm(q - a - along * t))
