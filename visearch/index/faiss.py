"""faiss: `flat` (exhaustive) and `ivf` (inverted lists of 8-bit codes), re-scored with the true vectors.

What is promised: scores are true cosines, whatever faiss approximated; `flat` finds exactly what exact.py
finds, ties included. `ivf` may miss rows; what it returns is in the right order, rows with identical vectors
come by lower row id (they share a list and a code), and no answer is shorter than it could be.

Lists that were saved are mapped into memory, not read: an index opens in milliseconds, whatever its size, and the
system keeps what is asked for. They are made in bounded memory beside their codes (a byte a number): a sample of the
vectors trains them, and blocks of the vectors are added.
"""

from __future__ import annotations

import contextlib
import math
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import StoreError
from visearch.index.exact import empty, search_exact
from visearch.index.table import (
    REINDEX,
    TIE,
    RowTable,
    as_vectors,
    best,
    blocks,
    check_dim,
    damaged,
    read_header,
    read_table,
    score,
    write_table,
)
from visearch.packages import optional
from visearch.types import RowIds, Scores, Vectors

EXACT_BELOW = 20_000
"""A filter that leaves fewer rows than this is answered exactly: inverted lists run dry there."""

PROBE_SHARE = 0.08
"""Share of the lists that a query looks into, at least MIN_PROBES."""

MIN_PROBES = 16
_PARALLEL_FROM = 8
_TRAIN_PER_LIST = 64
_TRAIN_AT_LEAST = 16
_TRAIN_BYTES = 256 << 20
"""Of vectors that lists are trained on, unless that leaves fewer than _TRAIN_AT_LEAST a list."""

_TRAIN_ROUNDS = 12


@dataclass(frozen=True)
class _State:
    """What one search works on; a change makes a new one, so that running searches are not disturbed.

    `mapped` is whether the lists are those of a file, which cannot be changed.
    """

    table: RowTable
    faiss: Any
    lists: int
    mapped: bool = False


class FaissIndex:
    """A VectorIndex over faiss. Searches may run in parallel with each other and with one change.

    `add` and `remove` copy the index: change many rows at once.
    """

    def __init__(self, state: _State, kind: str) -> None:
        self._state = state
        self._kind = kind
        self._change = threading.Lock()

    @classmethod
    def create(cls, vectors: Vectors, kind: str) -> FaissIndex:
        """Rows 0 to n - 1; `kind` is `flat` or `ivf`."""
        table = RowTable.numbered(vectors)
        if kind == "ivf" and len(table):
            lists = max(1, round(math.sqrt(len(table))))
            return cls(_State(table, _train_ivf(table, lists), lists), "ivf")
        return cls(_State(table, _flat(table), 0), "flat")

    @classmethod
    def load(cls, path: Path, vectors: Vectors | None = None) -> FaissIndex:
        """Reads what `save` wrote. Raises StoreError when it does not fit together."""
        header, table = read_header(path), read_table(path, vectors)
        if header["kind"] == "flat":
            return cls(_State(table, _flat(table), 0), "flat")
        index = _mapped(path / "lists.faiss", header.get("bytes"))
        if (index.ntotal, index.d) != (len(table), table.dim):
            raise StoreError(
                f"The lists in {path} hold {index.ntotal} vectors of {index.d} numbers, "
                f"its table {len(table)} of {table.dim}.",
                REINDEX,
            )
        return cls(_State(table, index, int(header["lists"]), mapped=True), "ivf")

    @property
    def id(self) -> str:
        return f"faiss-ivf{self._state.lists}-sq8" if self._kind == "ivf" else "faiss-flat"

    @property
    def dim(self) -> int:
        return self._state.table.dim

    def __len__(self) -> int:
        return len(self._state.table)

    def search(self, queries: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Scores]:
        """See VectorIndex.search. Raises StoreError when the queries have another dim or are not finite."""
        state = self._state
        queries = check_dim(as_vectors(queries), state.table.dim, "The queries")
        table, among = state.table, None if allowed is None else state.table.positions(allowed)
        found = len(table) if among is None else len(among)
        wanted = 2 * k + 32
        if k <= 0 or wanted >= found or (among is not None and found < EXACT_BELOW):
            return search_exact(table, queries, k, among)
        with _threads_for(len(queries)):
            rough, near = state.faiss.search(queries, wanted, params=_params(state, among, found))
        ids, scores = empty(len(queries), k)
        for i, query in enumerate(queries):
            answer = _finish(table, query, near[i], rough[i], k)
            ids[i], scores[i] = answer or search_exact(table, queries[i : i + 1], k, among)
        return ids, scores

    def add(self, rows: RowIds, vectors: Vectors) -> None:
        """Adds rows; a row that is there already is replaced. `ivf` does not train its lists again."""
        rows = np.ascontiguousarray(rows, dtype=np.int64)
        with self._change:
            state = self._state
            table = state.table.with_rows(rows, vectors)
            index = _copy(state)
            _drop(index, rows)
            if len(rows):
                index.add_with_ids(as_vectors(vectors), rows)
            self._state = _State(table, index, state.lists)

    def remove(self, rows: RowIds) -> None:
        """Takes rows out; rows that are not there are ignored."""
        with self._change:
            state = self._state
            index = _copy(state)
            _drop(index, np.ascontiguousarray(rows, dtype=np.int64))
            self._state = _State(state.table.without(rows), index, state.lists)

    def save(self, path: Path, with_vectors: bool = True) -> None:
        """Writes to the folder `path`; a flat index is its vectors and has no file of its own."""
        state = self._state
        header: dict[str, Any] = {"kind": self._kind, "lists": state.lists}
        if self._kind == "ivf":
            path.mkdir(parents=True, exist_ok=True)
            with (path / "lists.faiss").open("wb") as file:
                # Not by name: that turns a full disk into a RuntimeError without the reason. And not through
                # `serialize_index`, which would hold all lists in memory once more.
                _faiss().write_index(state.faiss, _faiss().PyCallbackIOWriter(file.write))
                header["bytes"] = file.tell()
        write_table(path, state.table, header, with_vectors)


