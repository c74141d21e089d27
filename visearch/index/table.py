"""Rows with their vectors, the scores every backend answers with, and how local indexes lie on disk."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import StoreError
from visearch.types import RowIds, Scores, Vectors

FORMAT = 1
REINDEX = "Index the catalogue again."
TIE = 1e-5
"""Wider than the float32 rounding of a dot product of unit vectors: closer scores may be one and the same."""


BLOCK_BYTES = 64 << 20
"""Of vectors that are read at a time where all of them are gone through."""


@dataclass(frozen=True)
class RowTable:
    """`rows` int64 (n,), sorted, unique; `vectors` float32 (n, dim) in that order. Not changed in place."""

    rows: RowIds
    vectors: Vectors

    @classmethod
    def numbered(cls, vectors: Vectors) -> RowTable:
        """Rows 0 to n - 1."""
        return cls(np.arange(len(vectors), dtype=np.int64), as_vectors(vectors))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dim(self) -> int:
        return int(self.vectors.shape[1])

    def positions(self, rows: RowIds) -> RowIds:
        """Where these row ids lie, int64, in table order; ids that are not there are left out."""
        wanted = np.asarray(rows, dtype=np.int64)
        if len(wanted) > 1 and not (wanted[1:] > wanted[:-1]).all():
            wanted = np.unique(wanted)
        if not len(self.rows):
            return wanted[:0]
        if self.rows[0] == 0 and self.rows[-1] == len(self.rows) - 1:  # numbered without a gap
            return wanted[slice(*np.searchsorted(wanted, [0, len(self.rows)]))]
        at = np.minimum(np.searchsorted(self.rows, wanted), len(self.rows) - 1)
        return at[self.rows[at] == wanted].astype(np.int64, copy=False)

    def with_rows(self, rows: RowIds, vectors: Vectors) -> RowTable:
        """A new table with these rows added or replaced."""
        new_rows, first = np.unique(np.asarray(rows, dtype=np.int64), return_index=True)
        if len(rows) != len(vectors) or len(new_rows) != len(rows):
            raise ValueError(f"{len(rows)} row ids ({len(new_rows)} different) for {len(vectors)} vectors")
        new_vectors = check_dim(as_vectors(vectors), self.dim, "The vectors to add")[first]
        kept = self.without(new_rows)
        all_rows = np.concatenate([kept.rows, new_rows])
        order = np.argsort(all_rows, kind="stable")
        return RowTable(all_rows[order], np.concatenate([kept.vectors, new_vectors])[order])

    def without(self, rows: RowIds) -> RowTable:
        """A new table without these rows."""
        gone = self.positions(rows)
        return RowTable(np.delete(self.rows, gone), np.delete(self.vectors, gone, axis=0)) if len(gone) else self


def as_vectors(vectors: Vectors) -> Vectors:
    """float32, C-contiguous, two axes; a memory map stays one."""
    array = np.asarray(vectors)
    if array.ndim != 2:
        raise ValueError(f"vectors have the shape {array.shape}; two axes are needed")
    return np.ascontiguousarray(array, dtype=np.float32)


def blocks(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    """All rows in order, as (number of the first, float32 (m, dim) of its own), BLOCK_BYTES at a time.

    Of a read-only memory map no more than a block stays in memory.
    """
    step = max(1, BLOCK_BYTES // (4 * max(1, vectors.shape[1])))
    for start in range(0, len(vectors), step):
        yield start, np.array(vectors[start : start + step], dtype=np.float32)
        release(vectors)


def release(vectors: Vectors) -> None:
    """Lets go of what was read of a read-only memory map: the system reads it again when it is asked for."""
    base: Any = vectors
    while isinstance(base, np.ndarray) and not base.flags.writeable:
        base = base.base
    # A writable map may hold what is in no file yet; Windows and old systems have no such call.
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def check_dim(vectors: Vectors, dim: int, what: str) -> Vectors:
    """Raises StoreError unless the vectors have `dim` finite numbers each."""
    if vectors.shape[1] != dim:
        raise StoreError(
            f"{what} have {vectors.shape[1]} numbers each, those of the index have {dim}.",
            "Use the model that the index was made with, or index the catalogue again.",
        )
    if not np.isfinite(vectors).all():
        raise StoreError(f"{what} hold numbers that are not finite.", "The picture or the model is broken.")
    return vectors


def score(vectors: Vectors, query: Vectors) -> Scores:
    """float32 (n,) cosines of unit `vectors` (n, dim) with one unit `query` (dim,).

    Summed in float64 and rounded once, so that equal vectors get equal scores wherever they lie and whichever
    backend found them: a BLAS product differs in the last bit by position in the matrix.
    """
    return (vectors.astype(np.float64) * query.astype(np.float64)).sum(axis=1).astype(np.float32)


def best(rows: RowIds, scores: Scores, k: int) -> tuple[RowIds, Scores]:
    """The k best, equal scores by lower row id."""
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def write_table(path: Path, table: RowTable, header: Mapping[str, Any], with_vectors: bool) -> None:
    """Writes index.json, rows.npy and, if asked, vectors.npy to the folder `path`."""
    path.mkdir(parents=True, exist_ok=True)
    write_array(path / "rows.npy", table.rows)
    if with_vectors:
        write_array(path / "vectors.npy", table.vectors)
    content = {"format": FORMAT, "dim": table.dim, "rows": len(table), **header}
    (path / "index.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def write_array(path: Path, array: np.ndarray) -> None:
    """Writes a .npy file."""
    array = np.ascontiguousarray(array)
    write_parts(path, array.shape, array.dtype, [array])


def write_parts(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], parts: Iterable[np.ndarray]) -> None:
    """Writes a .npy file of `shape` from its parts along the first axis, which need never be in memory together.

    Not np.save: on a full disk that raises an OSError without the reason (errno). Nor a writable memory map: there a
    full disk kills the process.
    """
    with path.open("wb") as file:
        descr = np.lib.format.dtype_to_descr(dtype)
        np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})
        for part in parts:
            if part.size:
                file.write(np.ascontiguousarray(part, dtype=dtype).data.cast("B"))


def read_header(path: Path) -> dict[str, Any]:
    """The index.json of the folder `path`. Raises StoreError when it is missing, damaged or too new."""
    try:
        header = json.loads((path / "index.json").read_text(encoding="utf-8"))
        found = header["format"], header["kind"], header["dim"], header["rows"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path / "index.json", error) from error
    if found[0] != FORMAT:
        raise StoreError(
            f"The index {path} has the format {found[0]}, this version reads {FORMAT}.",
            REINDEX,
        )
    return header


def read_table(path: Path, vectors: Vectors | None) -> RowTable:
    """The rows saved in `path`, with the given vectors or those saved beside them (memory-mapped)."""
    header = read_header(path)
    try:
        # Mapped, as 100 million rows have 800 MB of numbers; what is empty cannot be mapped.
        rows = np.load(path / "rows.npy", mmap_mode="r" if header["rows"] else None, allow_pickle=False)
        if vectors is None:
            vectors = np.load(path / "vectors.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise damaged(path, error) from error
    expected = (header["rows"], header["dim"])
    if rows.shape != expected[:1] or vectors.shape != expected or vectors.dtype != np.float32:
        raise StoreError(
            f"The index {path} says {expected[0]} rows of {expected[1]} numbers, but its files have "
            f"{len(rows)} rows and vectors of {vectors.shape} {vectors.dtype}.",
            REINDEX,
        )
    return RowTable(rows, vectors)


def damaged(path: Path, error: Exception) -> StoreError:
    """What to say about a file of an index that cannot be read."""
    return StoreError(f"The index file {path} cannot be read ({error}).", REINDEX)
