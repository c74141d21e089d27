"""Hardback books, standing.

kind of cover (paint/covers.py), pal four colours, lines of the title, author, w h t size in metres.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from data.studio.blender.graph import Graph
from data.studio.blender.group import group
from data.studio.blender.materials import printed
from data.studio.blender.mesh import box, flat, mesh, set_uv, slab
from data.studio.look import Look, Model
from data.studio.paint.covers import cover

BOARD = 0.0026


def pages() -> Any:
    """The cut edge of paper."""
    g = Graph("pages", base="#efe6d2", rough=0.9)
    sheets = g.noise(g.stretch(g.coords(), (1, 900, 1)), 3, 4, 0.7)
    base = g.ramp(sheets, [(0.3, "#cdbf9f"), (0.7, "#f4ecda")])
    return g.set(base=base, normal=g.bump(sheets, 0.4, 0.0004)).material


def _linen(colour: str) -> Any:
    g = Graph("cloth", base=colour, rough=0.45, coat=0.2)
    return g.set(normal=g.bump(g.noise(g.coords(), 700, 3), 0.15, 0.0003)).material


def _spine(section: list[tuple[float, float]], height: float, picture: Path) -> Any:
    inner = section[1:-1]
    points = [(x - 0.0002, y, z) for x, y in inner for z in (0.0008, height - 0.0008)]
    steps = len(inner) - 1
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(steps)]
    spine = mesh("spine", points, faces, printed(picture, 0.32, coat=0.35))
    corners = ((0, 0), (0, 1), (1, 1), (1, 0))
    set_uv(spine, [(1 - (i + di) / steps, v) for i in range(steps) for di, v in corners])
    return spine


def build(look: Look, rng: Random) -> Model:
    """A book with a printed front and spine."""
    w, h, t = look("w", 0.145), look("h", 0.22), look("t", 0.03)
    front, back = cover(look("kind"), look("pal"), look("lines"), look("author"), w, h, t)
    linen = _linen(look("pal")[0])
    section = [
        (-w / 2 + 0.002 - 0.006 * math.cos(a), t / 2 * math.sin(a)) for a in np.linspace(-math.pi / 2, math.pi / 2, 14)
    ]
    hollow = [(x + 0.0025 if abs(y) < t / 2 * 0.98 else x, y * 0.9) for x, y in section][::-1]
    rounded_back = slab(section + hollow, h, linen, 0.0004)
    rounded_back.location.z = h / 2
    x0, x1, y, low, high = -w / 2 + 0.0026, w / 2 + 0.0012, -t / 2 - 0.00015, 0.0008, h - 0.0008
    corners = [(x0, y, low), (x1, y, low), (x1, y, high), (x0, y, high)]
    parts = [
        box((w - 0.004, t - 2 * BOARD, h - 0.008), pages(), 0.0006, (0.001, 0, h / 2)),
        box((w, BOARD, h), linen, 0.0008, (0.002, -t / 2 + BOARD / 2, h / 2)),
        box((w, BOARD, h), linen, 0.0008, (0.002, t / 2 - BOARD / 2, h / 2)),
        rounded_back,
        flat(corners, printed(front, 0.32, coat=0.35, bump=0.08)),
        _spine(section, h, back),
    ]
    return Model(group(parts, "book"), {"az": look("az", -0.45), "el": 0.16})
