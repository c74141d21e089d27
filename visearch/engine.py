"""The answers: from a Query to ranked products."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from visearch.calibration import FLOOR, Calibration, match
from visearch.errors import QueryError
from visearch.filters import Facets, ProductTable
from visearch.images import crop
from visearch.models.base import Embedder, ModelInfo
from visearch.store import OpenIndex
from visearch.types import Box, FilterValue, Hit, Product, Query, RowIds, Scores, SearchResult, Vectors

MAX_K = 500
_CACHED_QUERIES = 256
_LIKE_SHARE = 0.5
_TIE_ROOM = 16


@dataclass(frozen=True)
class _Question:
    """A query as a direction: `vector` (1, dim) of unit norm = photo * image part + text * text part."""

    vector: Vectors
    photo: float
    text: float


class SearchEngine:
    """Answers over one opened index with one encoder. Safe to call from several threads.

    `embedder` may be a function that gives it; the first query that needs it calls that, so that opening needs no
    weights.
    """

    def __init__(self, opened: OpenIndex, embedder: Embedder | Callable[[], Embedder]) -> None:
        self.opened = opened
        self.model = ModelInfo(**opened.manifest.model)
        self.table = ProductTable(opened.products)
        self._load: Callable[[], Embedder] = embedder if callable(embedder) else lambda: embedder
        self._loaded: Embedder | None = None
        self._calibration = Calibration.from_dict(opened.manifest.calibration)
        self._positions = {p.id: i for i, p in enumerate(opened.products)}
        self._rows: dict[int, list[int]] = defaultdict(list)
        for row, position in enumerate(opened.row_product.tolist()):
            self._rows[position].append(row)
        self._most_pictures = max((len(rows) for rows in self._rows.values()), default=1)
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def search(self, query: Query) -> SearchResult:
        """The `query.k` products that look or mean most like the query, best first, ties by product id.

        Raises QueryError when there is nothing to search for, k is out of range, or a filter or id is unknown;
        PictureError when the box leaves nothing of the photo.
        """
        started = time.perf_counter()
        _check(query)
        question = self._question(query)
        embedded = time.perf_counter()
        return self._answer(question, query.k, query.filters, set(query.less_like), started, embedded)

    def similar(self, product_id: str, k: int = 10, filters: Mapping[str, FilterValue] | None = None) -> SearchResult:
        """Products that look like one of the catalogue, without itself."""
        started = time.perf_counter()
        _check_k(k)
        vector = self._product_vector(product_id)
        return self._answer(_Question(vector, 1.0, 0.0), k, filters or {}, {product_id}, started, started)

    def product(self, product_id: str) -> Product:
        """Raises QueryError when the catalogue has no such id."""
        return self.opened.products[self._position(product_id)]

    def facets(self, filters: Mapping[str, FilterValue] | None = None) -> Facets:
        """What can be filtered, counted over the products that pass `filters`."""
        return self.table.facets(self.table.mask(filters) if filters else None)

    def browse(self, k: int = 24, filters: Mapping[str, FilterValue] | None = None, offset: int = 0) -> SearchResult:
        """Products without a query, one category after the other, so that the first page is varied."""
        started = time.perf_counter()
        passing = self.table.mask(filters or {})
        shelves: dict[str, list[Product]] = defaultdict(list)
        for product, passes in zip(self.opened.products, passing, strict=True):
            if passes:
                shelves[product.subcategory or product.category].append(product)
        rounds = itertools.zip_longest(*shelves.values())
        ordered = [p for row in rounds for p in row if p is not None]
        hits = tuple(Hit(p, 0.0, 0.0, True, p.pictures[0] if p.pictures else "") for p in ordered[offset : offset + k])
        return self._result(hits, {"total": _ms(started, time.perf_counter())}, int(passing.sum()))

    def embedder(self) -> Embedder:
        """The encoder; loads it the first time."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    # ------------------------------------------------------------------ query -> direction

    def _question(self, query: Query) -> _Question:
        photo = None if query.image is None else self._image_vector(query.image, query.box)
        liked = [self._product_vector(i) for i in query.more_like]
        if photo is None and liked and not query.text:
            photo, liked = _unit(np.sum(liked, axis=0)), []
        words = self._text_vector(query.text) if query.text.strip() else None
        share = _share(query, photo is not None, words is not None)
        # Words score in a narrower range than photos do: the spreads make half a share mean half a say.
        scale = self._calibration.photo_spread / self._calibration.text_spread
        weights = [1 - share, share * scale]
        vector = weights[0] * (0 if photo is None else photo) + weights[1] * (0 if words is None else words)
        for like in liked:
            vector = vector + _LIKE_SHARE / len(liked) * like
        for unlike in (self._product_vector(i) for i in query.less_like):
            vector = vector - _LIKE_SHARE / len(query.less_like) * unlike
        norm = max(float(np.linalg.norm(vector)), 1e-9)
        unit = np.ascontiguousarray(vector / norm, dtype=np.float32)
        return _Question(unit, weights[0] / norm, weights[1] / norm)

    def _image_vector(self, image: Image.Image, box: Box | None) -> Vectors:
        if box is not None:
            image = crop(image, box)
        digest = hashlib.sha256(image.tobytes())
        key = f"image:{image.size}:{digest.hexdigest()}"
        return self._cached(key, lambda: self.embedder().embed_images([image]))

    def _text_vector(self, text: str) -> Vectors:
        return self._cached(f"text:{text}", lambda: self.embedder().embed_texts([text.strip()]))

    def _product_vector(self, product_id: str) -> Vectors:
        rows = self._rows[self._position(product_id)]
        return _unit(np.asarray(self.opened.vectors[rows], dtype=np.float32).sum(0, keepdims=True))

    def _position(self, product_id: str) -> int:
        if product_id not in self._positions:
            raise QueryError(
                f"There is no product {product_id!r} in {self.opened.manifest.catalog['id']}.",
                "Take an id from the results.",
            )
        return self._positions[product_id]

    def _cached(self, key: str, compute: Callable[[], Vectors]) -> Vectors:
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
                return self._vectors[key]
        vector = compute()
        with self._lock:
            self._vectors[key] = vector
            while len(self._vectors) > _CACHED_QUERIES:
                self._vectors.popitem(last=False)
        return vector

    # ------------------------------------------------------------------ direction -> products

    def _answer(
        self,
        question: _Question,
        k: int,
        filters: Mapping[str, FilterValue],
        without: set[str],
        started: float,
        embedded: float,
    ) -> SearchResult:
        mask = self.table.mask(filters)
        for product_id in without:
            mask[self._position(product_id)] = False
        total = int(mask.sum())
        allowed = None if total == len(mask) else np.flatnonzero(mask[self.opened.row_product]).astype(np.int64)
        hits = self._hits(question, k, allowed) if total else ()
        finished = time.perf_counter()
        timings = {
            "embed": _ms(started, embedded),
            "search": _ms(embedded, finished),
            "total": _ms(started, finished),
        }
        return self._result(hits, timings, total)

    def _hits(self, question: _Question, k: int, allowed: RowIds | None) -> tuple[Hit, ...]:
        reachable = len(self.opened.row_product) if allowed is None else len(allowed)
        # Room for ties at the cut, and for products whose other pictures take places.
        wanted = min(reachable, k * self._most_pictures + _TIE_ROOM)
        rows, scores = self.opened.index.search(question.vector, wanted, allowed)
        best = self._group(rows[0], scores[0])
        anchors = self._calibration.anchors(question.photo, question.text)
        matches = match(np.array([score for _, score, _ in best]), anchors)
        hits = [
            Hit(self.opened.products[position], score, float(m), bool(m >= FLOOR), self.opened.row_picture[row])
            for (position, score, row), m in zip(best, matches, strict=True)
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.product.id))
        return tuple(hits[:k])

    def _group(self, rows: RowIds, scores: Scores) -> list[tuple[int, float, int]]:
        """(product position, score, row) of each product's best picture, best first."""
        seen: dict[int, tuple[int, float, int]] = {}
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            position = int(self.opened.row_product[row])
            if position not in seen:
                seen[position] = (position, score, row)
        return list(seen.values())

    def _result(self, hits: tuple[Hit, ...], timings: Mapping[str, float], total: int) -> SearchResult:
        manifest = self.opened.manifest
        notes = () if not hits or hits[0].close else ("Nothing close in this catalogue: these are the nearest.",)
        return SearchResult(
            hits, timings, self.model.name, f"{manifest.catalog['id']} ({manifest.index_id})", notes, total
        )


