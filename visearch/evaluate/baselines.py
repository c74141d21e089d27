"""What our figures are held against: the bare picture tower for photos, BM25 for words.

Both answer through the same `search(Query)` as the engine does, so that `evaluate` measures all alike.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from visearch.errors import ModelError, QueryError
from visearch.models.base import Embedder, ModelInfo
from visearch.store import OpenIndex
from visearch.text.lexical import FIELDS, LexicalIndex
from visearch.types import Hit, Query, SearchResult, Vectors


class Backbone:
    """An encoder's picture tower without what was put on top of it: its pooled features, unit length.

    The same weights and the same preprocessing see the same pixels in the same pass; only the head is left out.
    Pictures only. Raises ModelError when the encoder has no separate trunk.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._trunk = _trunk(embedder)
        self._one_at_a_time = threading.Lock()
        full = embedder.info
        dim = int(getattr(self._trunk, "num_features", 0))
        name, weights = f"{full.name}-backbone", _digest(self._trunk)
        self.info = ModelInfo(name, dim, weights, full.preprocessing, full.licence, languages=())

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        """float32 (n, dim), unit rows."""
        seen: list[np.ndarray] = []
        with self._one_at_a_time:
            hook = self._trunk.register_forward_hook(
                lambda _module, _inputs, output: seen.append(output.detach().float().cpu().numpy())
            )
            try:
                self._embedder.embed_images(pictures)
            finally:
                hook.remove()
        rows = np.concatenate(seen) if seen else np.zeros((0, self.info.dim))
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


def _trunk(embedder: Embedder) -> Any:
    # A measurement looks inside; nothing that answers people does.
    visual = getattr(getattr(embedder, "_model", None), "visual", None)
    trunk = getattr(visual, "trunk", None)
    if trunk is None:
        raise ModelError(
            f"The picture tower of {embedder.info.name} has no trunk of its own to compare with.",
            "Compare an encoder whose tower is a timm model, such as `embedded`.",
        )
    return trunk


def _digest(trunk: Any) -> str:
    """16 hex digits of the trunk's own weights: they stay when a head above it is trained anew."""
    digest = hashlib.sha256()
    for name, value in sorted(trunk.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
