"""What a vector index is: the nearest rows of a gallery, by cosine similarity."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from visearch.types import RowIds, Scores, Vectors


class Searchable(Protocol):
    """What can be asked. Rows are numbered by whoever adds them; vectors are unit length.

    `search` returns int64 (q, m) row ids and float32 (q, m) scores with m = min(k, rows that may be found):
    no padding, best first, equal scores by lower row id.
    """

    @property
    def id(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def __len__(self) -> int: ...

    def search(self, queries: Vectors, k: int, allowed: RowIds | None = None) -> tuple[RowIds, Scores]:
        """`allowed` (int64, sorted) limits the answer to these rows."""
        ...


class VectorIndex(Searchable, Protocol):
    """What can also be changed and kept."""

    def add(self, rows: RowIds, vectors: Vectors) -> None:
        """Adds rows; a row that is there already is replaced."""
        ...

    def remove(self, rows: RowIds) -> None:
        """Takes rows out; rows that are not there are ignored."""
        ...

    def save(self, path: Path, with_vectors: bool = True) -> None:
        """Writes to the folder `path`. `with_vectors=False` leaves them out when the caller keeps them."""
        ...
