"""The vector cache: what was computed once for the bytes of a picture is never computed again.

SQLite, because a killed writer leaves it whole, several processes share it and it needs no import beyond the
standard library. It is only a cache: a damaged file is set aside and filled again, and so is a damaged row: each
carries a checksum over its key and its value. Rows of before there were checksums are taken as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from visearch import tally
from visearch.disk import remove, writing_to
from visearch.errors import StoreError
from visearch.models.base import ModelInfo
from visearch.types import Vectors

logger = logging.getLogger(__name__)

_ASK_AT_ONCE = 500
_PATIENCE_S = 60.0
_CHECK = 8
"""Bytes of a row's checksum: one damaged row in 2**64 would pass."""
_BROKEN = ("malformed", "not a database", "unsupported file format", "no such", "decode", "corrupt", "has no column")
"""Words of what SQLite says of a file that was changed from outside, beside its DatabaseError."""


class _Table:
    """One key-value table in one file, shared by threads and processes."""

    def __init__(self, path: Path, note: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._note = note
        with writing_to(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file():
                self._set_aside()
            try:
                self._db = self._open(note)
            except sqlite3.DatabaseError as error:
                if not _is_broken(error):
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
            aside = file.with_name(file.name + ".damaged")
            if file.exists():
                remove(aside)
                file.replace(aside)

    def get(self, keys: Sequence[str], size: int) -> dict[str, bytes]:
        """The values, of `size` bytes, of those keys that are there and sound."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), _ASK_AT_ONCE):
            part = keys[start : start + _ASK_AT_ONCE]
            marks = ",".join("?" * len(part))
            sql = f"SELECT key, value FROM item WHERE key IN ({marks})"  # noqa: S608 (only question marks)
            for key, kept in self._mending(partial(self._ask, sql, part)):
                value = _unpacked(key, kept, size)
                if value is not None:
                    found[key] = value
        return found

    def _ask(self, sql: str, keys: Sequence[str]) -> list[Any]:
        return self._db.execute(sql, keys).fetchall()

    def put(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Adds or replaces, all or nothing."""
        rows = [(key, value + _check(key, value)) for key, value in items]

        def write() -> None:
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO item VALUES (?, ?)", rows)

        self._mending(write)

    def _mending(self, work: Callable[[], Any]) -> Any:
        """What `work` gives; when the file turns out to be broken it is set aside, and `work` sees an empty one."""
        with self._working():
            try:
                return work()
            except sqlite3.Error as error:
                if not _is_broken(error):
                    raise
                logger.warning("the cache %s is damaged (%s) and is filled again", self._path, error)
                with contextlib.suppress(sqlite3.Error):
                    self._db.close()
                self._set_aside()
                self._db = self._open(self._note)
                return work()

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


def _is_broken(error: sqlite3.Error) -> bool:
    """Whether the file itself is damaged, and not merely locked, full or closed to us."""
    if not isinstance(error, sqlite3.OperationalError):
        return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError)
    return any(word in str(error).lower() for word in _BROKEN)


def _check(key: str, value: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + b"\0" + value, digest_size=_CHECK).digest()


def _unpacked(key: str, kept: object, size: int) -> bytes | None:
    """The value of a row, None when it is not what was put there."""
    if not isinstance(kept, bytes) or len(kept) not in (size, size + _CHECK):
        return None
    value = kept[:size]
    return value if len(kept) == size or kept[size:] == _check(key, value) else None


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
        found = self._table.get(shas, 4 * self._dim)
        tally.count("vectors_on_disk", "hit", len(found))
        tally.count("vectors_on_disk", "miss", len(shas) - len(found))
        return {sha: np.frombuffer(value, dtype="<f4") for sha, value in found.items()}

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
        value = self._table.get([key], 32).get(key)
        return value.hex() if value else None

    def put(self, scope: str, items: Iterable[tuple[str, str]]) -> None:
        """`items` are (ref, sha256 as hex)."""
        self._table.put([(_ref_key(scope, ref), bytes.fromhex(sha)) for ref, sha in items])

    def __enter__(self) -> PictureRefs:
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()


def _ref_key(scope: str, ref: str) -> str:
    return hashlib.sha256(f"{scope}\n{ref}".encode()).hexdigest()
