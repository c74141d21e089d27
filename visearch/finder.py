"""The detector and the captioner of a running app: loaded when they are first needed, and never a reason to fail.

One that cannot be had is tried again later: a hub that was down, or a package that was missing, needs no restart.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PIL import Image

from visearch.captions import Captioner, load_captioner
from visearch.captions.base import CaptionerInfo
from visearch.captions.specs import ZERO_SHOT
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector, DetectorInfo
from visearch.errors import VisearchError
from visearch.models.runtimes import quicken
from visearch.patience import Spawn, in_background, waits
from visearch.types import Box

logger = logging.getLogger(__name__)

T = TypeVar("T")
Note = Callable[[str], None]
"""Takes a sentence for the page, in place of the one before; "" takes that back."""


class Late(Generic[T]):
    """Loads something at the first call, and again later while that fails. Thread-safe.

    The first caller waits; while it cannot be had, everybody gets `otherwise` at once and tries are made in the
    background. `told` begins the sentence for the page, as in "Photos are searched as a whole".
    """

    def __init__(
        self,
        load: Callable[[], T],
        otherwise: Callable[[], T],
        told: str,
        note: Note,
        clock: Callable[[], float] = time.monotonic,
        spawn: Spawn = in_background,
    ) -> None:
        self._load, self._otherwise, self._told, self._note = load, otherwise, told, note
        self._clock, self._spawn = clock, spawn
        self._lock = threading.Lock()
        self._loaded: T | None = None
        self._instead: T | None = None
        self._waits, self._next, self._trying = waits(), 0.0, False

    def get(self) -> T:
        """What was loaded, or what stands in for it."""
        with self._lock:
            if self._loaded is not None:
                return self._loaded
            if self._instead is None:
                self._try()
            elif self._clock() >= self._next and not self._trying:
                self._trying = True
                self._spawn(self._try_again)
            found = self._loaded if self._loaded is not None else self._instead
            assert found is not None  # noqa: S101
            return found

    def _try(self) -> None:
        try:
            self._loaded = self._load()
            self._note("")
            return
        except VisearchError as error:
            self._note(f"{self._told}: {error.message}")
        except Exception:
            logger.exception("a part could not be loaded")
            self._note(f"{self._told}: it could not be loaded; the log says why.")
        if self._instead is None:
            self._instead = self._otherwise()
        self._next = self._clock() + next(self._waits)

    def _try_again(self) -> None:
        try:
            self._try()
        finally:
            self._trying = False


class CarefulDetector:
    """A detector whose failure on one photo leaves that photo searched as a whole."""

    def __init__(self, detector: Detector, note: Note) -> None:
        self._detector, self._note = detector, note

    @property
    def info(self) -> DetectorInfo:
        """What answers."""
        return self._detector.info

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """See `Detector.detect`."""
        try:
            return self._detector.detect(image)
        except Exception:
            logger.exception("the detector %s failed on a photo", self.info.name)
            self._note(f"The detector {self.info.name} failed on a photo, which was searched as a whole.")
            return ()

    def quicken(self) -> None:
        """See visearch.models.runtimes."""
        quicken(self._detector)


class CarefulCaptioner:
    """A captioner whose failure on one photo leaves that photo to the words of the catalogue."""

    def __init__(self, captioner: Captioner, note: Note) -> None:
        self._captioner, self._note = captioner, note

    @property
    def info(self) -> CaptionerInfo:
        """What answers."""
        return self._captioner.info

    def caption(self, image: Image.Image) -> str:
        """See `Captioner.caption`; "" when it fails."""
        try:
            return self._captioner.caption(image)
        except Exception:
            logger.exception("the captioner %s failed on a photo", self.info.name)
            self._note(f"The captioner {self.info.name} failed on a photo; words of the catalogue were taken.")
            return ""


def late_detector(
    settings: Settings, note: Note, clock: Callable[[], float] = time.monotonic, spawn: Spawn = in_background
) -> Late[Detector]:
    """The detector of `settings`; one that finds nothing stands in for it."""

    def load() -> Detector:
        return CarefulDetector(load_detector(settings.detector, settings), note)

    none = settings.with_(detector="none")
    return Late(load, lambda: load_detector("none", none), "Photos are searched as a whole", note, clock, spawn)


def late_captioner(
    settings: Settings, note: Note, clock: Callable[[], float] = time.monotonic, spawn: Spawn = in_background
) -> Late[Captioner]:
    """The captioner of `settings`; the words of the catalogue stand in for it."""

    def load() -> Captioner:
        return CarefulCaptioner(load_captioner(settings.captioner, settings), note)

    told = "Photos are put into words of the catalogue"
    return Late(load, lambda: load_captioner(ZERO_SHOT, settings), told, note, clock, spawn)
