"""What customer service says of a kind of product: support.csv beside the catalogue."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from visearch.catalog.beside import SUPPORT
from visearch.engine import SearchEngine
from visearch.errors import CatalogError
from visearch.types import Product

MOST_ROWS = 2000
MOST_BYTES = 2 << 20


@dataclass(frozen=True)
class SupportText:
    """One text; `subcategory` is "" for what holds of the whole category. `text_zh` is "" where there is none."""

    category: str
    subcategory: str
    text: str
    text_zh: str = ""

    def said(self, lang: str) -> str:
        """In "zh" where there is that, else in English."""
        return self.text_zh if lang == "zh" and self.text_zh else self.text


class Support:
    """The texts of one catalogue."""

    def __init__(self, texts: Iterable[SupportText] = ()) -> None:
        self._texts = tuple(texts)

    def of(self, product: Product) -> tuple[SupportText, ...]:
        """Those of the product's subcategory first, then those of all its category; without regard to case."""
        kind, narrow = _plain(product.category), _plain(product.subcategory)
        of_kind = [text for text in self._texts if _plain(text.category) == kind]
        own = [text for text in of_kind if text.subcategory and _plain(text.subcategory) == narrow]
        return (*own, *(text for text in of_kind if not text.subcategory))


def support_of(engine: SearchEngine) -> Support:
    """The support texts beside the engine's catalogue, or none. Raises CatalogError for a broken file."""
    path = engine.opened.beside(SUPPORT)
    return Support(read_support(path)) if path else Support()


def read_support(path: Path) -> list[SupportText]:
    """The rows of a support.csv that have a text. Raises CatalogError when it cannot be read as such."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CatalogError(f"{path.name} is larger than {MOST_BYTES >> 20} MB.", "Shorten its texts.")
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))[:MOST_ROWS]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(f"{path.name} cannot be read.", "Save it as CSV in UTF-8.") from error
    if rows and not {"category", "text"} <= rows[0].keys():
        raise CatalogError(
            f"{path.name} lacks a column of category, text.", "Its columns are category, subcategory, text, text_zh."
        )
    return [text for text in map(_text, rows) if text.text]


def _text(row: Mapping[str, str | None]) -> SupportText:
    return SupportText(*((row.get(name) or "").strip() for name in ("category", "subcategory", "text", "text_zh")))


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()
