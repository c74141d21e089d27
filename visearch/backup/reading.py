"""From one file back to an index that answers: all of it, or nothing."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from visearch.backup.archive import (
    END,
    FORMAT,
    HEAD,
    INDEX,
    KIND,
    MOST_MANIFEST,
    MOST_RECORD,
    MOST_THUMB,
    PIECE,
    THUMBS,
    PlainInfo,
    Tally,
    mode_of,
    read_record,
)
from visearch.cache import VectorCache
from visearch.disk import remove_folder, writing_to
from visearch.errors import StoreError
from visearch.gather import Progress
from visearch.generation import build_lock, draft, publish_draft
from visearch.manifest import MANIFEST, Manifest, read_manifest
from visearch.mappings import record_mapping
from visearch.models.base import ModelInfo
from visearch.store import PRODUCTS, VECTORS, Store, read_products, rows_of, thumbnail_path

Tell = Callable[[Progress], None]
LOCK_WAIT_S = 10.0
_SHA = re.compile(r"[0-9a-f]{64}")
_THUMB = re.compile(r"thumbs/([0-9a-f]{2})/(\1[0-9a-f]{62})\.jpg")
_ROWS = 4096
_TELL_EVERY = 200
_HINT = "Nothing was restored from it, and what answered before still does. Use another backup."
_BROKEN = (tarfile.TarError, EOFError, zlib.error)


@dataclass(frozen=True)
class Restored:
    """What answers now. `cached` counts vectors that indexing again need not compute; `created` is the backup's time
    (ISO 8601, UTC)."""

    path: Path
    catalog: str
    model: str
    products: int
    pictures: int
    thumbnails: int
    cached: int
    created: str
    seconds: float


def restore(file: Path, home: Path, *, force: bool = False, cache: bool = True, tell: Tell | None = None) -> Restored:
    """Puts the index of a backup in place, with its thumbnails, and its vectors into the cache unless `cache` is False.

    Everything is read and compared first, beside what is there: an index that answers goes on until the very last
    step, and after an error or a kill it still does. `force` replaces an index that is there. Raises StoreError when
    the file is no backup, of another format, damaged or cut off, when there is not enough room, when there is an index
    already, and when something else is writing this one.
    """
    started, tell = time.perf_counter(), tell or (lambda _: None)
    mode = mode_of(file, "r")
    try:
        with file.open("rb") as data, tarfile.open(fileobj=data, mode=mode, tarinfo=PlainInfo) as tar:
            members = _members(tar)
            head = _head(file, *_small(next(members, None), MOST_RECORD))
            folder = _place(home, head, force)
            with build_lock(folder, LOCK_WAIT_S), draft(folder) as temporary:
                with writing_to(home):
                    _Unpacking(file, head, temporary, tell).run(members)
                    _bring_thumbnails(temporary / "thumbs", home)
                path = publish_draft(folder, temporary, lambda _: None)
    except FileNotFoundError as error:
        raise StoreError(f"There is no file {file}.", "Name a backup.") from error
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, tarfile.TarError) and error.errno:
            raise StoreError(f"The file {file} cannot be read ({error.strerror}).", _HINT) from error
        raise StoreError(f"The file {file.name} is damaged or cut off ({error}).", _HINT) from error
    manifest = read_manifest(path)
    record_mapping(home, head["catalog"], head["mapping"])
    cached = _fill_cache(path, home, manifest, tell) if cache else 0
    return Restored(
        path=path,
        catalog=head["catalog"],
        model=head["model"],
        products=manifest.products,
        pictures=manifest.pictures,
        thumbnails=head["thumbnails"],
        cached=cached,
        created=head["created"],
        seconds=time.perf_counter() - started,
    )


Member = tuple[tarfile.TarInfo, IO[bytes]]


def _members(tar: tarfile.TarFile) -> Iterator[Member]:
    for info in tar:
        data = tar.extractfile(info)
        if data is not None:
            yield info, data


def _small(member: Member | None, most: int) -> tuple[str, bytes]:
    """(name, content) of a member; ("", b"") when there is none or it is too large."""
    if member is None or member[0].size > most:
        return "", b""
    return member[0].name, member[1].read()


def _head(file: Path, name: str, data: bytes) -> dict[str, Any]:
    head = read_record(data) if name == HEAD else None
    if head is None or head.get("kind") != KIND:
        raise StoreError(f"The file {file.name} is no backup of visearch.", _HINT)
    if head.get("format") != FORMAT:
        raise StoreError(
            f"The backup {file.name} has the format {str(head.get('format'))[:20]}; this version reads {FORMAT}.",
            "Restore it with the visearch that made it.",
        )
    kinds = {"catalog": str, "model": str, "manifest_sha256": str, "created": str, "bytes": int, "thumbnails": int}
    if not all(isinstance(head.get(key), kind) for key, kind in kinds.items()) or not isinstance(
        head.get("mapping"), dict
    ):
        raise StoreError(f"The backup {file.name} does not say what it is of.", _HINT)
    return head


def _place(home: Path, head: dict[str, Any], force: bool) -> Path:
    """The folder that the index goes to. Raises StoreError when there is one already, or no room for another."""
    store = Store(home)
    if store.exists(head["catalog"], head["model"]) and not force:
        raise StoreError(
            f"There is an index of {head['catalog']!r} with {head['model']!r} already.",
            "Give --force to put the backup in its place.",
        )
    there = home
    while not there.exists() and there != there.parent:
        there = there.parent
    free = shutil.disk_usage(there).free
    if head["bytes"] > free:
        raise StoreError(
            f"The backup needs {head['bytes'] >> 20} MB in {home}, and {free >> 20} MB are free.",
            "Free some space, or set VISEARCH_HOME to a folder on another disk.",
        )
    return store.folder(head["catalog"], head["model"])


class _Unpacking:
    """Writes the members to a draft and holds them against what the backup says of itself."""

    def __init__(self, file: Path, head: dict[str, Any], path: Path, tell: Tell) -> None:
        self._file, self._head, self._path, self._tell = file, head, path, tell
        self._tally = Tally()
        self._manifest: Manifest | None = None
        self._left: dict[str, dict[str, Any]] = {}

    def run(self, members: Iterator[Member]) -> None:
        """Raises StoreError at the first thing that is not as it should be."""
        self._manifest = self._read_manifest(*_small(next(members, None), MOST_MANIFEST))
        self._left = dict(self._manifest.files)
        total, end = len(self._left) + self._head["thumbnails"], None
        for done, (info, data) in enumerate(members):
            if done % _TELL_EVERY == 0 or self._left:
                self._tell(Progress("restoring", done, total))
            if end is not None:
                raise self._wrong(f"something follows its end: {info.name[:60]!r}")
            if info.name == END:
                end = read_record(_small((info, data), MOST_RECORD)[1])
                self._check_end(end)
            elif info.name.startswith(THUMBS):
                self._thumbnail(info, data)
            else:
                self._index_file(info, data)
        if end is None:
            raise self._wrong("it is cut off")
        self._check_pictures()

    def _wrong(self, what: str) -> StoreError:
        return StoreError(f"The backup {self._file.name} is damaged: {what}.", _HINT)

    def _read_manifest(self, name: str, data: bytes) -> Manifest:
        same = hashlib.sha256(data).hexdigest() == self._head["manifest_sha256"]
        if name != f"{INDEX}{MANIFEST}" or not same:
            raise self._wrong("its manifest is not the one that was backed up")
        (self._path / MANIFEST).write_bytes(data)
        try:
            manifest = read_manifest(self._path)
        except StoreError as error:
            told = error.message.replace(str(self._path), self._file.name)
            raise StoreError(told, "Restore it with the visearch that made it, or use another backup.") from error
        if (manifest.catalog["id"], manifest.model["name"]) != (self._head["catalog"], self._head["model"]):
            raise self._wrong("its manifest is of another catalogue")
        return manifest

    def _index_file(self, info: tarfile.TarInfo, data: IO[bytes]) -> None:
        name = info.name.removeprefix(INDEX)
        # Only names that the manifest has, which lead nowhere else (visearch.manifest).
        entry = self._left.pop(name, None) if info.name.startswith(INDEX) and name != MANIFEST else None
        if entry is None:
            raise self._wrong(f"it holds {info.name[:60]!r}, which is no part of it")
        target = self._path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("xb") as out:
            while piece := data.read(PIECE):
                digest.update(piece)
                out.write(piece)
        if info.size != entry["size"] or digest.hexdigest() != entry["sha256"]:
            raise self._wrong(f"{name} is not what was backed up")

    def _thumbnail(self, info: tarfile.TarInfo, data: IO[bytes]) -> None:
        found = _THUMB.fullmatch(info.name)
        if found is None or info.size > MOST_THUMB or self._tally.files >= self._head["thumbnails"]:
            raise self._wrong(f"{info.name[:90]!r} is no thumbnail")
        content = data.read()
        self._tally.add(info.name, content)
        target = self._path / info.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def _check_end(self, end: dict[str, Any] | None) -> None:
        if self._left:
            raise self._wrong(f"{next(iter(self._left))} is missing")
        counted = self._tally.record()
        if end is None or any(end.get(key) != value for key, value in counted.items()):
            raise self._wrong("its pictures are not those that were backed up")
        if self._tally.files != self._head["thumbnails"]:
            raise self._wrong("pictures are missing")

    def _check_pictures(self) -> None:
        """A picture's name becomes a path: it must be a hash."""
        try:
            _, pictures = rows_of(read_products(self._path / PRODUCTS))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._wrong(f"its products cannot be read ({error})") from error
        if not all(isinstance(sha, str) and _SHA.fullmatch(sha) for sha in pictures):
            raise self._wrong("a picture has no proper name")


def _bring_thumbnails(staged: Path, home: Path) -> None:
    """Moves them to where all thumbnails lie: what is there under the same name shows the same picture."""
    for file in staged.rglob("*.jpg"):
        target = thumbnail_path(home, file.stem)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
    remove_folder(staged)


def _fill_cache(path: Path, home: Path, manifest: Manifest, tell: Tell) -> int:
    """Vectors by picture, so that indexing the catalogue again embeds only what is new."""
    vectors = np.load(path / VECTORS, mmap_mode="r", allow_pickle=False)
    _, pictures = rows_of(read_products(path / PRODUCTS))
    if len(vectors) != len(pictures):
        return 0
    with VectorCache(home, ModelInfo(**manifest.model)) as cache:
        for start in range(0, len(pictures), _ROWS):
            tell(Progress("filling the cache", start, len(pictures)))
            cache.put(pictures[start : start + _ROWS], np.asarray(vectors[start : start + _ROWS]))
    tell(Progress("filling the cache", len(pictures), len(pictures)))
    return len(set(pictures))
