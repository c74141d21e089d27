"""A toy shop with an engine, and labelled queries to ask it."""

from __future__ import annotations

from pathlib import Path

from tests.toy import COLORS, ToyCatalog, ToyEmbedder, picture_bytes
from visearch.build import build
from visearch.catalog.base import CatalogItem, LabelledQuery, Picture
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import PictureError
from visearch.store import Store
from visearch.types import Box


def toy_engine(home: Path, catalog: object | None = None, embedder: ToyEmbedder | None = None) -> SearchEngine:
    embedder = embedder or ToyEmbedder()
    catalog = catalog or ToyCatalog(12)
    build(catalog, embedder, Settings(home=home))
    return SearchEngine(Store(home).open(catalog.info.id, embedder.info), embedder)


def item(product, rgb: tuple[int, int, int]) -> CatalogItem:
    data = picture_bytes(rgb)
    return CatalogItem(product, (Picture(f"{product.id}.png", lambda: data),))


def photo_of(color: str, name: str = "photo.png") -> Picture:
    data = picture_bytes(COLORS[color])
    return Picture(name, lambda: data)


def not_a_picture(name: str = "broken.jpg") -> Picture:
    return Picture(name, lambda: b"not a picture")


def missing_picture(name: str = "gone.jpg") -> Picture:
    def read() -> bytes:
        raise PictureError(f"There is no picture {name}.")

    return Picture(name, read)


def photo(color: str, *relevant: str, box: Box | None = None, kind: str = "photo") -> LabelledQuery:
    return LabelledQuery(kind, frozenset(relevant), image=photo_of(color, f"{color}.png"), box=box)


def text(words: str, *relevant: str, kind: str = "text") -> LabelledQuery:
    return LabelledQuery(kind, frozenset(relevant), text=words)
