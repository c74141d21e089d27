"""The index in use against exhaustive search, on the directions of the queries that were asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from visearch import types
from visearch.index import Searchable, create_index
from visearch.index.table import TIE
from visearch.store import OpenIndex
from visearch.types import Query

K = 10
MOST = 500
"""Queries that are asked again of the indexes alone; more are drawn by seed."""

IVF_FROM = 500
"""Pictures from which on inverted lists are tried beside an exhaustive index: below, they are answered exactly."""


class Vectors:
    """The directions of the queries that an engine was asked, unit rows; none from a searcher without an encoder."""

    def __init__(self, engine: Any) -> None:
        # A measurement looks inside: nobody else needs the direction of a query.
        self._questions = getattr(engine, "_questions", None)
        self._rows: list[types.Vectors] = []

    def add(self, query: Query) -> None:
        """Right after the answer, while the engine still knows the vector."""
        if self._questions is not None:
            self._rows.append(self._questions.of(query).vector)

    def rows(self) -> types.Vectors | None:
        """float32 (n, dim), or None without any."""
        return np.concatenate(self._rows) if self._rows else None


def against_exact(opened: OpenIndex, queries: types.Vectors | None) -> dict[str, Any] | None:
    """{"index", "recall@10", "ms", "exact_ms", "queries", "ivf"} of the index in use; None without queries or pictures.

    recall@10 is the share of the ten nearest rows that are found, where a row that ties with the tenth counts as found.
    Times are medians of one query at a time. "ivf" holds the same for inverted lists over the same vectors, built for
    this, where the index in use looks at every row and there are at least IVF_FROM; else it is None.
    """
    if queries is None or not len(opened.vectors):
        return None
    if len(queries) > MOST:
        queries = queries[np.sort(np.random.default_rng(0).permutation(len(queries))[:MOST])]
    gallery = np.ascontiguousarray(opened.vectors, dtype=np.float32)
    exact = create_index(gallery, "exact")
    found = _compare(opened.index, exact, queries)
    tried = opened.manifest.index_kind != "ivf" and len(gallery) >= IVF_FROM
    return {**found, "ivf": _compare(create_index(gallery, "ivf"), exact, queries) if tried else None}


def _compare(index: Searchable, exact: Searchable, queries: types.Vectors) -> dict[str, Any]:
    wanted, exact_ms = _ask(exact, queries)
    found, ms = _ask(index, queries)
    shares = [
        float((mine[: len(right)] >= right[-1] - TIE).sum()) / len(right)
        for mine, right in zip(found, wanted, strict=True)
    ]
    return {
        "index": index.id,
        "recall@10": round(float(np.mean(shares)), 4),
        "ms": round(ms, 3),
        "exact_ms": round(exact_ms, 3),
        "queries": len(queries),
    }


def _ask(index: Searchable, queries: types.Vectors) -> tuple[Sequence[types.Scores], float]:
    """The scores that came back for each query, best first, and the median milliseconds of one."""
    index.search(queries[:1], K)
    scores, times = [], []
    for row in range(len(queries)):
        started = time.perf_counter()
        _, found = index.search(queries[row : row + 1], K)
        times.append((time.perf_counter() - started) * 1000)
        scores.append(found[0])
    return scores, float(np.median(times))
