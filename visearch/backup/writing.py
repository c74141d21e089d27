"""From an index on disk to one file."""

from __future__ import annotations

import hashlib
import io
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from visearch import __version__
from visearch.backup.archive import END, FORMAT, HEAD, INDEX, KIND, THUMBS, Tally, mode_of, record_bytes
from visearch.disk import sync_folder, writing_to
from visearch.errors import StoreError
from visearch.gather import Progress
from visearch.manifest import MANIFEST, file_sha256
from visearch.mappings import read_mapping
from visearch.store import OpenIndex, Store, mend_hint

Tell = Callable[[Progress], None]
_TELL_EVERY = 200


@dataclass(frozen=True)
class BackedUp:
    """What was written. `bytes` is the file's size; `missing` counts pictures that have no thumbnail on this disk."""

    file: Path
    bytes: int
    catalog: str
    model: str
    products: int
    pictures: int
    thumbnails: int
    missing: int
    seconds: float


def backup(home: Path, catalog: str, model: str, file: Path, tell: Tell | None = None) -> BackedUp:
    """Writes the current index of a catalogue with its thumbnails to `file` (.tar, .tar.gz).

    Without a model the catalogue's newest index is taken. Every file is compared with the manifest while it is read,
    and what was there under that name is replaced at the end, in one step. Searches and builds go on meanwhile. Raises
    StoreError when there is no such index, it is damaged or was replaced while it was read, and when `file` cannot be
    written.
    """
    started = time.perf_counter()
    mode = mode_of(file, "w")
    opened = Store(home).open(catalog, model_name=model)
    thumbs = _thumbnails(opened)
    there = [one for one in thumbs if one[1].is_file()]
    draft = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with writing_to(file.parent):
            with draft.open("wb") as out:
                _write(out, mode, opened, home, there, tell or (lambda _: None))
            draft.replace(file)
            sync_folder(file.parent)
    except FileNotFoundError as error:
        where = opened.path if opened.path.parent.is_dir() and file.parent.is_dir() else file.parent
        raise StoreError(f"{where} is gone, so no backup was made.", "Run the command again.") from error
    finally:
        draft.unlink(missing_ok=True)
    manifest = opened.manifest
    return BackedUp(
        file=file,
        bytes=file.stat().st_size,
        catalog=str(manifest.catalog["id"]),
        model=str(manifest.model["name"]),
        products=manifest.products,
        pictures=manifest.pictures,
        thumbnails=len(there),
        missing=len(thumbs) - len(there),
        seconds=time.perf_counter() - started,
    )


def _thumbnails(opened: OpenIndex) -> list[tuple[str, Path]]:
    """(sha256, path) of every picture once, in the order of the hashes."""
    return [(sha, opened.thumbnail(sha)) for sha in sorted(set(opened.row_picture))]


def _write(
    out: IO[bytes], mode: Any, opened: OpenIndex, home: Path, thumbs: list[tuple[str, Path]], tell: Tell
) -> None:
    files, total = opened.manifest.files, len(opened.manifest.files) + len(thumbs)
    # GNU: the plain format ends at files of 8 GB.
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.GNU_FORMAT) as tar:
        manifest = (opened.path / MANIFEST).read_bytes()
        _add(tar, HEAD, record_bytes(_head(opened, home, manifest, thumbs)))
        _add(tar, f"{INDEX}{MANIFEST}", manifest)
        for done, (name, entry) in enumerate(sorted(files.items())):
            tell(Progress("backing up", done, total))
            _add_file(tar, f"{INDEX}{name}", opened, name, entry)
        tally = Tally()
        for done, (name, data) in enumerate(_read(thumbs), len(files)):
            if done % _TELL_EVERY == 0:
                tell(Progress("backing up", done, total))
            tally.add(name, data)
            _add(tar, name, data)
        _add(tar, END, record_bytes(tally.record()))
    out.flush()
    tell(Progress("backing up", total, total))


def _head(opened: OpenIndex, home: Path, manifest: bytes, thumbs: list[tuple[str, Path]]) -> dict[str, Any]:
    catalog, model = str(opened.manifest.catalog["id"]), str(opened.manifest.model["name"])
    return {
        "kind": KIND,
        "format": FORMAT,
        "visearch": __version__,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "catalog": catalog,
        "model": model,
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "bytes": opened.manifest.size + sum(path.stat().st_size for _, path in thumbs),
        "thumbnails": len(thumbs),
        "mapping": read_mapping(home, catalog),
    }


def _read(thumbs: list[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    for sha, path in thumbs:
        yield f"{THUMBS}{sha[:2]}/{sha}.jpg", path.read_bytes()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_info(name, len(data)), io.BytesIO(data))


def _add_file(tar: tarfile.TarFile, name: str, opened: OpenIndex, inside: str, entry: dict[str, Any]) -> None:
    path = opened.path / inside
    if path.stat().st_size != entry["size"] or file_sha256(path) != entry["sha256"]:
        mend = mend_hint(str(opened.manifest.catalog["id"]), str(opened.manifest.model["name"]))
        raise StoreError(f"The index {opened.path} is damaged: {inside} is not what was written.", mend)
    with path.open("rb") as file:
        tar.addfile(_info(name, entry["size"]), file)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, int(time.time())
    return info
