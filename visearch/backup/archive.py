"""What a backup looks like inside.

A tar of plain files in this order: `backup.json` (what it is of), `index/manifest.json` and the files that it names,
`thumbs/AB/SHA256.jpg` for every picture, `end.json` (how much came before it). The manifest holds the sha256 of every
file of the index, `backup.json` that of the manifest, and `end.json` a digest over all thumbnails.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from visearch.errors import StoreError
from visearch.sealed import DIGEST, is_whole, sealed

FORMAT = 1
KIND = "visearch backup"
HEAD, END = "backup.json", "end.json"
INDEX, THUMBS = "index/", "thumbs/"
MOST_RECORD = 1 << 20
MOST_MANIFEST = 64 << 20
MOST_THUMB = 4 << 20
"""Bytes: a thumbnail has at most 384 pixels a side, some 20 kB."""
PIECE = 1 << 20
ENDINGS = {".tar": "", ".tar.gz": "gz", ".tgz": "gz"}


def mode_of(file: Path, way: str) -> Any:
    """`tarfile`'s mode for reading ("r") or writing ("w") a stream, by the file's name. Raises StoreError for another
    ending."""
    for ending, name in ENDINGS.items():
        if file.name.lower().endswith(ending):
            return f"{way}|{name}"
    raise StoreError(f"The file {file.name} has no ending of a backup.", f"Name it with one of {', '.join(ENDINGS)}.")


def record_bytes(record: dict[str, Any]) -> bytes:
    """One of the two records, sealed."""
    return json.dumps(sealed(record), ensure_ascii=False, indent=1).encode() + b"\n"


def read_record(data: bytes) -> dict[str, Any] | None:
    """A sealed record; None when it is not one, or was changed."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or DIGEST not in record:
        return None
    return record if is_whole(record) else None


class Tally:
    """Counts thumbnails and mixes their names, sizes and hashes into one digest, in their order."""

    def __init__(self) -> None:
        self.files, self._digest = 0, hashlib.sha256()

    def add(self, name: str, data: bytes) -> None:
        """One more."""
        self.files += 1
        self._digest.update(f"{name}\0{len(data)}\0{hashlib.sha256(data).hexdigest()}\n".encode())

    def record(self) -> dict[str, Any]:
        """What `end.json` holds."""
        return {"thumbnails": self.files, "thumbnails_sha256": self._digest.hexdigest()}


class PlainInfo(tarfile.TarInfo):
    """A member that is a plain file. Raises StoreError for links, folders, devices and anything with a longer header:
    before a byte of it is read."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: Any, errors: str) -> PlainInfo:
        """See `tarfile`."""
        info = super().frombuf(buf, encoding, errors)
        if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise StoreError(
                f"The file holds {info.name[:60]!r}, which is no plain file: visearch did not make this backup.",
                "Nothing was restored from it. Use a file that `python -m visearch backup` made.",
            )
        return info
