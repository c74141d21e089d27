"""Visitors' photos: in memory only, under names that cannot be guessed, the oldest forgotten first."""

from __future__ import annotations

import hashlib
import io
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from visearch.errors import PictureError
from visearch.images import MAX_BYTES, crop, load_image, thumbnail
from visearch.types import Box

PHOTO_SIDE = 2048
"""Pixels of a kept photo's longer side: enough for a small object in it, and quick to handle."""
MOST_BYTES = 256 * 1024 * 1024
CROP_SIDE = 160
FETCH_TIMEOUT_S = 10.0
_DECODED = 8

Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Photo:
    """One kept photo: `key` names it in addresses, `jpeg` are its upright pixels, `width` x `height` of them."""

    key: str
    jpeg: bytes
    width: int
    height: int
    found: dict[str, Any] = field(default_factory=dict, compare=False)
    """What was found in it so far, by the name of the finder; filled by whoever looks."""

    def box(self, area: str) -> Box:
        """`x0,y0,x1,y1` as shares of the sides -> pixels."""
        x0, y0, x1, y1 = (float(part) for part in area.split(","))
        return Box(x0 * self.width, y0 * self.height, x1 * self.width, y1 * self.height)

    def area(self, box: Box) -> str:
        """Pixels -> `x0,y0,x1,y1` as shares of the sides."""
        shares = (box.x0 / self.width, box.y0 / self.height, box.x1 / self.width, box.y1 / self.height)
        return ",".join(f"{min(1.0, max(0.0, share)):.4f}" for share in shares)


def fetch_public(url: str) -> bytes:
    """The bytes behind a public https address. Raises PictureError.

    Addresses inside the network that the server stands in are refused.
    """
    # Late, as it is not needed for the first page.
    from visearch.catalog.fetch import Fetcher

    return Fetcher(timeout_s=FETCH_TIMEOUT_S, max_bytes=MAX_BYTES, attempts=1, public_only=True).fetch(url)


class Photos:
    """Photos by key. Thread-safe."""

    def __init__(self, fetch: Fetch = fetch_public, most_bytes: int = MOST_BYTES) -> None:
        self._fetch = fetch
        self._most = most_bytes
        self._kept: OrderedDict[str, Photo] = OrderedDict()
        self._decoded: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, data: bytes, key: str = "") -> Photo:
        """Decodes, turns upright, makes smaller and keeps. Raises PictureError for what is no picture."""
        image = load_image(data, max_side=PHOTO_SIDE)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=92)
        photo = Photo(key or secrets.token_urlsafe(24), buffer.getvalue(), image.width, image.height)
        with self._lock:
            self._kept[photo.key] = photo
            while len(self._kept) > 1 and sum(len(p.jpeg) for p in self._kept.values()) > self._most:
                forgotten, _ = self._kept.popitem(last=False)
                self._decoded.pop(forgotten, None)
        return photo

    def get(self, key: str) -> Photo | None:
        """A kept photo, or None when it was never there or is forgotten."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def fetched(self, url: str) -> Photo:
        """The photo behind an https address, fetched once while it is kept. Raises PictureError."""
        key = hashlib.sha256(url.encode()).hexdigest()[:32]
        return self.get(key) or self.add(self._fetch(url), key)

    def of_file(self, path: Path) -> Photo:
        """One of our own example photos."""
        key = hashlib.sha256(str(path).encode()).hexdigest()[:32]
        return self.get(key) or self.add(path.read_bytes(), key)

    def image(self, photo: Photo) -> Image.Image:
        """Its pixels, RGB."""
        with self._lock:
            if photo.key in self._decoded:
                self._decoded.move_to_end(photo.key)
                return self._decoded[photo.key]
        image = load_image(photo.jpeg)
        with self._lock:
            self._decoded[photo.key] = image
            while len(self._decoded) > _DECODED:
                self._decoded.popitem(last=False)
        return image

    def crop(self, photo: Photo, area: str, side: int = CROP_SIDE) -> bytes:
        """JPEG of a part of it, `area` as in `Photo.box`. Raises PictureError when nothing is left."""
        return thumbnail(crop(self.image(photo), photo.box(area)), side)


def read_upload(sent: Any, folder: Path) -> bytes:
    """The bytes of a file that came through Gradio's upload, which is deleted: photos are kept in memory only.

    Raises PictureError when the path is not one of Gradio's upload `folder`: nothing else on the disk is read.
    """
    path = Path(str(sent.get("path", "")) if isinstance(sent, dict) else "")
    try:
        inside = path.resolve(strict=True)
        inside.relative_to(folder.resolve())
        if not inside.is_file() or inside.stat().st_size > MAX_BYTES:
            raise PictureError(f"The picture is larger than {MAX_BYTES >> 20} MB.", "Make it smaller and try again.")
        data = inside.read_bytes()
        inside.unlink(missing_ok=True)
        return data
    except (OSError, ValueError) as error:
        raise PictureError("The photo did not arrive.", "Try again.") from error
