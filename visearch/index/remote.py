"""A VectorIndex whose rows lie on a server: the server proposes, the scores are computed here from true vectors."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import StoreError
from visearch.index.exact import empty
from visearch.index.server import Only, VectorTable
from visearch.index.table import TIE, as_vectors, best, check_dim, score
from visearch.types import RowIds, Scores, Vectors
from visearch.where import Columns, Where

EXACT_BELOW = 1000
"""A filter that leaves fewer rows than this is answered exactly: a graph of neighbours runs dry there."""

KEEP_BYTES = 64 << 20
BATCH = 500
"""Rows sent to a server at a time: 4 MB at 2,080 numbers."""


class RemoteIndex:
    """Rows of a VectorTable. Thread-safe.

    What is promised: scores are true cosines; the order is right, equal scores by lower row; no answer is shorter than
    it could be. The server may miss rows, as its graph of neighbours is an approximation.
    """

    def __init__(self, table: VectorTable, dense: bool = False) -> None:
        """`dense`: the rows are numbered from 0 without a gap, and stay so."""
        self._table, self._dense = table, dense
        self._count = table.count()
        self._near = _Kept(max(1, KEEP_BYTES // (4 * table.dim)))

    @property
    def id(self) -> str:
        return self._table.id

    @property
    def dim(self) -> int:
        return self._table.dim

    def __len__(self) -> int:
        return self._count

    def search(self, queries: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Scores]:
        """See VectorIndex.search. Raises ServerError when the server does not answer."""
        if allowed is None:
            return self._search(queries, k, None, self._count)
        rows = np.unique(np.asarray(allowed, dtype=np.int64))
        return self._search(queries, k, self._only(rows), len(rows))

    def _only(self, rows: RowIds) -> Only:
        """Fewer numbers travel when a filter that leaves most rows is told by what it takes away."""
        if not self._dense or 2 * len(rows) <= self._count:
            return Only(rows=rows)
        return Only(rows=np.setdiff1d(np.arange(self._count, dtype=np.int64), rows), excluded=True)

    def limited(self, where: Where, rows: RowIds) -> LimitedIndex:
        """The same index; a search among just `rows`, which `where` describes, tells the server that instead."""
        return LimitedIndex(self, where, rows)

    def _search(self, queries: Vectors, k: int, only: Only | None, found: int) -> tuple[RowIds, Scores]:
        queries = check_dim(as_vectors(queries), self.dim, "The queries")
        wanted = min(k, found, self._count)
        answers = [self._one(query, wanted, only, found) for query in queries] if wanted > 0 else []
        m = min((len(rows) for rows, _ in answers), default=max(0, wanted))
        ids, scores = empty(len(queries), m)
        for i, (rows, values) in enumerate(answers):
            ids[i], scores[i] = rows[:m], values[:m]
        return ids, scores

    def _one(self, query: Vectors, k: int, only: Only | None, found: int) -> tuple[RowIds, Scores]:
        wanted = 2 * k + 32
        if wanted < found and found >= EXACT_BELOW:
            rows, vectors = self._table.near(query, wanted, only)
            if len(rows) >= wanted:
                answer = _ranked(rows, vectors, query, k)
                worst = score(vectors, query).min()
                if answer[1][-1] - worst > TIE:
                    self._near.put(rows, vectors)
                    return answer
        # Few rows, or the last candidate ties with the k-th answer: rows that were cut off may belong to it.
        rows, vectors = self._table.exact(query, k + 16, only)
        self._near.put(rows, vectors)
        return _ranked(rows, vectors, query, k)

    def vectors(self, rows: RowIds) -> Vectors:
        """float32 (n, dim) of these rows, in their order. Raises StoreError when one is not there."""
        known = self._near.get(rows)
        missing = np.array([row for row in dict.fromkeys(rows.tolist()) if row not in known], dtype=np.int64)
        if len(missing):
            got, vectors = self._table.fetch(missing)
            self._near.put(got, vectors)
            known.update(zip(got.tolist(), vectors, strict=True))
        try:
            return np.stack([known[row] for row in rows.tolist()]) if len(rows) else np.empty((0, self.dim), np.float32)
        except KeyError as error:
            raise StoreError(f"The server has no row {error.args[0]}.", "Index the catalogue again.") from error

    def add(self, rows: RowIds, vectors: Vectors) -> None:
        """Adds rows; a row that is there already is replaced."""
        rows = np.asarray(rows, dtype=np.int64)
        vectors = check_dim(as_vectors(vectors), self.dim, "The vectors to add")
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            self._table.upsert(part, vectors[start : start + BATCH], Columns.silent(part))
        self._changed(rows)

    def remove(self, rows: RowIds) -> None:
        """Takes rows out; rows that are not there are ignored."""
        rows = np.asarray(rows, dtype=np.int64)
        for start in range(0, len(rows), 10 * BATCH):
            self._table.delete(rows[start : start + 10 * BATCH])
        self._changed(rows)

    def _changed(self, rows: RowIds) -> None:
        self._near.drop(rows)
        self._count = self._table.count()

    def save(self, path: Path, with_vectors: bool = True) -> None:
        """Writes a note to the folder `path`: the server keeps the rows."""
        path.mkdir(parents=True, exist_ok=True)
        note = {"format": 1, "kind": "server", "dim": self.dim, "rows": len(self), "id": self.id}
        (path / "index.json").write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


class LimitedIndex:
    """What `RemoteIndex.limited` gives."""

    def __init__(self, index: RemoteIndex, where: Where, rows: RowIds) -> None:
        self._index, self._where, self._rows = index, where, rows

    @property
    def id(self) -> str:
        return self._index.id

    @property
    def dim(self) -> int:
        return self._index.dim

    def __len__(self) -> int:
        return len(self._index)

    def search(self, queries: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Scores]:
        """See VectorIndex.search."""
        if allowed is not self._rows:
            return self._index.search(queries, k, allowed)
        return self._index._search(queries, k, Only(where=self._where), len(self._rows))


class RemoteVectors:
    """The vectors of a RemoteIndex where an array is expected: rows by number, a product with one vector, or all."""

    dtype = np.dtype(np.float32)
    ndim = 2

    def __init__(self, index: RemoteIndex) -> None:
        self._index = index
        self.shape = (len(index), index.dim)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, at: Any) -> Vectors:
        rows = np.arange(len(self), dtype=np.int64)[at]
        return self._index.vectors(np.atleast_1d(rows)) if np.ndim(rows) else self._index.vectors(rows[None])[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Vectors:
        every = np.empty(self.shape, dtype=np.float32)
        for start in range(0, len(self), 8 * BATCH):
            every[start : start + 8 * BATCH] = self[start : start + 8 * BATCH]
        return every if dtype is None else every.astype(dtype)

    def __matmul__(self, other: Vectors) -> Vectors:
        parts = [self[start : start + 8 * BATCH] @ other for start in range(0, len(self), 8 * BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, *other.shape[1:]), np.float32)


class _Kept:
    """The vectors that were seen last, by row."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._rows: OrderedDict[int, Vectors] = OrderedDict()

    def get(self, rows: RowIds) -> dict[int, Vectors]:
        with self._lock:
            return {row: self._rows[row] for row in rows.tolist() if row in self._rows}

    def put(self, rows: RowIds, vectors: Vectors) -> None:
        with self._lock:
            for row, vector in zip(rows.tolist(), vectors, strict=True):
                self._rows[row] = vector
                self._rows.move_to_end(row)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)

    def drop(self, rows: RowIds) -> None:
        with self._lock:
            for row in rows.tolist():
                self._rows.pop(row, None)


def _ranked(rows: RowIds, vectors: Vectors, query: Vectors, k: int) -> tuple[RowIds, Scores]:
    return best(rows, score(vectors, query), k)
