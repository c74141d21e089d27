"""What an index says of itself, and whether its files are what was written."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from visearch.errors import StoreError
from visearch.sealed import is_whole

FORMAT = 1
CURRENT = "CURRENT"
MANIFEST = "manifest.json"

CHECK_ALL_UP_TO = 64 << 20
"""Bytes up to which opening an index compares every file's sha256; above only sizes, unless asked."""

_GENERATION = re.compile(r"gen-[A-Za-z0-9-]{1,60}")
_MOST_CURRENT = 200
_KINDS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (dict, ("catalog", "model", "calibration", "passages", "versions", "files")),
    (str, ("model_fingerprint", "index_kind", "index_id", "fingerprint", "created", "metric", "digest")),
    (int, ("dim", "products", "pictures", "skipped", "format")),
    (list, ("skipped_first",)),
)


@dataclass(frozen=True)
class Manifest:
    """What an index was made from and with.

    `catalog` and `model` are CatalogInfo and ModelInfo as dicts; `fingerprint` is a sha256 over all product
    records and their pictures' hashes, in order; `pictures` counts rows (one per product and picture);
    `passages` holds {"fingerprint", "rows", "mean", "spread"} by sentence encoder;
    `skipped` counts what was left out and `skipped_first` holds {"row", "reason"} of the first 100; `files` has
    size and sha256 by name; `created` is ISO 8601 in UTC; `digest` is visearch.sealed's, "" in older indexes.
    """

    catalog: dict[str, Any]
    model: dict[str, Any]
    model_fingerprint: str
    dim: int
    index_kind: str
    index_id: str
    products: int
    pictures: int
    fingerprint: str
    created: str
    limit: int | None = None
    metric: str = "cosine"
    calibration: dict[str, Any] = field(default_factory=dict)
    passages: dict[str, dict[str, Any]] = field(default_factory=dict)
    skipped: int = 0
    skipped_first: list[dict[str, str]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT
    digest: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(int(entry["size"]) for entry in self.files.values())


def read_manifest(path: Path, mend: str = "") -> Manifest:
    """The manifest of one generation. Raises StoreError when it is missing, damaged or of another format."""
    try:
        record = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        version = record["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(f"The index {path} is damaged: its manifest cannot be read ({error}).", mend) from error
    if version != FORMAT:
        raise StoreError(f"The index {path} has the format {str(version)[:20]}, this version reads {FORMAT}.", mend)
    if not is_whole(record):
        raise StoreError(f"The index {path} is damaged: its manifest was changed after it was written.", mend)
    try:
        manifest = Manifest(**record)
    except TypeError as error:
        raise StoreError(f"The index {path} is damaged: its manifest is not complete ({error}).", mend) from error
    wrong = _wrong(manifest)
    if wrong:
        raise StoreError(f"The index {path} is damaged: its manifest says nothing sensible of {wrong}.", mend)
    return manifest


def _wrong(manifest: Manifest) -> str:
    """The first field without the kind of value that it has; "" when all are sound."""
    for kind, names in _KINDS:
        for name in names:
            if not isinstance(getattr(manifest, name), kind):
                return name
    if not isinstance(manifest.catalog.get("id"), str) or not isinstance(manifest.model.get("name"), str):
        return "its catalogue and model"
    for name, entry in manifest.files.items():
        inside = not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
        known = isinstance(entry, dict) and isinstance(entry.get("size"), int) and isinstance(entry.get("sha256"), str)
        if not (inside and known):
            return f"the file {name[:40]!r}"
    return ""


def check_files(path: Path, manifest: Manifest, mend: str, verify: bool = False) -> None:
    """Raises StoreError when a file is missing, cut off or changed."""
    verify = verify or manifest.size <= CHECK_ALL_UP_TO
    for name, entry in manifest.files.items():
        try:
            state = (path / name).lstat()
            size = state.st_size
            regular = stat.S_ISREG(state.st_mode)
            sha = file_sha256(path / name) if verify and regular and size == entry["size"] else entry["sha256"]
        except OSError as error:
            raise StoreError(f"The index {path} is damaged: {name} cannot be read ({error.strerror}).", mend) from error
        if not regular:
            raise StoreError(f"The index {path} is damaged: {name} is no plain file.", mend)
        if size != entry["size"]:
            raise StoreError(
                f"The index {path} is damaged: {name} has {size} bytes, {entry['size']} were written.", mend
            )
        if sha != entry["sha256"]:
            raise StoreError(
                f"The index {path} is damaged: {name} has the sha256 {sha[:12]}..., {entry['sha256'][:12]}... "
                "was written.",
                mend,
            )


def file_sha256(path: Path) -> str:
    """Hex digest, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def current_generation(folder: Path) -> str | None:
    """The name that CURRENT holds; None when there is no index, and when what it holds is no generation's name.

    A generation is a folder of this one: nothing that CURRENT may say leads anywhere else.
    """
    try:
        with (folder / CURRENT).open("rb") as file:
            name = file.read(_MOST_CURRENT).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _GENERATION.fullmatch(name) and not (folder / name).is_symlink() else None
