"""Exhaustive search in numpy: the reference that every other backend is measured against."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visearch.index.table import TIE, RowTable, as_vectors, best, check_dim, read_table, score, write_table
from visearch.types import RowIds, Scores, Vectors

_BLOCK = 1 << 24
"""Scores computed at a time (64 MB of float32)."""

_PICK = 1024
"""Rows copied out at a time: few enough that the copy stays in the cache and its memory is used again."""


def search_exact(table: RowTable, queries: Vectors, k: int, among: RowIds | None = None) -> tuple[RowIds, Scores]:
    """The k best rows for every query: int64 (q, m), float32 (q, m), m = min(k, rows that may be found).

    `among` are sorted positions in the table (not row ids); None means all.
    """
    n = len(table) if among is None else len(among)
    m = max(0, min(k, n))
    ids, scores = empty(len(queries), m)
    if m == 0:
        return ids, scores
    step = max(1, _BLOCK // len(table))
    for start in range(0, len(queries), step):
        rough = _rough(table.vectors, queries[start : start + step], among)
        for i, line in enumerate(rough, start):
            chosen = _candidates(line, m)
            at = chosen if among is None else among[chosen]
            ids[i], scores[i] = best(table.rows[at], score(table.vectors[at], queries[i]), m)
    return ids, scores


def _rough(vectors: Vectors, queries: Vectors, among: RowIds | None) -> Scores:
    """float32 (q, n) products with the rows at the positions `among`, or with all."""
    if among is None:
        return queries @ vectors.T
    if 3 * len(among) > len(vectors):
        return (queries @ vectors.T)[:, among]  # reading on is faster than picking rows out
    scores = np.empty((len(queries), len(among)), dtype=np.float32)
    for start in range(0, len(among), _PICK):
        part = vectors[among[start : start + _PICK]]
        # For one query a BLAS product of such a small block spends its time on waking threads.
        product = np.einsum("nd,d->n", part, queries[0]) if len(queries) == 1 else queries @ part.T
        scores[:, start : start + _PICK] = product
    return scores


def empty(queries: int, m: int) -> tuple[RowIds, Scores]:
    """Room for the answers to `queries` queries, m each."""
    return np.empty((queries, m), dtype=np.int64), np.empty((queries, m), dtype=np.float32)


def _candidates(rough: Scores, k: int) -> RowIds:
    """Positions of the k best and of all that may tie with the last of them."""
    if k >= len(rough):
        return np.arange(len(rough))
    kth = np.partition(rough, len(rough) - k)[len(rough) - k]
    return np.flatnonzero(rough >= kth - TIE)


class ExactIndex:
    """A VectorIndex that looks at every row. Thread-safe: a change swaps the whole table."""

    id = "exact"

    def __init__(self, table: RowTable) -> None:
        self._table = table

    @classmethod
    def create(cls, vectors: Vectors) -> ExactIndex:
        """Rows 0 to n - 1."""
        return cls(RowTable.numbered(vectors))

    @classmethod
    def load(cls, path: Path, vectors: Vectors | None = None) -> ExactIndex:
        """Reads what `save` wrote. Raises StoreError when it does not fit together."""
        return cls(read_table(path, vectors))

    @property
    def dim(self) -> int:
        return self._table.dim

    def __len__(self) -> int:
        return len(self._table)

    def search(self, queries: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Scores]:
        """See VectorIndex.search. Raises StoreError when the queries have another dim or are not finite."""
        table = self._table
        among = None if allowed is None else table.positions(allowed)
        return search_exact(table, check_dim(as_vectors(queries), table.dim, "The queries"), k, among)

    def add(self, rows: RowIds, vectors: Vectors) -> None:
        """Adds rows; a row that is there already is replaced."""
        self._table = self._table.with_rows(rows, vectors)

    def remove(self, rows: RowIds) -> None:
        """Takes rows out; rows that are not there are ignored."""
        self._table = self._table.without(rows)

    def save(self, path: Path, with_vectors: bool = True) -> None:
        """Writes to the folder `path`."""
        write_table(path, self._table, {"kind": "exact"}, with_vectors)
