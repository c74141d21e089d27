"""Visitors' photos: in memory only, under names that cannot be guessed, for ten minutes at most."""

from __future__ import annotations

import hashlib
import io
import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from visearch.errors import PictureError
from visearch.heap import give_back
from visearch.images import MAX_BYTES, crop, load_image, thumbnail
from visearch.recent import VISITORS_KEEP_S, forget_old
from visearch.types import Box
from visearch.ui.trust.visitors import busy

PHOTO_SIDE = 2048
"""Pixels of a kept photo's longer side: enough for a small object in it, and quick to handle."""
MOST_BYTES = 256 * 1024 * 1024
KEEP_S = VISITORS_KEEP_S
SWEEP_S = 15.0
"""Seconds between two looks for what is to be forgotten."""
CROP_SIDE = 160
FETCH_TIMEOUT_S = 10.0
FETCHES_AT_A_TIME = 8
FETCH_PATIENCE_S = 5.0
_DECODED = 8
_fetches = threading.BoundedSemaphore(FETCHES_AT_A_TIME)

Fetch = Callable[[str], bytes]


class ForgottenError(PictureError):
    """A photo that is no longer kept: the page sends it again where it still has it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint, "forgotten")


@dataclass(frozen=True)
class Photo:
    """One kept photo: `key` names it in addresses, `jpeg` are its upright pixels, `width` x `height` of them."""

    key: str
    jpeg: bytes
    width: int
    height: int
    until: float = float("inf")
    """When it is forgotten, in the seconds of its keeper's clock."""
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
    """The bytes behind a public https address. Raises PictureError, and BusyError while too many are fetched.

    Addresses inside the network that the server stands in are refused.
    """
    # Late, as it is not needed for the first page.
    from visearch.catalog.fetch import Fetcher

    fetcher = Fetcher(timeout_s=FETCH_TIMEOUT_S, max_bytes=MAX_BYTES, attempts=1, public_only=True)
    # Slow hosts shall not take all the threads that answer the page.
    if not _fetches.acquire(timeout=FETCH_PATIENCE_S):
        raise busy()
    try:
        return fetcher.fetch(url)
    finally:
        _fetches.release()
        fetcher.close()


class Photos:
    """Photos by key. Thread-safe.

    A photo is forgotten `keep_s` seconds after it came, whether it is used or not, and earlier when there are more than
    `most_bytes` of them. Nothing of it is on a disk at any time.
    """

    def __init__(
        self,
        fetch: Fetch = fetch_public,
        most_bytes: int = MOST_BYTES,
        keep_s: float = KEEP_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._most = most_bytes
        self._keep, self._now = keep_s, now
        self._kept: OrderedDict[str, Photo] = OrderedDict()
        self._decoded: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, data: bytes, key: str = "") -> Photo:
        """Decodes, turns upright, makes smaller and keeps. Raises PictureError for what is no picture."""
        image = load_image(data, max_side=PHOTO_SIDE)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=92)
        photo = Photo(
            key or secrets.token_urlsafe(24), buffer.getvalue(), image.width, image.height, self._now() + self._keep
        )
        with self._lock:
            self._kept[photo.key] = photo
            while len(self._kept) > 1 and sum(len(p.jpeg) for p in self._kept.values()) > self._most:
                self._drop(next(iter(self._kept)))
            if self._sweeper is None:
                # By a weak reference, so that the thread ends with its photos.
                mine = weakref.ref(self)
                self._sweeper = threading.Thread(target=_sweep, args=(mine,), name="visearch-forget", daemon=True)
                self._sweeper.start()
        return photo

    def get(self, key: str) -> Photo | None:
        """A kept photo, or None when it was never there or is forgotten."""
        with self._lock:
            photo = self._kept.get(key)
            if photo is not None and photo.until <= self._now():
                self._drop(key)
                photo = None
            if photo is not None:
                self._kept.move_to_end(key)
            return photo

    def forget_old(self) -> int:
        """Drops photos whose time is over, their pixels and what was found in them -> how many."""
        with self._lock:
            now = self._now()
            over = [key for key, photo in self._kept.items() if photo.until <= now]
            for key in over:
                self._drop(key)
        return len(over)

    def forget_all(self) -> None:
        """Drops everything."""
        with self._lock:
            for key in list(self._kept):
                self._drop(key)

    def _drop(self, key: str) -> None:
        del self._kept[key]
        self._decoded.pop(key, None)

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
            if photo.key not in self._kept:
                return image
            self._decoded[photo.key] = image
            while len(self._decoded) > _DECODED:
                self._decoded.popitem(last=False)
        return image

    def crop(self, photo: Photo, area: str, side: int = CROP_SIDE) -> bytes:
        """JPEG of a part of it, `area` as in `Photo.box`. Raises PictureError when nothing is left."""
        return thumbnail(crop(self.image(photo), photo.box(area)), side)


def _sweep(mine: weakref.ref[Photos]) -> None:
    while True:
        time.sleep(SWEEP_S)
        photos = mine()
        if photos is None:
            return
        forgotten = photos.forget_old()
        forget_old()
        if forgotten:
            # What was freed would otherwise lie in memory until something else is written there.
            give_back()
        del photos