def _mapped(file: Path, size: int | None) -> Any:
    """The saved lists, as a memory map. Raises StoreError when they cannot be read, or are not `size` bytes."""
    try:
        # What is cut off at a map's last page would not be noticed until it is asked for, which kills the process.
        if size is not None and file.stat().st_size != size:
            raise OSError(f"it has {file.stat().st_size} bytes, {size} were written")
        return _faiss().read_index(str(file), _faiss().IO_FLAG_MMAP_IFC)
    except (OSError, RuntimeError) as error:
        raise damaged(file, error) from error


def _copy(state: _State) -> Any:
    """An index that may be changed. A clone of a mapped one would write into the map."""
    faiss = _faiss()
    if state.mapped:
        return faiss.deserialize_index(faiss.serialize_index(state.faiss))
    return faiss.clone_index(state.faiss)


def _finish(table: RowTable, query: Vectors, near: RowIds, rough: Scores, k: int) -> tuple[RowIds, Scores] | None:
    """The k best of faiss's candidates by true score, or None when only an exact search can tell.

    That is so when faiss found too few (-1), and when the last candidate ties with the k-th answer: then rows
    that were cut off may belong to the answer.
    """
    if (near < 0).any():
        return None
    at = np.searchsorted(table.rows, near)
    rows, scores = best(near, score(table.vectors[at], query), k)
    if rough[near == rows[-1]][0] - rough[-1] <= TIE:
        return None
    return rows, scores


def _params(state: _State, among: RowIds | None, found: int) -> Any:
    """Per-call parameters: a shared `nprobe` could not be changed safely while others search."""
    faiss = _faiss()
    selector = None
    if among is not None:
        bits = np.zeros(int(state.table.rows[-1]) + 1, dtype=bool)
        bits[state.table.rows[among]] = True
        selector = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
    if not state.lists:
        return faiss.SearchParameters(sel=selector)
    probes = max(MIN_PROBES, PROBE_SHARE * state.lists) * len(state.table) / found
    return faiss.SearchParametersIVF(sel=selector, nprobe=min(state.lists, math.ceil(probes)))


@contextlib.contextmanager
def _threads_for(queries: int) -> Iterator[None]:
    """A few queries run on one thread: on a busy machine OpenMP's threads spin longer than the search takes (20k
    rows of 512 on two loaded cores: 5 ms of CPU with one thread, 22 ms with two)."""
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    if queries < _PARALLEL_FROM:
        faiss.omp_set_num_threads(1)  # of the calling thread only
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _flat(table: RowTable) -> Any:
    faiss = _faiss()
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(table.dim))
    if len(table):
        index.add_with_ids(np.ascontiguousarray(table.vectors), table.rows)
    return index


def _train_ivf(table: RowTable, lists: int) -> Any:
    faiss = _faiss()
    index = faiss.index_factory(table.dim, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.min_points_per_centroid = 1
    index.cp.max_points_per_centroid = _TRAIN_PER_LIST
    index.cp.niter = _TRAIN_ROUNDS
    index.train(_sample(table.vectors, lists))
    for start, part in blocks(table.vectors):
        index.add_with_ids(part, table.rows[start : start + len(part)])
    return index


def _sample(vectors: Vectors, lists: int) -> Vectors:
    """The rows that `lists` lists are trained on, drawn by seed."""
    affordable = max(_TRAIN_BYTES // (4 * vectors.shape[1]), _TRAIN_AT_LEAST * lists)
    wanted = min(len(vectors), _TRAIN_PER_LIST * lists, affordable)
    if wanted == len(vectors):
        return np.ascontiguousarray(vectors)
    drawn = np.random.default_rng(0).choice(len(vectors), wanted, replace=False)
    return np.ascontiguousarray(vectors[np.sort(drawn)])


def _drop(index: Any, rows: RowIds) -> None:
    if len(rows):
        index.remove_ids(rows)


def _faiss() -> Any:
    faiss = optional("faiss", "faiss-cpu", "This index", "set VISEARCH_INDEX=exact", StoreError)
    if sys.platform == "darwin":
        # torch and faiss each bring an OpenMP runtime there, and two thread pools crash the process. The
        # setting belongs to the calling thread, hence on every call.
        faiss.omp_set_num_threads(1)
    return faiss
