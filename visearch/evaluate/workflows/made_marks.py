"""Marks that nobody owns, drawn by seed and laid on products' pictures: for measuring only."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from visearch.images import load_image

MARKS, EACH = 16, 6
_SIDE = 256
Point = tuple[float, float]


@dataclass(frozen=True)
class Made:
    """`folder` is a catalogue; `bearers[n]` are the ids of products with mark n, `clean[n]` is it dark on white and
    `crops[n]` cut from the first of them."""

    folder: Path
    bearers: tuple[tuple[str, ...], ...]
    clean: tuple[Image.Image, ...]
    crops: tuple[Image.Image, ...]


def made_marks(source: Path, folder: Path) -> Made:
    """Writes the catalogue of `source` with marks on MARKS * EACH of its products to `folder`."""
    with (source / "products.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (folder / "images").mkdir(parents=True)
    order = sorted(row["id"] for row in rows)
    _dice("bearers").shuffle(order)
    bearers = tuple(tuple(order[n * EACH : (n + 1) * EACH]) for n in range(MARKS))
    of = {id_: n for n, ids in enumerate(bearers) for id_ in ids}
    shapes = [drawn(n) for n in range(MARKS)]
    crops: dict[str, Image.Image] = {}
    for row in rows:
        picture, id_ = load_image(source / row["image"]), row["id"]
        if id_ in of:
            picture, box = laid(picture, shapes[of[id_]], _dice(f"{of[id_]} {id_}"))
            crops[id_] = picture.crop(box)
        row["image"] = f"images/{id_}.jpg"
        picture.save(folder / row["image"], quality=92)
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    clean = tuple(Image.eval(shape, lambda value: 255 - value).convert("RGB") for shape in shapes)
    return Made(folder, bearers, clean, tuple(crops[ids[0]] for ids in bearers))


def _dice(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same marks every time, nothing secret


def drawn(number: int) -> Image.Image:
    """A mark, white on black: a frame, some shapes, and a word."""
    rnd = _dice(f"mark {number}")
    image = Image.new("L", (_SIDE, _SIDE), 0)
    pen, middle = ImageDraw.Draw(image), _SIDE / 2
    _frame(pen, number % 4, rnd)
    for _ in range(rnd.randint(3, 6)):
        turn, far = rnd.random() * 2 * math.pi, rnd.uniform(0.12, 0.3) * _SIDE
        _shape(pen, middle + far * math.cos(turn), middle + far * math.sin(turn), rnd.uniform(0.05, 0.14) * _SIDE, rnd)
    word = "".join(rnd.choice("BCDFGKLMNPRSTVZ") + rnd.choice("aeiou") for _ in range(3)).capitalize()
    at = (middle, middle if number % 4 == 1 else _SIDE * 0.86)
    pen.text(at, word, 255, font=ImageFont.load_default(size=44), anchor="mm")
    return image


def _frame(pen: ImageDraw.ImageDraw, kind: int, rnd: random.Random) -> None:
    if kind == 0:
        pen.ellipse((8, 8, _SIDE - 8, _SIDE - 8), outline=255, width=rnd.randint(10, 22))
    elif kind == 1:
        pen.rounded_rectangle(
            (8, 40, _SIDE - 8, _SIDE - 40), rnd.randint(10, 50), outline=255, width=rnd.randint(10, 20)
        )
    elif kind == 2:
        pen.polygon([(_SIDE / 2, 10), (_SIDE - 12, _SIDE - 14), (12, _SIDE - 14)], outline=255, width=16)


def _shape(pen: ImageDraw.ImageDraw, x: float, y: float, size: float, rnd: random.Random) -> None:
    around = (x - size, y - size, x + size, y + size)
    kind = rnd.choice(("disc", "corners", "arc", "line"))
    if kind == "disc":
        pen.ellipse(around, fill=255)
    elif kind == "corners":
        pen.regular_polygon((x, y, size * 1.2), rnd.randint(3, 6), rnd.randint(0, 90), fill=255)
    elif kind == "arc":
        pen.arc(around, rnd.randint(0, 360), rnd.randint(360, 600), fill=255, width=12)
    else:
        pen.line((x - size * 1.5, y - size, x + size * 1.5, y + size * rnd.uniform(-1, 1)), fill=255, width=12)


def laid(picture: Image.Image, mark: Image.Image, rnd: random.Random) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The picture with the mark in perspective, dark on light ground or light on dark, and the box around it."""
    wide, high = picture.size
    size, turn = rnd.uniform(0.16, 0.34) * wide, math.radians(rnd.uniform(-25, 25))
    x, y = wide * rnd.uniform(0.38, 0.62), high * rnd.uniform(0.42, 0.66)
    corners: list[Point] = []
    for side, end in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        dx, dy = side * size / 2 * rnd.uniform(0.85, 1.1), end * size / 2 * rnd.uniform(0.85, 1.1)
        corners.append((x + dx * math.cos(turn) - dy * math.sin(turn), y + dx * math.sin(turn) + dy * math.cos(turn)))
    far = mark.width
    numbers = _perspective(corners, [(0, 0), (far, 0), (far, far), (0, far)])
    mask = mark.transform(picture.size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    around = picture.crop((round(x - size / 3), round(y - size / 3), round(x + size / 3), round(y + size / 3)))
    light = float(np.asarray(around.convert("L"), np.float32).mean()) > 128
    low, high_ = (10, 90) if light else (190, 255)
    ink = (rnd.randint(low, high_), rnd.randint(low, high_), rnd.randint(low, high_))
    out = picture.copy()
    out.paste(ink, (0, 0), mask)
    xs, ys = zip(*corners, strict=True)
    box = (max(0, int(min(xs))), max(0, int(min(ys))), min(wide, int(max(xs))), min(high, int(max(ys))))
    return out, box


def _perspective(here: Sequence[Point], there: Sequence[Point]) -> tuple[float, ...]:
    """Pillow's eight numbers that carry the points `here` to the points `there`."""
    left: list[list[float]] = []
    right: list[float] = []
    for (x, y), (u, v) in zip(here, there, strict=True):
        left += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return tuple(float(number) for number in np.linalg.solve(np.array(left), np.array(right)))