def hit_to_json(hit: Hit, image: Callable[[str], str] = lambda sha: sha) -> dict[str, Any]:
    """The JSON of one hit; `image` turns a picture's sha256 into what the reader can open."""
    product = hit.product
    fields = ("title", "brand", "category", "subcategory", "color", "price", "list_price", "currency", "discount")
    document: dict[str, Any] = {"id": product.id, **{name: getattr(product, name) for name in fields}}
    document |= {"rating": product.rating, "reviews": product.reviews, "stock": product.stock, "url": product.url}
    document |= {"score": round(hit.score, 6), "match": round(hit.match, 1), "close": hit.close}
    return document | {"image": image(hit.picture) if hit.picture else "", "why": dict(hit.why)}


def result_to_json(result: SearchResult, image: Callable[[str], str] = lambda sha: sha) -> dict[str, Any]:
    """The document that `search --json` prints and `/search` answers."""
    return {
        "hits": [hit_to_json(hit, image) for hit in result.hits],
        "timings_ms": {name: round(value, 2) for name, value in result.timings_ms.items()},
        "model": result.model_id,
        "index": result.index_id,
        "notes": list(result.notes),
        "total": result.total,
    }


def _check(query: Query) -> None:
    _check_k(query.k)
    if not query.text.strip() and query.image is None and not query.more_like:
        raise QueryError("There is nothing to search for.", "Give a photo, some words, or both.")
    if query.box is not None and query.image is None:
        raise QueryError("A box needs a photo to be cut from.", "Give the photo too.")


def _check_k(k: int) -> None:
    if not 1 <= k <= MAX_K:
        raise QueryError(f"k is {k}; it must be between 1 and {MAX_K}.", "Ask for fewer products.")


def _share(query: Query, has_photo: bool, has_words: bool) -> float:
    if not (has_photo and has_words):
        return float(has_words)
    share = float(query.weights.get("text", 0.5))
    if not 0 <= share <= 1:
        raise QueryError(f"The weight of the words is {share:g}.", "It must be between 0 (photo only) and 1.")
    return share


def _unit(vector: Any) -> Vectors:
    return np.ascontiguousarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _ms(start: float, end: float) -> float:
    return (end - start) * 1000
