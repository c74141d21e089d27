"""Book covers, also used as framed posters and notebook covers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from data.studio.look import chance_of
from data.studio.paint.canvas import Draw, disc, fitting, font, save

SIDE = 1024


@dataclass(frozen=True)
class _Page:
    """A cover while it is painted: w pixels wide, SIDE high, background and three colours."""

    d: Draw
    w: int
    pal: Sequence[str]
    rng: Random

    @property
    def inks(self) -> Sequence[str]:
        return self.pal[1:]


def _circles(p: _Page) -> None:
    bg, a, b, c = p.pal
    for i, fill in enumerate((a, b, c, bg, a)):
        disc(p.d, p.w / 2, SIDE * 0.66, p.w * 0.42 - i * p.w * 0.08, fill=fill)


def _hills(p: _Page) -> None:
    _, a, b, c = p.pal
    p.d.ellipse([p.w * 0.55, SIDE * 0.42, p.w * 0.8, SIDE * 0.42 + p.w * 0.25], fill=a)
    for i, fill in enumerate((c, b, a)):
        ridge = [(x, SIDE * (0.62 + 0.11 * i) + 40 * math.sin(x / (90 + 30 * i) + i * 2)) for x in range(0, p.w + 8, 8)]
        p.d.polygon([(0, SIDE), *ridge, (p.w, SIDE)], fill=fill)


def _bands(p: _Page) -> None:
    for i in range(9):
        y = SIDE * 0.44 + i * 58
        p.d.rectangle([0, y, p.w * (0.3 + 0.08 * ((i * 3) % 7)), y + 44], fill=p.inks[i % 3])


def _tri(p: _Page) -> None:
    q = p.w / 5
    for i in range(5):
        for j in range(5):
            x, y = i * q, SIDE * 0.44 + j * q
            lower = [(x, y), (x + q, y), (x, y + q)]
            shape = lower if p.rng.random() < 0.5 else [(x + q, y), (x + q, y + q), (x, y + q)]
            p.d.polygon(shape, fill=p.rng.choice(list(p.inks)))


def _leaf(p: _Page) -> None:
    for i in range(16):
        x, y, r = p.rng.uniform(0, p.w), p.rng.uniform(SIDE * 0.5, SIDE), p.rng.uniform(50, 110)
        disc(p.d, x, y, r * 0.4, r, fill=p.inks[i % 3])


def _moon(p: _Page) -> None:
    bg, a, b, _ = p.pal
    for _i in range(60):
        disc(p.d, p.rng.uniform(0, p.w), p.rng.uniform(SIDE * 0.42, SIDE), 3, fill=b)
    r, x, y = p.w * 0.3, p.w / 2, SIDE * 0.68
    disc(p.d, x, y, r, fill=a)
    p.d.ellipse([x - r * 0.5, y - r * 1.1, x + r * 1.4, y + r * 0.8], fill=bg)


def _house(p: _Page) -> None:
    bg, a, b, c = p.pal
    w = p.w
    p.d.rectangle([0, SIDE * 0.86, w, SIDE], fill=c)
    p.d.rectangle([w * 0.25, SIDE * 0.62, w * 0.75, SIDE * 0.88], fill=b)
    p.d.polygon([(w * 0.17, SIDE * 0.63), (w * 0.5, SIDE * 0.46), (w * 0.83, SIDE * 0.63)], fill=a)
    p.d.rectangle([w * 0.45, SIDE * 0.74, w * 0.57, SIDE * 0.88], fill=bg)
    p.d.rectangle([w * 0.3, SIDE * 0.67, w * 0.4, SIDE * 0.73], fill=a)


def _fruit(p: _Page) -> None:
    _, a, b, c = p.pal
    for i in range(4):
        for j in range(4):
            x, y, r = p.w * (0.16 + 0.23 * i), SIDE * (0.5 + 0.13 * j), p.w * 0.085
            disc(p.d, x, y, r, fill=(a, c)[(i + j) % 2])
            p.d.line([(x, y - r), (x + r * 0.4, y - r * 1.5)], fill=b, width=8)


def _grid(p: _Page) -> None:
    _, a, b, c = p.pal
    w = p.w
    for i in range(1, 6):
        p.d.line([(w * i / 6, SIDE * 0.45), (w * i / 6, SIDE)], fill=b, width=5)
        p.d.line([(0, SIDE * (0.45 + 0.09 * i)), (w, SIDE * (0.45 + 0.09 * i))], fill=b, width=5)
    curve = ((0.05, 0.95), (0.3, 0.8), (0.5, 0.84), (0.72, 0.62), (0.95, 0.52))
    p.d.line([(w * x, SIDE * y) for x, y in curve], fill=a, width=22)
    p.d.ellipse([w * 0.68, SIDE * 0.59, w * 0.77, SIDE * 0.65], fill=c)


COVERS: dict[str, Callable[[_Page], None]] = {
    "circles": _circles, "hills": _hills, "bands": _bands, "tri": _tri, "leaf": _leaf, "moon": _moon, "house": _house,
    "fruit": _fruit, "grid": _grid,
}  # fmt: skip


def cover(
    kind: str, palette: Sequence[str], lines: Sequence[str], author: str, width: float, height: float, depth: float
) -> tuple[Path, Path]:
    """Front and spine of a book; sizes in metres, palette = background and three colours."""
    across = int(SIDE * width / height)
    bg, a, b, _ = palette
    title_ink = b if bg != b else a
    image = Image.new("RGB", (across, SIDE), bg)
    draw = ImageDraw.Draw(image)
    COVERS[kind](_Page(draw, across, palette, chance_of(" ".join(lines))))
    for i, line in enumerate(lines):
        size = fitting(draw, line, across * 0.86, 118)
        draw.text((across * 0.07, SIDE * 0.07 + i * 118), line, fill=title_ink, font=font(size))
    size = fitting(draw, author, across * 0.86, 50)
    draw.text((across * 0.07, SIDE * 0.335), author, fill=a, font=font(size))
    return save(image), _spine(" ".join(lines), int(SIDE * depth / height * 1.2), bg, title_ink, a)


def _spine(title: str, thick: int, bg: str, ink: str, mark: str) -> Path:
    image = Image.new("RGB", (SIDE, thick), bg)
    draw = ImageDraw.Draw(image)
    size = fitting(draw, title, SIDE * 0.74, int(thick * 0.5))
    draw.text((80, thick * 0.2), title, fill=ink, font=font(size))
    draw.rectangle([SIDE - 90, 0, SIDE - 70, thick], fill=mark)
    return save(image.rotate(-90, expand=True))
