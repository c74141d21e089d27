"""A sneaker's upper, unrolled: colours and the height of panels and stitches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from data.studio.paint.canvas import Draw, disc, save

WIDTH, HEIGHT = 2048, 512
Outline = Sequence[tuple[float, float]]
NO_TOE_CAP, ACCENT_EYESTAY = 1, 2
EYES = (0.41, 0.345, 0.28, 0.215, 0.15)
EYESTAY = ((0.27, 1.0), (0.27, 0.72), (0.36, 0.66), (0.44, 0.7), (0.475, 0.85), (0.475, 1.0))
HEEL = ((0, 0), (0.13, 0), (0.11, 0.35), (0.075, 0.62), (0.05, 1.0), (0, 1.0))
WAVE = (
    (0.135, 0.3), (0.2, 0.16), (0.28, 0.12), (0.31, 0.2), (0.27, 0.34), (0.30, 0.66), (0.265, 0.66), (0.23, 0.36),
    (0.16, 0.5),
)  # fmt: skip
BARS = (
    ((0.17, 0.1), (0.215, 0.1), (0.30, 0.68), (0.265, 0.68)),
    ((0.24, 0.1), (0.285, 0.1), (0.345, 0.58), (0.315, 0.62)),
)
PANEL = ((0.19, 0.15), (0.3, 0.15), (0.33, 0.38), (0.3, 0.6), (0.2, 0.55))


def _dot(u: float, v: float) -> Outline:
    return [(u + 0.02 * math.cos(a), v + 0.09 * math.sin(a)) for a in (k * math.pi / 10 for k in range(20))]


DOTS = (_dot(0.18, 0.3), _dot(0.235, 0.3), _dot(0.29, 0.3))
SIDE_MARKS: dict[int, Sequence[Outline]] = {0: BARS, 1: (WAVE,), 2: (PANEL,), 3: (), 4: DOTS}


@dataclass(frozen=True)
class _Upper:
    """The two pictures while they are painted; u runs round the foot from the heel, v from the sole up."""

    colour: Draw
    height: Draw
    thread: str

    def panel(self, outline: Outline, fill: str) -> None:
        points = [(u * WIDTH, HEIGHT * (1 - v)) for u, v in outline]
        self.colour.polygon(points, fill=fill)
        self.height.polygon(points, fill=190)
        middle = [sum(point[k] for point in points) / len(points) for k in (0, 1)]
        seam = [_towards(point, middle, 9) for point in points]
        for a, b in zip(seam, [*seam[1:], seam[0]], strict=True):
            self._stitches(a, b)

    def _stitches(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        count = max(1, int(math.hypot(b[0] - a[0], b[1] - a[1]) / 14))
        for k in range(count):
            ends = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for t in (k / count, (k + 0.6) / count)]
            self.colour.line(ends, fill=self.thread, width=3)
            self.height.line(ends, fill=120, width=4)

    def holes(self) -> None:
        for i in range(9):
            for j in range(4):
                x, y = (0.5 + (i - 4) * 0.012 * (1 + 0.12 * j)) * WIDTH, HEIGHT * (1 - (0.42 + j * 0.1))
                disc(self.height, x, y, 5, 4, fill=0)
                disc(self.colour, x, y, 4, 3, fill="#222")

    def eyelets(self, mirrored: bool) -> None:
        for t in EYES:
            u = 0.5 - t / 2
            x, y = (1 - u if mirrored else u) * WIDTH, HEIGHT * (1 - 0.93)
            disc(self.height, x, y, 9, 12, fill=20)
            disc(self.colour, x, y, 6, 9, fill="#2a2a2a")


def _towards(point: tuple[float, float], middle: Sequence[float], step: float) -> tuple[float, float]:
    x, y = point
    far = math.hypot(middle[0] - x, middle[1] - y) or 1
    return x + (middle[0] - x) / far * step, y + (middle[1] - y) / far * step


def shoe(toe: int, side: int, base: str, over: str, accent: str) -> tuple[Path, Path]:
    """Colour and height.

    toe: 0 cap, 1 none, 2 cap and accent eyestay; side: 0 bars, 1 wave, 2 panel, 3 none, 4 dots.
    """
    image, relief = Image.new("RGB", (WIDTH, HEIGHT), base), Image.new("L", (WIDTH, HEIGHT), 90)
    upper = _Upper(ImageDraw.Draw(image), ImageDraw.Draw(relief), accent)
    upper.holes()
    if toe != NO_TOE_CAP:
        angles = [k * math.pi / 24 - math.pi / 2 for k in range(25)]
        upper.panel([(0.5 + 0.11 * math.sin(a), 0.34 * math.cos(a)) for a in angles], over)
    for mirrored in (False, True):
        marks = [(EYESTAY, accent if toe == ACCENT_EYESTAY else over), (HEEL, over)]
        for outline, fill in [*marks, *((mark, accent) for mark in SIDE_MARKS[side])]:
            upper.panel([(1 - u if mirrored else u, v) for u, v in outline], fill)
        upper.eyelets(mirrored)
    low = HEIGHT * (1 - 0.05)
    upper.colour.rectangle([0, low, WIDTH, HEIGHT], fill=over)
    upper.height.rectangle([0, low, WIDTH, HEIGHT], fill=190)
    return save(image), save(relief.filter(ImageFilter.GaussianBlur(2.2)))
