"""Logos and paper labels."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from data.studio.colour import is_dark
from data.studio.paint.canvas import centred, fitting, save


def logo(text: str) -> Path:
    """A brand mark as a mask (white on black), 2:1."""
    image = Image.new("L", (512, 256), 0)
    draw = ImageDraw.Draw(image)
    centred(draw, text, 256, 70, fitting(draw, text, 470, 96), 255)
    return save(image)


def label(background: str, title: str, subtitle: str, content: str) -> Path:
    """A framed paper label, 4:3: brand, kind, net content."""
    image = Image.new("RGB", (512, 384), background)
    draw = ImageDraw.Draw(image)
    ink = "#e8d3a0" if is_dark(background) else "#222222"
    draw.rectangle([18, 18, 494, 366], outline=ink, width=3)
    for text, y, size in ((title.upper(), 105, 88), (subtitle, 215, 50), (content, 300, 30)):
        centred(draw, text, 256, y, fitting(draw, text, 430, size), ink)
    return save(image)
