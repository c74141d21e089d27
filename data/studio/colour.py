"""Colours: '#rrggbb' as people write them, linear RGBA as the renderer wants them."""

from __future__ import annotations

from collections.abc import Sequence

Colour = str | Sequence[float]
Rgba = tuple[float, float, float, float]

DARK_INK, LIGHT_INK = "#222222", "#f4f4f4"


def _channels(colour: Colour) -> list[float]:
    """sRGB red, green and blue in 0..1."""
    if isinstance(colour, str):
        return [value / 255 for value in rgb(colour)]
    return list(colour[:3])


def rgb(colour: str) -> tuple[int, int, int]:
    """'#rrggbb' as three integers in 0..255."""
    digits = colour.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def linear(colour: Colour) -> Rgba:
    """Linear RGBA, by the sRGB transfer function (IEC 61966-2-1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue, 1


def shade(colour: Colour, factor: float) -> Rgba:
    """Linear RGBA, brighter or darker by a factor in linear light."""
    red, green, blue, _ = linear(colour)
    return min(1, red * factor), min(1, green * factor), min(1, blue * factor), 1


def scaled(colour: str, factor: float) -> str:
    """'#rrggbb', brighter or darker by a factor of the written values."""
    return "#" + "".join(f"{min(255, int(value * factor)):02x}" for value in rgb(colour))


def tone(colour: str, factor: float) -> tuple[int, int, int]:
    """Like `scaled`, for Pillow."""
    red, green, blue = (max(0, min(255, int(value * factor))) for value in rgb(colour))
    return red, green, blue


def light(colour: Colour) -> float:
    """Sum of the three linear channels, 0..3: what decides between dark and light ink."""
    return sum(linear(colour)[:3])


def is_dark(colour: str) -> bool:
    """Whether printed ink on this colour must be light."""
    return sum(rgb(colour)) < 330
