"""A contact sheet: the products of a board as one picture for a deck or a mail."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from visearch.errors import QueryError
from visearch.images import load_image
from visearch.shop.sheet_fonts import Fonts, fonts
from visearch.store import OpenIndex
from visearch.types import Product

MOST = 120
"""Products on one sheet."""
_TILE, _GAP, _MARGIN = 300, 28, 64
_HEAD, _TEXT, _FOOT = 150, 104, 56
_PAPER, _CARD, _INK, _SOFT, _LINE, _ACCENT = "#faf8f5", "#ffffff", "#1c1b19", "#6b675f", "#e4dfd7", "#136c54"
_COLUMNS = ((3, 3), (8, 4), (15, 5), (24, 6), (40, 8), (60, 10))


@dataclass(frozen=True)
class Sheet:
    """What is written on it. `footnote` stands at the bottom, `prices` are as people read them, one a product."""

    name: str
    prices: Sequence[str]
    footnote: str = ""
    language: str = "en"


def contact_sheet(opened: OpenIndex, products: Sequence[Product], sheet: Sheet, own: Fonts | None = None) -> bytes:
    """PNG bytes: a grid of pictures, each with title and price below, under the board's name.

    A title that the font cannot write is given in the other language, else by the product's id. Raises QueryError for
    no products or too many.
    """
    if not 1 <= len(products) <= MOST:
        raise QueryError(f"The sheet is to hold {len(products)} products.", f"It takes 1 to {MOST}.")
    drawn = _Drawn(own or fonts(), columns_of(len(products)), len(products))
    drawn.head(sheet)
    for place, (product, price) in enumerate(zip(products, sheet.prices, strict=True)):
        drawn.product(place, product, price, _picture(opened, product), sheet.language)
    drawn.foot(sheet.footnote)
    out = io.BytesIO()
    # Most of a sheet is flat paper: compressing harder costs time and saves little.
    drawn.image.save(out, "PNG", compress_level=6)
    return out.getvalue()


def columns_of(n: int) -> int:
    """Columns for n products: a sheet a little wider than high."""
    return next((columns for most, columns in _COLUMNS if n <= most), 12)


def title_for(product: Product, language: str, own: Fonts) -> str:
    """The title in the language where the font can write it, else in the other one, else the id."""
    titles = [product.title_zh, product.title] if language == "zh" else [product.title, product.title_zh]
    return next((title for title in titles if title and own.writes(title)), product.id)


def _picture(opened: OpenIndex, product: Product) -> Image.Image | None:
    path = opened.thumbnail(product.pictures[0]) if product.pictures else None
    return load_image(path) if path is not None and Path(path).is_file() else None


class _Drawn:
    """The sheet while it is drawn."""

    def __init__(self, own: Fonts, columns: int, n: int) -> None:
        self._fonts, self._columns = own, columns
        rows = math.ceil(n / columns)
        wide = 2 * _MARGIN + columns * _TILE + (columns - 1) * _GAP
        high = _MARGIN + _HEAD + rows * (_TILE + _TEXT) + (rows - 1) * _GAP + _FOOT + _MARGIN
        self.image = Image.new("RGB", (wide, high), _PAPER)
        self._pen = ImageDraw.Draw(self.image)

    def head(self, sheet: Sheet) -> None:
        """The board's name, how many products, and a line below."""
        right = self.image.width - _MARGIN
        count = f"{len(sheet.prices)}"
        self._pen.rounded_rectangle((_MARGIN, _MARGIN, _MARGIN + 10, _MARGIN + 66), 5, fill=_ACCENT)
        small, large = self._fonts.at(26), self._fonts.at(56, bold=True)
        room = right - _MARGIN - 34 - int(small.getlength(count)) - 40
        name = sheet.name if self._fonts.writes(sheet.name) else ""
        self._pen.text((_MARGIN + 34, _MARGIN + 33), _fitted(name, large, room), _INK, large, anchor="lm")
        self._pen.text((right, _MARGIN + 33), count, _SOFT, small, anchor="rm")
        self._pen.line((_MARGIN, _MARGIN + _HEAD - 44, right, _MARGIN + _HEAD - 44), _LINE, 2)

    def product(self, place: int, product: Product, price: str, picture: Image.Image | None, language: str) -> None:
        """One tile: the picture on a card, two lines of title, the price."""
        x = _MARGIN + place % self._columns * (_TILE + _GAP)
        y = _MARGIN + _HEAD + place // self._columns * (_TILE + _TEXT + _GAP)
        self._pen.rounded_rectangle((x, y, x + _TILE - 1, y + _TILE - 1), 22, fill=_CARD, outline=_LINE, width=2)
        if picture is not None:
            self._paste(picture, x, y)
        regular, bold = self._fonts.at(21), self._fonts.at(23, bold=True)
        lines = _wrapped(title_for(product, language, self._fonts), regular, _TILE - 8, 2)
        for n, line in enumerate(lines):
            self._pen.text((x + 4, y + _TILE + 14 + 28 * n), line, _INK, regular)
        # Symbols of rare currencies are in few fonts.
        told = price if self._fonts.writes(price) else f"{product.price:g} {product.currency}" if product.price else ""
        self._pen.text((x + 4, y + _TILE + 14 + 28 * len(lines) + 2), told, _ACCENT, bold)

    def foot(self, text: str) -> None:
        """A small line at the bottom."""
        if text and self._fonts.writes(text):
            font = self._fonts.at(20)
            at = (_MARGIN, self.image.height - _MARGIN)
            self._pen.text(at, _fitted(text, font, self.image.width - 2 * _MARGIN), _SOFT, font, anchor="ls")

    def _paste(self, picture: Image.Image, x: int, y: int) -> None:
        inner = _TILE - 4
        shown = ImageOps.contain(picture, (inner, inner), Image.Resampling.LANCZOS)
        # Rounded where it reaches the card's corners.
        mask = Image.new("L", (inner, inner), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, inner - 1, inner - 1), 20, fill=255)
        left, top = (inner - shown.width) // 2, (inner - shown.height) // 2
        cut = mask.crop((left, top, left + shown.width, top + shown.height))
        self.image.paste(shown, (x + 2 + left, y + 2 + top), cut)


def _fitted(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """As much of a line as there is room for."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """At most so many lines; words stay whole where they have blanks between them, as Chinese has not."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1:
        cut = len(rest)
        while cut > 1 and font.getlength(rest[:cut]) > width:
            cut -= 1
        if cut < len(rest):
            blank = rest.rfind(" ", 0, cut + 1)
            cut = blank if blank > 0 else cut
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*lines, _fitted(rest, font, width)] if rest else lines
