"""What pictures show, by the labels of the nearest pictures of the catalogue and by the labels' names."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

from visearch.colors import of_file, picture_palette, text_colors
from visearch.seen.base import FIELDS, FLOOR, MOST, Palette, Seen
from visearch.seen.confidence import Curve
from visearch.seen.fields import GENERAL, Embed, Field, Floats, Gallery, make_field
from visearch.seen.vocabulary import SHELVES, THINGS
from visearch.types import Product, RowIds, Vectors

GALLERY = 10_000
"""Rows of the catalogue that are compared with, at most, evenly spaced."""

_ASKED = 600
_AT_ONCE = 512
_READERS = 2
_KEPT_ANYHOW = ("category", "subcategory", "color")

Progress = Callable[[int, int], None]
"""Called with how many products are done, and of how many."""


class Seer:
    """Puts pictures of one catalogue's kind into words. Thread-safe; a field is prepared when it is first asked for.

    `vectors` float32 (rows, dim) are the catalogue's picture vectors, `row_product` int64 (rows,) the position of each
    row's product, ascending; `embed_texts` is the same encoder's. A field's labels are the catalogue's own where it has
    them for 20 products, or half of them, else general words of shops. Of a catalogue with own labels at most 600
    products are asked, each without itself, how much the names shall count and how sure a vote is.
    """

    def __init__(
        self, opened_products: Sequence[Product], vectors: Vectors, row_product: RowIds, embed_texts: Embed
    ) -> None:
        self._products = opened_products
        self._vectors = vectors
        self._row_product = np.asarray(row_product, dtype=np.int64)
        self._embed = embed_texts
        self._fields: dict[str, Field | None] = {}
        self._lock = threading.Lock()

    def of(self, vector: Vectors, palette: Palette, without: int | None = None) -> Seen:
        """What a picture shows: its vector float32 (dim,) or (1, dim), and the colours of its subject.

        `without` is the position of a product that has no say, for a picture of that very product.
        """
        left_out = np.array([-1 if without is None else without], dtype=np.int64)
        return self._see(np.asarray(vector, np.float32).reshape(1, -1), [palette], left_out, [FIELDS])[0]

    def of_products(self, palettes: Sequence[Palette]) -> list[Seen]:
        """What each product's pictures show, of the fields that its record leaves empty.

        `palettes` has one for each product, () where its colour is not wanted.
        """
        wanted = [lacks(product) for product in self._products]
        out: list[Seen] = []
        for start in range(0, len(self._products), _AT_ONCE):
            places = np.arange(start, min(start + _AT_ONCE, len(self._products)), dtype=np.int64)
            part = slice(start, start + len(places))
            out += self._see(self._vectors_of(places), palettes[part], places, wanted[part])
        return out

    def _see(
        self, vectors: Vectors, palettes: Sequence[Palette], without: RowIds, wanted: Sequence[tuple[str, ...]]
    ) -> list[Seen]:
        values: list[dict[str, tuple[tuple[str, float], ...]]] = [{} for _ in wanted]
        for name in FIELDS:
            if name == "color":
                for found, palette, asked in zip(values, palettes, wanted, strict=True):
                    found |= {name: self._own_colors(palette)} if name in asked else {}
                continue
            asking = np.array([i for i, asked in enumerate(wanted) if name in asked], dtype=np.int64)
            seen = self._labels(name, vectors[asking], without[asking]) if len(asking) else []
            for place, labels in zip(asking.tolist(), seen, strict=True):
                values[place][name] = labels
        return [Seen({name: kept for name in found if (kept := _kept(name, found[name]))}) for found in values]

    def _labels(self, name: str, vectors: Vectors, without: RowIds) -> list[tuple[tuple[str, float], ...]]:
        field = self._field(name)
        if field is None and name == "category":
            return self._shelves(vectors, without)
        if field is None:
            return [()] * len(vectors)
        return _best(field.curve, field.labels, field.shares(vectors, self._gallery, without))

    def _shelves(self, vectors: Vectors, without: RowIds) -> list[tuple[tuple[str, float], ...]]:
        """General shelves by the things on them, for a catalogue without categories."""
        field = self._field("subcategory")
        if field is None or set(field.labels) - THINGS.keys():
            return [()] * len(vectors)
        things = field.shares(vectors, self._gallery, without)
        shelves = tuple(SHELVES)
        belongs = np.array([[THINGS[thing] == shelf for shelf in shelves] for thing in field.labels], dtype=np.float32)
        return _best(GENERAL["category"], shelves, things @ belongs)

    def _own_colors(self, palette: Palette) -> tuple[tuple[str, float], ...]:
        """The catalogue's own words for the basic colours."""
        own = self._color_words
        named: dict[str, float] = {}
        for name, sure in palette[:MOST]:
            word = own.get(name, name)
            named[word] = max(sure, named.get(word, 0.0))
        return tuple(named.items())

    @cached_property
    def _color_words(self) -> Mapping[str, str]:
        counts = Counter(product.color.strip() for product in self._products if product.color.strip())
        words: dict[str, str] = {}
        # A colour's plain name goes before a longer one ("Blue" before "Navy Blue"), then the most used.
        for label in sorted(counts, key=lambda label: (len(label.split()), -counts[label], label)):
            for name in text_colors(label)[:1]:
                words.setdefault(name, label)
        return words

    @cached_property
    def _gallery(self) -> Gallery:
        rows = len(self._row_product)
        if rows <= GALLERY:
            return Gallery(np.asarray(self._vectors, dtype=np.float32), self._row_product)
        kept = np.linspace(0, rows - 1, GALLERY).astype(np.int64)
        return Gallery(np.ascontiguousarray(self._vectors[kept], dtype=np.float32), self._row_product[kept])

    def _vectors_of(self, places: RowIds) -> Vectors:
        """float32 (n, dim): the mean direction of the pictures of each of these products, ascending positions."""
        first = np.searchsorted(self._row_product, places, side="left")
        count = np.searchsorted(self._row_product, places, side="right") - first
        # Only their rows are read: all of a large catalogue's do not fit into memory.
        rows = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
        sums = np.zeros((len(places), self._vectors.shape[1]), dtype=np.float32)
        owner = np.repeat(np.arange(len(places)), count)
        np.add.at(sums, owner, np.asarray(self._vectors[rows], dtype=np.float32))
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    def _field(self, name: str) -> Field | None:
        with self._lock:
            if name not in self._fields:
                self._fields[name] = self._prepared(name)
            return self._fields[name]

    def _prepared(self, name: str) -> Field | None:
        field = make_field(name, self._products, self._gallery, self._embed)
        if field is None or field.share == 1:
            return field
        number = {label: i for i, label in enumerate(field.labels)}
        truth = np.array([number.get(str(getattr(p, name)).strip(), -1) for p in self._products], dtype=np.int64)
        pictured = np.isin(np.arange(len(truth)), self._row_product)
        labelled = np.flatnonzero((truth >= 0) & pictured)
        asked = labelled[np.linspace(0, len(labelled) - 1, min(_ASKED, len(labelled))).astype(np.int64)]
        return field.asked(self._vectors_of(asked), self._gallery, asked, truth[asked])


