"""The vector cache: what was computed once for the bytes of a picture is never computed again.

SQLite, because a killed writer leaves it whole, several processes share it and it needs no import beyond the
standard library. It is only a cache: a damaged file is set aside and filled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from visearch.disk import writing_to
from visearch.errors import StoreError
from visearch.models.base import ModelInfo
from visearch.types import Vectors

_ASK_AT_ONCE = 500
_PATIENCE_S = 60.0


class _Table:
    """One key-value table in one file, shared by threads and processes."""

    def __init__(self, path: Path, note: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        with writing_to(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._db = self._open(note)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._set_aside()
                self._db = self._open(note)

    def _open(self, note: str) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_PATIENCE_S, check_same_thread=False)
        try:
            # WAL lets a second process read while one writes; NORMAL survives a kill, and a power cut may
            # cost the last batches but not the file.
            db.execute("PRAGMA page_size=16384")  # a vector has 2-3 KB: in pages of 4 KB half would be air
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            with db:
                db.execute("CREATE TABLE IF NOT EXISTS item (key TEXT PRIMARY KEY, value BLOB)")
                db.execute("INSERT OR IGNORE INTO item VALUES ('about', ?)", (note,))
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            file = self._path.with_name(self._path.name + suffix)
            if file.exists():
                file.replace(file.with_name(file.name + ".damaged"))

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values of those keys that are there."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), _ASK_AT_ONCE):
            part = keys[start : start + _ASK_AT_ONCE]
            marks = ",".join("?" * len(part))
            with self._working():
                sql = f"SELECT key, value FROM item WHERE key IN ({marks})"  # noqa: S608 (only question marks)
                found.update(self._db.execute(sql, part).fetchall())
        return found

    def put(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Adds or replaces, all or nothing."""
        with self._working(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO item VALUES (?, ?)", items)

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        """One thread at a time. Raises StoreError for a full disk and for a file that breaks while it is used."""
        try:
            with writing_to(self._path.parent), self._lock:
                yield
        except sqlite3.Error as error:
            raise StoreError(
                f"The cache {self._path} cannot be used ({error}).",
                "Delete this file and run the command again: its vectors are then computed anew.",
            ) from error

    def close(self) -> None:
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._db.close()


class VectorCache:
    """sha256 of a picture's bytes -> its vector, for one model fingerprint."""

    def __init__(self, home: Path, model: ModelInfo) -> None:
        name = hashlib.sha256(model.fingerprint.encode()).hexdigest()[:20]
        self._table = _Table(home / "cache" / "vectors" / f"{name}.sqlite", model.fingerprint)
        self._dim = model.dim

    def __contains__(self, sha: str) -> bool:
        return bool(self.get([sha]))

    def get(self, shas: Sequence[str]) -> dict[str, Vectors]:
        """float32 (dim,) by sha256, for those that are there."""
        size = 4 * self._dim
        found = self._table.get(shas)
        return {sha: np.frombuffer(v, dtype="<f4") for sha, v in found.items() if len(v) == size}

    def put(self, shas: Sequence[str], vectors: Vectors) -> None:
        """Keeps `vectors` float32 (n, dim) under the n names."""
        rows = (np.ascontiguousarray(row, dtype="<f4").tobytes() for row in vectors)
        self._table.put(zip(shas, rows, strict=True))

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()


class PictureRefs:
    """Reference of a picture that never changes (a pinned revision) -> sha256, so that it need not be read again."""

    def __init__(self, home: Path) -> None:
        self._table = _Table(home / "cache" / "pictures.sqlite", "reference -> sha256")

    def get(self, scope: str, ref: str) -> str | None:
        key = _ref_key(scope, ref)
        value = self._table.get([key]).get(key)
        return value.hex() if value and len(value) == 32 else None

    def put(self, scope: str, items: Iterable[tuple[str, str]]) -> None:
        """`items` are (ref, sha256 as hex)."""
        self._table.put([(_ref_key(scope, ref), bytes.fromhex(sha)) for ref, sha in items])

    def __enter__(self) -> PictureRefs:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()


def _ref_key(scope: str, ref: str) -> str:
    return hashlib.sha256(f"{scope}\n{ref}".encode()).hexdigest()
