"""Pillow helpers shared by everything that is painted flat."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from data.studio.workspace import scratch

Draw = ImageDraw.ImageDraw


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's built-in font: no other font's licence is involved."""
    return ImageFont.load_default(size=size)


def save(image: Image.Image) -> Path:
    """Keeps a picture as a texture file, named by its content."""
    digest = hashlib.sha256(f"{image.mode}{image.size}".encode() + image.tobytes()).hexdigest()
    path = scratch("textures") / f"{digest[:24]}.png"
    if not path.exists():
        unfinished = path.with_suffix(f".{id(image)}.png")
        image.save(unfinished)
        unfinished.replace(path)
    return path


def width(draw: Draw, text: str, size: int) -> float:
    """A text's width in pixels."""
    return draw.textlength(text, font=font(size))


def fitting(draw: Draw, text: str, room: float, size: int) -> int:
    """The largest font size up to `size`, in steps of 3, at which the text fits into `room` pixels."""
    while width(draw, text, size) > room:
        size -= 3
    return size


def centred(draw: Draw, text: str, x: float, y: float, size: int, fill: str | int) -> None:
    """Writes a text with its middle at x and its top at y."""
    draw.text((x - width(draw, text, size) / 2, y), text, fill=fill, font=font(size))


def disc(draw: Draw, x: float, y: float, rx: float, ry: float | None = None, **style: object) -> None:
    """An ellipse round (x, y)."""
    ry = rx if ry is None else ry
    draw.ellipse([x - rx, y - ry, x + rx, y + ry], **style)  # type: ignore[arg-type]
