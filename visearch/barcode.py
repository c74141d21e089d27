"""Barcodes and QR codes in a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from visearch.packages import optional
from visearch.types import Box

# Longer sides in pixels. Most codes are read in the first; the second is for small ones in a phone's photo.
_FIRST, _SECOND = 1600, 4000

_NAMES: Mapping[str, str] = {
    "EAN13": "EAN-13",
    "EAN8": "EAN-8",
    "UPCA": "UPC-A",
    "UPCE": "UPC-E",
    "QRCode": "QR code",
    "QRCodeModel1": "QR code",
    "QRCodeModel2": "QR code",
}


@dataclass(frozen=True)
class Code:
    """A code that was read: its text, its kind (EAN-13, EAN-8, UPC-A, UPC-E, QR code), where it is in the photo.

    The text of a UPC-E is the UPC-A that it stands for.
    """

    text: str
    format: str
    box: Box


def read_codes(image: Image.Image) -> tuple[Code, ...]:
    """All codes in an upright picture of any size, from the top down, boxes in its pixels.

    Raises VisearchError with the install command when zxing-cpp is missing.
    """
    zxing = optional("zxingcpp", "zxing-cpp", "Reading barcodes")
    formats = tuple(getattr(zxing.BarcodeFormat, name) for name in ("EAN13", "EAN8", "UPCA", "UPCE", "QRCode"))
    grey, longest = image.convert("L"), max(image.size)
    found: list[Any] = []
    scale = 1.0
    for side in (_FIRST, _SECOND) if longest > _FIRST else (longest,):
        scale = min(1.0, side / longest)
        small = grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), _filter(scale))
        found = zxing.read_barcodes(small, formats=formats)
        if found:
            break
    codes: list[Code] = []
    # The lines at a code's edge sometimes read as another number: what lies within a larger code is that code.
    for code in sorted((_code(barcode, scale, image.size) for barcode in found), key=_area, reverse=True):
        if not any(_holds(larger.box, code.box) or larger.text == code.text for larger in codes):
            codes.append(code)
    return tuple(sorted(codes, key=lambda code: (code.box.y0, code.box.x0, code.text)))


def _area(code: Code) -> float:
    return (code.box.x1 - code.box.x0) * (code.box.y1 - code.box.y0)


def _holds(box: Box, other: Box) -> bool:
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _filter(scale: float) -> Image.Resampling:
    # Averages whole boxes of pixels, so that thin bars fade instead of vanishing.
    return Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST


def _code(barcode: Any, scale: float, size: tuple[int, int]) -> Code:
    text, kind = str(barcode.text), _NAMES.get(barcode.format.name, barcode.format.name)
    if kind in ("EAN-13", "UPC-E") and len(text) == 13 and text.startswith("0"):
        text, kind = text[1:], "UPC-A" if kind == "EAN-13" else kind
    place = barcode.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    xs, ys = [point.x / scale for point in corners], [point.y / scale for point in corners]
    # A code that was read from one line of pixels still has a height.
    left, top = max(0.0, min(xs)), max(0.0, min(ys))
    right, bottom = max(left + 1, min(float(size[0]), max(xs))), max(top + 1, min(float(size[1]), max(ys)))
    return Code(text, kind, Box(left, top, right, bottom, text, 1.0))
