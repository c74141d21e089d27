"""Vector indexes behind one lazy factory: `exact` (numpy, the reference), `flat` and `ivf` (faiss), vector servers.

A server is named by its address: `postgresql://...` or `milvus://...` (visearch.index.server).
"""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np

from visearch.errors import StoreError
from visearch.index.base import Searchable, VectorIndex
from visearch.index.server import Address, address_of, server_of
from visearch.types import Vectors

KINDS = ("exact", "flat", "ivf")
"""What `create_index` makes; `auto` chooses by size."""

FLAT_UP_TO = 20_000
"""Rows up to which exhaustive search is both exact and fast enough (2 ms for 10k x 512 on one core)."""


def choose_kind(rows: int) -> str:
    """`flat` up to 20,000 rows, `ivf` above."""
    return "flat" if rows <= FLAT_UP_TO else "ivf"


def create_index(vectors: Vectors, kind: str = "auto") -> VectorIndex:
    """An index over `vectors`, float32 (n, dim) with unit rows, numbered 0 to n - 1.

    `ivf` over no rows at all has nothing to train on and becomes `flat`. Raises StoreError for an unknown
    kind, or when faiss is needed and not installed.
    """
    chosen = choose_kind(len(vectors)) if kind == "auto" else kind
    address = address_of(chosen)
    if address is not None:
        return _on_server(address, vectors)
    if chosen == "exact":
        from visearch.index.exact import ExactIndex

        return ExactIndex.create(vectors)
    _check_kind(chosen)
    from visearch.index.faiss import FaissIndex

    return FaissIndex.create(vectors, chosen)


def load_index(path: Path, vectors: Vectors | None = None) -> VectorIndex:
    """Reads what `save` wrote to the folder `path`.

    `vectors` are the rows in row order for an index saved with `with_vectors=False`; a read-only memory map
    will do. Raises StoreError when files are missing, damaged or do not fit together.
    """
    from visearch.index.exact import ExactIndex
    from visearch.index.table import read_header

    kind = read_header(path)["kind"]
    if kind == "exact":
        return ExactIndex.load(path, vectors)
    if kind == "server":
        raise StoreError(f"The index {path} lies on a vector server.", "Set VISEARCH_INDEX to the server's address.")
    _check_kind(kind)
    from visearch.index.faiss import FaissIndex

    return FaissIndex.load(path, vectors)


def _on_server(address: Address, vectors: Vectors) -> VectorIndex:
    """A table of its own, numbered 0 to n - 1, which nothing else names: what a store keeps is visearch.remote's."""
    from visearch.index.remote import RemoteIndex

    generation = f"alone_{uuid.uuid4().hex[:12]}"
    table, _ = server_of(address).begin(generation, generation, vectors.shape[1])
    index = RemoteIndex(table)
    index.add(np.arange(len(vectors), dtype=np.int64), vectors)
    table.finish()
    return index


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise StoreError(
            f"There is no index kind {kind!r}; the kinds are auto, {', '.join(KINDS)}.",
            "Set VISEARCH_INDEX to one of them or to a server's address, or unset it.",
        )


__all__ = [
    "FLAT_UP_TO",
    "KINDS",
    "Searchable",
    "VectorIndex",
    "address_of",
    "choose_kind",
    "create_index",
    "load_index",
]
