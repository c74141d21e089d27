"""What happens to a customer's photo, and to what is on it: the same for the same photo, whenever it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

Rng = np.random.Generator
Damage = Callable[[Image.Image, Rng], Image.Image]

_CRACKS = 5
_TILES = 4


def rng_of(*names: str) -> Rng:
    """A generator that depends on these names alone."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256("|".join(names).encode()).digest()[:8], "big"))


def damaged(picture: Image.Image, kind: str, name: str) -> Image.Image:
    """The photo `name` with the damage `kind`, one of DAMAGES. RGB to RGB, the same size but for `torn`."""
    return DAMAGES[kind](picture.convert("RGB"), rng_of(kind, name))


def occluded(picture: Image.Image, rng: Rng) -> Image.Image:
    """A patch of one colour over a quarter of the middle of the photo, as a hand or a label would be."""
    out = picture.copy()
    wide, high = out.size
    w, h = wide * rng.uniform(0.3, 0.45), high * rng.uniform(0.3, 0.45)
    x, y = rng.uniform(0.2 * wide, 0.8 * wide - w), rng.uniform(0.2 * high, 0.8 * high - h)
    colour = tuple(rng.integers(40, 220, 3).tolist())
    ImageDraw.Draw(out).rounded_rectangle((x, y, x + w, y + h), radius=min(w, h) / 3, fill=colour)
    return out


def cracked(picture: Image.Image, rng: Rng) -> Image.Image:
    """Jagged dark and light lines across the middle."""
    out = picture.copy()
    pen, (wide, high) = ImageDraw.Draw(out), out.size
    for _ in range(_CRACKS):
        at = np.array([rng.uniform(0.3, 0.7) * wide, rng.uniform(0.3, 0.7) * high])
        way = rng.uniform(0, 2 * np.pi)
        points = [tuple(at)]
        for _ in range(6):
            way += rng.normal(0, 0.6)
            at = at + np.array([np.cos(way), np.sin(way)]) * rng.uniform(0.04, 0.1) * wide
            points.append(tuple(at))
        line = max(2, round(wide / 130))
        pen.line(points, fill=(28, 24, 22), width=line)
        pen.line([(x + line, y + line) for x, y in points], fill=(225, 222, 218), width=max(1, line // 2))
    return out


def cast(picture: Image.Image, rng: Rng) -> Image.Image:
    """The light of a bulb or of a tube: the channels weigh up to 35 % more or less."""
    weights = rng.uniform(0.65, 1.35, 3)
    pixels = np.asarray(picture, dtype=np.float32) * weights / max(weights.mean(), 1e-6)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def blurred(picture: Image.Image, rng: Rng) -> Image.Image:
    """Out of focus: a Gaussian blur with a radius of 1 to 1.8 % of the longer side."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * rng.uniform(0.01, 0.018)))


def torn(picture: Image.Image, rng: Rng) -> Image.Image:
    """A part is out of the picture: 30 to 40 % of one side is gone."""
    wide, high = picture.size
    share, side = rng.uniform(0.3, 0.4), int(rng.integers(4))
    left, right = (share if side == 0 else 0) * wide, (1 - (share if side == 1 else 0)) * wide
    top, bottom = (share if side == 2 else 0) * high, (1 - (share if side == 3 else 0)) * high
    return picture.crop((round(left), round(top), round(right), round(bottom)))


def dark(picture: Image.Image, rng: Rng) -> Image.Image:
    """Taken in bad light: a third of it, with the noise of a sensor."""
    pixels = np.asarray(ImageEnhance.Brightness(picture).enhance(rng.uniform(0.3, 0.45)), dtype=np.float32)
    return Image.fromarray(np.clip(pixels + rng.normal(0, 9, pixels.shape), 0, 255).astype(np.uint8))


DAMAGES: Mapping[str, Damage] = {
    "occluded": occluded,
    "cracked": cracked,
    "colour cast": cast,
    "blurred": blurred,
    "torn": torn,
    "dark": dark,
}
"""Kinds by name."""
