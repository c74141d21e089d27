"""Catalogues for the tests of store and build: every picture its own, and whatever goes wrong with them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.toy import ToyEmbedder
from visearch.build import BuildReport, build
from visearch.catalog.base import CatalogInfo, CatalogItem, LabelledQuery, Picture, Report
from visearch.config import Settings
from visearch.store import OpenIndex, Store
from visearch.types import Product


def png(seed: int) -> bytes:
    """A picture of its own colour and bytes for every seed."""
    rng = np.random.default_rng(seed)
    pixels = np.full((24, 24, 3), rng.integers(20, 235, size=3)) + rng.integers(-20, 20, size=(24, 24, 3))
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def item(number: int, *pictures: bytes | Exception, **fields: Any) -> CatalogItem:
    """Product p-NNN with the given pictures (an exception is raised on reading), or with one of its own."""

    def picture(index: int, content: bytes | Exception) -> Picture:
        def read() -> bytes:
            if isinstance(content, Exception):
                raise content
            return content

        return Picture(f"{number}-{index}.png", read)

    contents = pictures or (png(number),)
    product = Product(id=f"p-{number:03d}", **{"title": f"Thing {number}", "attributes": {"n": str(number)}, **fields})
    return CatalogItem(product, tuple(picture(i, content) for i, content in enumerate(contents)))


class Shop:
    """A catalogue of given items."""

    def __init__(self, items: Sequence[CatalogItem], name: str = "shop", revision: str = "") -> None:
        self.items = items
        self.info = CatalogInfo(name, "Shop", "CC0-1.0", revision=revision, total=len(items))
        self.report = Report()

    def __iter__(self) -> Iterator[CatalogItem]:
        self.report = Report()
        return iter(self.items)

    def queries(self) -> list[LabelledQuery]:
        return []


def shop(n: int, name: str = "shop") -> Shop:
    return Shop([item(i) for i in range(n)], name)


def make(home: Path, catalog: Any, embedder: ToyEmbedder | None = None, **options: Any) -> BuildReport:
    return build(catalog, embedder or ToyEmbedder(), Settings(home=home), **options)


def opened(home: Path, name: str = "shop") -> OpenIndex:
    return Store(home).open(name, ToyEmbedder().info)


def generations(home: Path) -> list[str]:
    return sorted(p.name for p in home.glob("indexes/*/*") if p.is_dir())


def assert_same_content(one: OpenIndex, other: OpenIndex) -> None:
    """Products, rows, vectors and rankings are equal, and so are the fingerprints."""
    assert one.products == other.products
    assert one.row_picture == other.row_picture
    np.testing.assert_array_equal(one.row_product, other.row_product)
    np.testing.assert_array_equal(one.vectors, other.vectors)
    assert one.manifest.fingerprint == other.manifest.fingerprint
    assert one.manifest.index_id == other.manifest.index_id
    queries = np.ascontiguousarray(one.vectors[::7])
    for got, wanted in zip(one.index.search(queries, 10), other.index.search(queries, 10), strict=True):
        np.testing.assert_array_equal(got, wanted)
