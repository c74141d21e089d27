"""ZIP archives from strangers: pictures and tables are taken out and nothing else; sizes are measured, not believed."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from visearch.catalog.base import Report
from visearch.catalog.pictures import ENDINGS, NoPictureError, safe_path
from visearch.catalog.tables import READERS
from visearch.disk import writing_to
from visearch.errors import CatalogError
from visearch.images import MAX_BYTES

MOST_ENTRIES = 200_000
MOST_TOTAL = 4 << 30
"""Bytes that an archive may grow to."""
MOST_TABLE = 64 << 20
MOST_RATIO = 100
"""Bytes out for a byte in. Pictures hardly shrink and tables shrink twentyfold; a bomb, thousandfold."""
_FREE = 16 << 20
"""Bytes that may come out before the ratio counts: a short table of one value shrinks well too."""
_PIECE = 1 << 20
_LONGEST = 200

Tell = Callable[[int, int], None]


@dataclass
class Unpacked:
    """The files that were taken out, by their path in the archive, and in `report` what was left there."""

    files: list[PurePosixPath] = field(default_factory=list)
    report: Report = field(default_factory=Report)


def unpack(archive: Path, folder: Path, tell: Tell = lambda done, total: None) -> Unpacked:
    """Takes the pictures and tables out of a ZIP file into `folder`, which is empty.

    Paths that lead elsewhere, links, hidden files and other types are left out and counted. Raises CatalogError when
    the file is no ZIP, is encrypted or damaged, or holds more than the limits; then `folder` may hold a part.
    """
    found, room = Unpacked(), _Room(archive.stat().st_size)
    try:
        with zipfile.ZipFile(archive) as opened, writing_to(folder):
            entries = opened.infolist()
            if len(entries) > MOST_ENTRIES:
                raise CatalogError(f"The ZIP holds {len(entries):,} files; the limit is {MOST_ENTRIES:,}.")
            for number, (entry, path) in enumerate(_wanted(entries, found.report)):
                tell(number, len(entries))
                if _take(opened, entry, folder / path, room):
                    found.files.append(path)
                else:
                    found.report.add(str(path), "it is too large")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise CatalogError(f"The file is no ZIP that can be read ({error}).", "Make it again and try once more.") from (
            error
        )
    except RuntimeError as error:
        # What zipfile raises for an entry with a password.
        raise CatalogError("The ZIP is encrypted.", "Make one without a password.") from error
    return found


@dataclass
class _Room:
    """How many bytes may still come out."""

    packed: int
    taken: int = 0

    def take(self, size: int) -> None:
        self.taken += size
        if self.taken > MOST_TOTAL:
            raise CatalogError(f"The ZIP grows to more than {MOST_TOTAL >> 30} GB.", "Give a part of the catalogue.")
        if self.taken > _FREE and self.taken > MOST_RATIO * self.packed:
            raise CatalogError(f"The ZIP grows more than {MOST_RATIO}-fold, as no catalogue does.")


def _wanted(entries: list[zipfile.ZipInfo], report: Report) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    seen: set[str] = set()
    for entry in entries:
        if entry.is_dir():
            continue
        try:
            path = safe_path(entry.filename)
        except NoPictureError as error:
            report.add(entry.filename[:100], str(error))
            continue
        reason = _refused(entry, path)
        # One name in two spellings is one file on many disks.
        if not reason and str(path).casefold() in seen:
            reason = "it is there twice"
        if reason:
            if reason != "hidden":
                report.add(str(path)[:100], reason)
            continue
        seen.add(str(path).casefold())
        yield entry, path


def _refused(entry: zipfile.ZipInfo, path: PurePosixPath) -> str:
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return "hidden"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link, or no file"
    if path.suffix.lower() not in ENDINGS and path.suffix.lower() not in READERS:
        return "it is neither a picture nor a table" if path.name not in ("SOURCE.md", "README.md") else "hidden"
    if len(path.parts) > 12 or any(len(part.encode()) > _LONGEST for part in path.parts):
        return "its path is too long"
    return ""


def _take(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: _Room) -> bool:
    """False when the file is larger than its kind may be; what the archive says about sizes is not believed."""
    most = MOST_TABLE if target.suffix.lower() in READERS else MAX_BYTES
    if entry.file_size > most:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(entry) as source, target.open("wb") as sink:
        while piece := source.read(_PIECE):
            size += len(piece)
            room.take(len(piece))
            if size > most:
                break
            sink.write(piece)
    if size > most:
        target.unlink()
    return size <= most