def see_catalog(
    products: Sequence[Product],
    vectors: Vectors,
    row_product: RowIds,
    thumbnail: Callable[[str], Path],
    embed_texts: Embed,
    progress: Progress | None = None,
) -> list[Seen]:
    """What the pictures of each product show, of the fields that its record leaves empty; in the products' order.

    Arrays and `embed_texts` as for `Seer`; `thumbnail` gives the file of a picture's sha256. One that cannot be read
    has no colours. `progress` counts the pictures whose colours are known.
    """
    palettes: list[Palette] = []
    with ThreadPoolExecutor(_READERS, thread_name_prefix="palette") as pool:
        for palette in pool.map(lambda product: _palette(product, thumbnail), products):
            palettes.append(palette)
            if progress and (len(palettes) % _AT_ONCE == 0 or len(palettes) == len(products)):
                progress(len(palettes), len(products))
    return Seer(products, vectors, row_product, embed_texts).of_products(palettes)


def lacks(product: Product) -> tuple[str, ...]:
    """The fields that a product's record leaves empty."""
    return tuple(name for name in FIELDS if not str(getattr(product, name)).strip())


def _palette(product: Product, thumbnail: Callable[[str], Path]) -> Palette:
    if product.color.strip() or not product.pictures:
        return ()
    return of_file(thumbnail(product.pictures[0]), picture_palette, ())


def _best(curve: Curve, labels: Sequence[str], shares: Floats) -> list[tuple[tuple[str, float], ...]]:
    best = np.argsort(-shares, axis=1, kind="stable")[:, :MOST]
    sure = curve.of(np.take_along_axis(shares, best, axis=1))
    return [
        tuple((labels[i], float(s)) for i, s in zip(places, confidences, strict=True))
        for places, confidences in zip(best.tolist(), sure.tolist(), strict=True)
    ]


def _kept(name: str, found: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    above = tuple((label, sure) for label, sure in found if sure >= FLOOR)
    return above or (found[:1] if name in _KEPT_ANYHOW else ())
