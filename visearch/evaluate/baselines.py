"""What our figures are held against: the bare picture tower for photos, BM25 for words.

Both answer through the same `search(Query)` as the engine does, so that `evaluate` measures all alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.errors import ModelError, QueryError
from visearch.models.base import Embedder, ModelInfo
from visearch.models.openclip import BATCH
from visearch.models.runtimes import quicken
from visearch.store import OpenIndex
from visearch.text.lexical import FIELDS, LexicalIndex
from visearch.types import Hit, Query, SearchResult, Vectors


class Backbone:
    """An encoder's picture tower without what was put on top of it: its pooled features, unit length.

    The same weights and the same preprocessing see the same pixels, in the same runtime; only the head is left out.
    Pictures only. Raises ModelError when the encoder does not show its features.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._rows = _map_of(embedder)
        full, dim = embedder.info, len(self.pooled([Image.new("RGB", (8, 8))])[0])
        self.info = ModelInfo(
            f"{full.name}-backbone", dim, full.weights, full.preprocessing, full.licence, (), runtime=full.runtime
        )

    def pooled(self, pictures: Sequence[Image.Image]) -> npt.NDArray[np.float32]:
        """float32 (n, dim): the mean over the places of the tower's last map, not normalised."""
        batches = [self._rows(pictures[start : start + BATCH])[1] for start in range(0, len(pictures), BATCH)]
        means = [np.asarray(maps, dtype=np.float32).mean(axis=(2, 3)) for maps in batches]
        return np.concatenate(means) if means else np.zeros((0, self.info.dim), dtype=np.float32)

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        """float32 (n, dim), unit rows."""
        rows = self.pooled(pictures)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.ascontiguousarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Raises QueryError: a picture tower reads no words."""
        raise QueryError("The bare picture tower reads no words.", "Ask it with a photo.")


class LexicalSearch:
    """BM25 over the words of the catalogue as a searcher; `fields` as in LexicalIndex."""

    def __init__(self, opened: OpenIndex, fields: Mapping[str, int] = FIELDS, name: str = "bm25") -> None:
        self.opened = opened
        self.model = ModelInfo(name, 0, "none", "words")
        self._index = LexicalIndex.plain(opened.products, fields)

    def search(self, query: Query) -> SearchResult:
        """Products that share a word with `query.text`. Raises QueryError when there is none."""
        if not query.text.strip():
            raise QueryError("BM25 sees no photos.", "Ask it with words.")
        started = time.perf_counter()
        found = self._index.search(query.text, query.k)
        hits = tuple(Hit(self.opened.products[position], score, 0.0) for position, score in found)
        elapsed = (time.perf_counter() - started) * 1000
        return SearchResult(hits, {"total": elapsed}, self.model.name, "bm25", total=len(self.opened.products))


def quick(embedder: Embedder) -> Embedder:
    """The same encoder in its fastest runtime: what answers when a page has been up for a while."""
    quicken(embedder)
    return embedder


def _map_of(embedder: Embedder) -> Callable[[Sequence[Image.Image]], tuple[npt.NDArray[Any], ...]]:
    """Pictures -> (vectors, maps of features (n, c, rows, columns)) of an encoder that gives both."""
    # A measurement looks inside; nothing that answers people does.
    rows = getattr(embedder, "_image_rows", None)
    if rows is None or len(rows([Image.new("RGB", (8, 8))])) < 2:
        raise ModelError(
            f"The picture tower of {embedder.info.name} does not show its features, so it cannot be compared without "
            "its head.",
            "Compare an encoder that does, such as `embedded`.",
        )
    return rows
