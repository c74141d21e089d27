"""Local features of product pictures: points that look the same wherever a mark is drawn, kept on disk by index.

SIFT (Lowe, Distinctive Image Features from Scale-Invariant Keypoints, IJCV 2004) as OpenCV has it, with the square root
of the L1-normalised descriptor (RootSIFT: Arandjelovic and Zisserman, CVPR 2012), stored in bytes. Pictures are
enlarged to one size first: marks in product pictures are small.
"""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from visearch.disk import remove, write_file, writing_to
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.images import load_image
from visearch.packages import optional
from visearch.shop.kept import kept
from visearch.store import OpenIndex

Floats = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

SIDE, MOST_POINTS = 512, 500
"""Pixels of a picture's longer side, and points kept of one picture."""
MOST_PICTURES = 4000
"""Beyond this the features of one catalogue would no longer fit the memory of a small Space (about 250 MB)."""
_VERSION = "1"
_CONTRAST, _EDGE = 0.02, 15.0
_BYTES = 512.0
_KEPT = 6
_FOLDER = "marks"


@dataclass(frozen=True)
class Points:
    """Points of one picture: `places` float32 (n, 3) x, y as shares of its longer side and the angle in degrees;
    `descriptors` float32 (n, 128), unit rows."""

    places: Floats
    descriptors: Floats


@dataclass(frozen=True)
class Features:
    """Points of many pictures one after the other: `starts[i]` to `starts[i + 1]` are those of `pictures[i]`.

    `descriptors` are uint8, the values times 512.
    """

    pictures: tuple[str, ...]
    starts: npt.NDArray[np.int64]
    places: Floats
    descriptors: npt.NDArray[np.uint8]


def points_of(picture: Image.Image, side: int = SIDE, most: int = MOST_POINTS, contrast: float = _CONTRAST) -> Points:
    """The points of a picture after its longer side was made `side` pixels. Raises VisearchError without OpenCV."""
    cv2 = _opencv()
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    grey = np.asarray(picture.convert("L").resize(size, Image.Resampling.BICUBIC))
    finder = cv2.SIFT_create(nfeatures=most, contrastThreshold=contrast, edgeThreshold=_EDGE)
    found, rows = finder.detectAndCompute(grey, None)
    if rows is None or not len(found):
        return Points(np.zeros((0, 3), np.float32), np.zeros((0, 128), np.float32))
    rows = np.sqrt(rows / np.maximum(rows.sum(1, keepdims=True), 1e-9)).astype(np.float32)
    places = np.array([(p.pt[0] / side, p.pt[1] / side, p.angle) for p in found], np.float32)
    # OpenCV may give a few more than asked for where their strengths are equal.
    return Points(places[:most], rows[:most])


def features_of(opened: OpenIndex, home: Path, progress: Progress = lambda done, total: None) -> Features:
    """The features of all pictures of an index, from the disk or made now and kept there.

    `progress` is told (done, total) pictures. A catalogue beyond MOST_PICTURES is looked at only so far. Raises
    VisearchError without OpenCV, StoreError when they cannot be kept.
    """
    shas = tuple(dict.fromkeys(opened.row_picture))[:MOST_PICTURES]
    path = home / _FOLDER / f"{_name(shas)}.npz"
    known = _read(path, shas)
    if known is not None:
        return known
    made = _make(opened, shas, progress)
    out = io.BytesIO()
    np.savez(out, starts=made.starts, places=made.places, descriptors=made.descriptors)
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, out.getvalue(), durable=False)
        _bound(path.parent)
    return made


class Kept:
    """The features of the index that was asked last, made once however many ask. Thread-safe."""

    def __init__(self) -> None:
        self._lock, self._begun = threading.Lock(), threading.Lock()
        self._features: tuple[str, Features] | None = None
        self._running: threading.Thread | None = None
        self._failed: VisearchError | None = None
        self.done, self.total = 0, 0

    def get(self, opened: OpenIndex) -> Features:
        """Waits while they are made. Raises as `features_of`."""
        with self._lock:
            wanted = str(opened.path)
            if self._features is None or self._features[0] != wanted:
                self.done, self.total = 0, 0
                self._features = (wanted, features_of(opened, opened.home, self._told))
            return self._features[1]

    def soon(self, opened: OpenIndex) -> Features | None:
        """They, or None while they are being made in the background. Raises what that failed with, once."""
        features = self._features
        if features is not None and features[0] == str(opened.path):
            return features[1]
        with self._begun:
            failed, self._failed = self._failed, None
            if failed is not None:
                raise failed
            if self._running is None or not self._running.is_alive():
                self._running = threading.Thread(
                    target=self._prepare, args=(opened,), name="visearch-marks", daemon=True
                )
                self._running.start()
        return None

    def _prepare(self, opened: OpenIndex) -> None:
        try:
            self.get(opened)
        except VisearchError as error:
            self._failed = error

    def _told(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def reader_of(engine: SearchEngine) -> Kept:
    """The one that reads the pictures of the engine's index: the page and the programs share what it keeps."""
    return kept(engine, _reader)


def _reader(engine: SearchEngine) -> Kept:
    return Kept()


def _make(opened: OpenIndex, shas: Sequence[str], progress: Progress) -> Features:
    places, rows, starts = [], [], [0]
    for done, sha in enumerate(shas):
        progress(done, len(shas))
        found = _points(opened, sha)
        places.append(found.places)
        rows.append(np.clip(np.round(found.descriptors * _BYTES), 0, 255).astype(np.uint8))
        starts.append(starts[-1] + len(found.places))
    progress(len(shas), len(shas))
    if not shas:
        return Features((), np.zeros(1, np.int64), np.zeros((0, 3), np.float32), np.zeros((0, 128), np.uint8))
    return Features(tuple(shas), np.array(starts, np.int64), np.concatenate(places), np.concatenate(rows))


def _points(opened: OpenIndex, sha: str) -> Points:
    try:
        return points_of(load_image(opened.thumbnail(sha)))
    except VisearchError:
        _opencv()
        # A picture that cannot be read bears nothing; without OpenCV the line above has raised.
        return Points(np.zeros((0, 3), np.float32), np.zeros((0, 128), np.float32))


def _read(path: Path, shas: tuple[str, ...]) -> Features | None:
    try:
        with np.load(path, allow_pickle=False) as found:
            known = Features(shas, found["starts"], found["places"], found["descriptors"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    fits = len(known.starts) == len(shas) + 1 and known.starts[-1] == len(known.places) == len(known.descriptors)
    return known if fits else None


def _name(shas: Sequence[str]) -> str:
    told = "\n".join((_VERSION, str(SIDE), str(MOST_POINTS), *shas))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _bound(folder: Path) -> None:
    """Only the last few catalogues' features stay on the disk."""
    for old in sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        remove(old)


def _opencv() -> Any:
    return optional("cv2", "opencv-python-headless", "Finding marks")
