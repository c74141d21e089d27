"""One generation of an index: written to a temporary folder, moved into place, then pointed to."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import platform
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from visearch.cache import VectorCache
from visearch.catalog.base import Report
from visearch.disk import publish, remove, remove_folder, write_file, writing_to
from visearch.errors import StoreError
from visearch.index import VectorIndex
from visearch.index.table import write_parts
from visearch.models.base import ModelInfo
from visearch.sealed import sealed
from visearch.store import (
    CURRENT,
    INDEX,
    MANIFEST,
    PRODUCTS,
    SEEN,
    VECTORS,
    Manifest,
    OpenIndex,
    current_generation,
    file_sha256,
    mend_hint,
    product_lines,
)
from visearch.textrows import PassageRows, write_rows
from visearch.types import Product, Vectors

_LIBRARIES = ("visearch", "numpy", "pillow", "faiss-cpu", "torch", "openvino", "open_clip_torch", "datasets")
_LOOK_UP_AT_ONCE = 4096
_DRAFT = "tmp-"
SAVE_STEPS = 4


@dataclass(frozen=True)
class Content:
    """What goes into an index besides vectors. `catalog` is a CatalogInfo as a dict."""

    catalog: dict[str, Any]
    model: ModelInfo
    products: list[Product]
    limit: int | None
    skipped: Report

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over all records with their pictures' hashes, in order."""
        digest = hashlib.sha256()
        for line in product_lines(self.products):
            digest.update(line)
        return digest.hexdigest()

    def manifest(
        self, index: VectorIndex, kind: str, calibration: dict[str, Any], passages: Mapping[str, PassageRows]
    ) -> Manifest:
        """All of the manifest but the files."""
        return Manifest(
            catalog=self.catalog,
            model=asdict(self.model),
            model_fingerprint=self.model.fingerprint,
            dim=self.model.dim,
            index_kind=kind,
            index_id=index.id,
            products=len(self.products),
            pictures=len(index),
            fingerprint=self.fingerprint,
            created=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            limit=self.limit,
            calibration=calibration,
            passages={name: rows.facts() for name, rows in passages.items()},
            skipped=self.skipped.count,
            skipped_first=[asdict(skipped) for skipped in self.skipped.first],
            versions=library_versions(),
        )


@contextlib.contextmanager
def build_lock(folder: Path, wait_s: float) -> Iterator[None]:
    """One builder an index. The system frees the lock when its process dies.

    Raises StoreError when another one holds it for `wait_s` seconds more, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "build.lock")
        try:
            lock.acquire(timeout=wait_s)
        except Timeout as error:
            raise StoreError(
                f"Another process is building the index in {folder}.",
                "Wait until it has finished, then run the command again; searches go on meanwhile.",
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A temporary folder for a new generation; what killed builders left is cleared first, and this one when an error
    comes. Raises StoreError when there is no room or no permission."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d%H%M%S%f")[:17]
    temporary = folder / f"{_DRAFT}gen-{stamp}-{uuid.uuid4().hex[:6]}"
    with writing_to(folder):
        _clean(folder, {current_generation(folder)})
        temporary.mkdir()
    try:
        yield temporary
    finally:
        remove_folder(temporary)  # once it is published there is none


def write_vectors(path: Path, content: Content, shas: Sequence[str], cache: VectorCache, old: OpenIndex | None) -> Path:
    """Writes the vectors of all rows to the draft `path`, some at a time, and returns their file.

    They come from the index that is replaced or from the cache. Raises StoreError when one is in neither, and when
    there is no room.
    """
    file = path / VECTORS
    with writing_to(path.parent):
        parts = _vector_parts(content, shas, cache, old)
        write_parts(file, (len(shas), content.model.dim), np.dtype(np.float32), parts)
    return file


def _vector_parts(
    content: Content, shas: Sequence[str], cache: VectorCache, old: OpenIndex | None
) -> Iterator[Vectors]:
    known = {sha: row for row, sha in enumerate(old.row_picture)} if old else {}
    for start in range(0, len(shas), _LOOK_UP_AT_ONCE):
        part = shas[start : start + _LOOK_UP_AT_ONCE]
        vectors = np.empty((len(part), content.model.dim), dtype=np.float32)
        cached = cache.get([sha for sha in dict.fromkeys(part) if sha not in known])
        for row, sha in enumerate(part):
            if old and sha in known:
                vectors[row] = old.vectors[known[sha]]
            elif sha in cached:
                vectors[row] = cached[sha]
            else:
                raise StoreError(
                    f"The vector of picture {sha[:12]}... has vanished from the cache while the index was built.",
                    mend_hint(content.catalog["id"], content.model.name),
                )
        yield vectors


def fill(
    path: Path,
    manifest: Manifest,
    products: Sequence[Product],
    index: VectorIndex,
    passages: Mapping[str, PassageRows],
    seen: Sequence[Mapping[str, Any]],
    tell: Callable[[int], None],
) -> None:
    """Writes all files of the draft `path` but its vectors, the manifest last. Raises StoreError as `draft`."""
    with writing_to(path.parent):
        _write_files(path, manifest, products, index, passages, seen, tell)


def publish_draft(folder: Path, temporary: Path, tell: Callable[[int], None]) -> Path:
    """Moves a full draft into place, points CURRENT there and clears what is older than the last one.

    Nobody may have its files open any more: Windows would not move them. Raises StoreError when there is no room or no
    permission; then nothing of the attempt is left and CURRENT points where it did.
    """
    name = temporary.name.removeprefix(_DRAFT)
    final = folder / name
    with writing_to(folder):
        previous = current_generation(folder)
        try:
            publish(temporary, final)
            tell(SAVE_STEPS - 1)
            if not (folder / CURRENT).is_file():
                # Whatever lies there in its place would be in the way of mending.
                remove(folder / CURRENT)
            write_file(folder / CURRENT, f"{name}\n".encode())
        except BaseException:
            if current_generation(folder) != name:
                remove_folder(final)
            raise
        _clean(folder, {name, previous})
    tell(SAVE_STEPS)
    return final


def _write_files(
    path: Path,
    manifest: Manifest,
    products: Sequence[Product],
    index: VectorIndex,
    passages: Mapping[str, PassageRows],
    seen: Sequence[Mapping[str, Any]],
    tell: Callable[[int], None],
) -> None:
    tell(0)
    with (path / PRODUCTS).open("wb") as file:
        file.writelines(product_lines(products))
    if seen:
        with (path / SEEN).open("wb") as file:
            file.writelines(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in seen)
    write_rows(path, passages)
    tell(1)
    index.save(path / INDEX, with_vectors=False)
    tell(2)
    record = asdict(manifest)
    record["files"] = files_of(path)
    (path / MANIFEST).write_text(json.dumps(sealed(record), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def files_of(path: Path) -> dict[str, dict[str, Any]]:
    """Size and sha256 of all files below `path`, by name: what a manifest holds of them."""
    return {
        file.relative_to(path).as_posix(): {"size": file.stat().st_size, "sha256": file_sha256(file)}
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


def _clean(folder: Path, keep: set[str | None]) -> None:
    """Removes other generations and what killed builders left. The one before the current stays: a reader may
    have read CURRENT just before it changed."""
    for path in folder.iterdir():
        if path.is_dir() and path.name.startswith(("gen-", _DRAFT)) and path.name not in keep:
            remove_folder(path)


def library_versions() -> dict[str, str]:
    """Versions of what takes part in making an index, of those that are installed; nothing is imported."""
    versions = {"python": platform.python_version()}
    for name in _LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    return versions
