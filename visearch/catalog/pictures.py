"""Cells of a picture column to pictures: embedded bytes, paths inside a folder, addresses, data URIs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from visearch.catalog.base import Picture
from visearch.catalog.fetch import is_url
from visearch.catalog.values import read_json
from visearch.errors import PictureError
from visearch.images import MAX_BYTES

ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"))
_LONGEST_NAME, _LONGEST_PATH = 255, 1000
"""Bytes of a file's name, as on nearly every disk, and characters of a path inside a catalogue."""
_LAYOUT = frozenset(("train", "test", "validation", "val", "data", "images"))


class NoPictureError(Exception):
    """One reference of a row that gives no picture; the message is for the report."""


@dataclass
class PictureReader:
    """Turns the cells of one catalogue into pictures that are not read yet.

    `root` is the folder that relative paths start from and must not leave; `base_url` takes its place for
    files of a hub data set, which `datasets` names with `hub_prefix` in front. `download` makes the reader of
    an address. `name` starts the names of embedded pictures; `stable` says that they never change under it.
    """

    name: str
    root: Path | None = None
    base_url: str = ""
    hub_prefix: str = ""
    download: Callable[[str], Callable[[], bytes]] | None = None
    stable: bool = False

    def pictures(self, value: Any, row: str) -> tuple[list[Picture], list[str]]:
        """The pictures of one cell, and the reasons why others are left out. Nothing is read."""
        found: list[Picture] = []
        reasons: list[str] = []
        for number, reference in enumerate(references(value)):
            try:
                found.append(self._picture(reference, f"{self.name}#{row}" + (f"/{number}" if number else "")))
            except NoPictureError as error:
                reasons.append(str(error))
        return found, reasons

    def _picture(self, reference: Any, name: str) -> Picture:
        if isinstance(reference, dict):
            data = reference.get("bytes")
            if data:
                return self._embedded(bytes(data), name)
            reference = reference.get("path") or ""
        if isinstance(reference, (bytes, bytearray)):
            return self._embedded(bytes(reference), name)
        text = str(reference).strip()
        if text[:5].lower() == "data:":
            return self._embedded(_data_uri(text), name)
        if is_url(text):
            if self.download is None:
                raise NoPictureError(f"the address {text[:100]} cannot be fetched while offline")
            return Picture(text, self.download(text))
        return self._file(text)

    def _embedded(self, data: bytes, name: str) -> Picture:
        return Picture(name, lambda: data, self.stable)

    def _file(self, text: str) -> Picture:
        if self.hub_prefix:
            if _in_archive(text, self.hub_prefix):
                return Picture(text, lambda: _read_archived(text), self.stable)
            text = text.removeprefix(self.hub_prefix)
        inside = safe_path(text)
        if self.base_url and self.download is not None:
            return Picture(text, self.download(self.base_url + quote(str(inside))), self.stable)
        if self.root is None:
            raise NoPictureError(f"the path {text[:100]} has no folder to start from")
        path = self.root / inside
        if not _is_file(path):
            raise NoPictureError(f"there is no picture {text[:100]}")
        return file_picture(path, text)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def references(value: Any) -> Iterator[Any]:
    """The single references in a cell: a list, a JSON list, or several joined by `|`."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from references(item)
    elif isinstance(value, str):
        yield from _references_in(value.strip())
    elif value and (not isinstance(value, dict) or value.get("bytes") or value.get("path")):
        yield value


def _references_in(text: str) -> Iterator[Any]:
    if text.startswith("[") and text.endswith("]"):
        try:
            yield from references(read_json(text))
            return
        except ValueError:
            pass
    parts = [text] if text[:5].lower() == "data:" else text.split("|")
    yield from (part.strip() for part in parts if part.strip())


def safe_path(text: str) -> PurePosixPath:
    """The relative path, which stays inside its folder. Raises NoPictureError for every other one.

    This looks at the text only: a link that the folder's owner put there is followed.
    """
    path = PurePosixPath(text.replace("\\", "/"))
    drive = len(text) > 1 and text[1] == ":"
    if path.is_absolute() or drive or ".." in path.parts or "\0" in text or "://" in text or not path.parts:
        raise NoPictureError(f"the path {text[:100]!r} leads out of the catalogue's folder")
    if len(text) > _LONGEST_PATH or any(not _is_name(part) for part in path.parts):
        raise NoPictureError(f"{text[:100]!r} cannot be a file's name")
    return path


def _is_name(part: str) -> bool:
    try:
        return len(part.encode()) <= _LONGEST_NAME
    except UnicodeEncodeError:  # half a character
        return False


def file_picture(path: Path, name: str) -> Picture:
    """A picture file that is read when asked for, up to the size limit."""
    return Picture(name, lambda: read_file(path))


def read_file(path: Path) -> bytes:
    """The bytes of a picture file. Raises PictureError when it is gone, unreadable or too large."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise PictureError(f"The picture {path.name} has {size >> 20} MB; the limit is {MAX_BYTES >> 20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"The picture {path} cannot be read: {error.strerror or error}.") from error


PICTURE_ROW_COLUMNS = ("id", "title", "category", "subcategory")


def picture_row(path: PurePosixPath, image: str) -> dict[str, str]:
    """What a picture's path says about it: folders are its category, the file's name its title."""
    # train/, test/ and images/ are how data sets are laid out, not what is sold.
    classes = [part for part in path.parts[:-1] if part.lower() not in _LAYOUT]
    return {
        "image": image,
        "id": str(path.with_suffix("")),
        "title": " ".join(path.stem.replace("_", " ").replace("-", " ").split()) or path.stem,
        "category": classes[0] if classes else "",
        "subcategory": "/".join(classes[1:]),
    }


def _in_archive(text: str, hub_prefix: str) -> bool:
    member, _, archive = text.partition("::")
    return member.startswith("zip://") and archive.startswith(hub_prefix) and "::" not in archive


def _read_archived(path: str) -> bytes:
    """One member of a zip file on the hub, by ranges of that file."""
    import fsspec  # type: ignore[import-untyped]

    try:
        with fsspec.open(path) as file:
            data = bytes(file.read(MAX_BYTES + 1))
    except Exception as error:
        raise PictureError(f"The picture {path} cannot be read: {error}.") from error
    if len(data) > MAX_BYTES:
        raise PictureError(f"The picture {path} has more than {MAX_BYTES >> 20} MB.")
    return data


def _data_uri(text: str) -> bytes:
    head, _, body = text.partition(",")
    if not head.lower().startswith("data:image/") or not head.lower().endswith(";base64"):
        raise NoPictureError(f"the data URI {head[:60]} is not a picture in base64")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPictureError("the base64 of a data URI is damaged") from error
