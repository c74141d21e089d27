"""The detector of a running app: loaded when the first photo comes, and never a reason to fail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.errors import VisearchError

logger = logging.getLogger(__name__)


class LateDetector:
    """Loads the detector of `settings` once. Thread-safe. `note` takes a sentence for the page when it cannot."""

    def __init__(self, settings: Settings, note: Callable[[str], None]) -> None:
        self._settings, self._note = settings, note
        self._lock = threading.Lock()
        self._loaded: Detector | None = None

    def get(self) -> Detector:
        """The detector, or one that finds nothing."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Detector:
        try:
            return load_detector(self._settings.detector, self._settings)
        except VisearchError as error:
            self._note(f"Photos are searched as a whole: {error.message}")
        except Exception:
            logger.exception("the detector could not be loaded")
            self._note("Photos are searched as a whole: the detector could not be loaded; the log says why.")
        return load_detector("none", self._settings)
