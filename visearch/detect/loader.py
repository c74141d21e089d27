"""From a detector's name to a loaded detector: once a process, late, and with plain errors."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PIL import Image

from visearch.config import Settings
from visearch.detect.base import Detector, DetectorInfo, DetectorSpec
from visearch.detect.places import PACKAGE, PIP_NAME
from visearch.detect.specs import AUTO, EMBEDDED, NONE, TORCHVISION_PREFIX, detector_spec
from visearch.models.runtimes import runtime_of
from visearch.packages import check_installed, missing
from visearch.types import Box

Progress = Callable[[str, "float | None"], None]
"""Called with what is being done and, where it is known, the share done in [0, 1]."""

_TORCH = {"torch": "torch", "torchvision": "torchvision"}
_TRANSFORMERS = {"torch": "torch", "transformers": "transformers"}
_EMBEDDED = {"torch": "torch", PACKAGE: PIP_NAME}

_loaded: dict[tuple[str, str], Detector] = {}
_locks: dict[tuple[str, str], threading.Lock] = {}
_guard = threading.Lock()


class NoDetector:
    """Finds nothing, so that the whole photo is searched."""

    info = DetectorInfo(NONE, "", "")

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """No boxes."""
        return ()


def load_detector(name: str, settings: Settings, progress: Progress | None = None) -> Detector:
    """The detector called `name`, built at the first call and shared afterwards; thread-safe.

    `auto` is `embedded` when its package is installed, else `none`. With `settings.offline` nothing is fetched.
    Raises ModelError for an unknown name, a missing package, or weights that cannot be had.
    """
    spec = detector_spec(resolve(name, settings))
    key = (spec.name, runtime_of(settings))
    with _guard:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        if key not in _loaded:
            _loaded[key] = _load(spec, settings, progress or _quiet)
        return _loaded[key]


def resolve(name: str, settings: Settings) -> str:
    """The name that `auto` stands for here; any other name as it is."""
    if name != AUTO:
        return name
    return EMBEDDED if detector_available(EMBEDDED, settings) else NONE


def detector_available(name: str, settings: Settings) -> bool:
    """Whether `name` can be loaded without the network: its packages and its weights are here.

    Raises ModelError for an unknown name.
    """
    if name == AUTO:
        return True
    spec = detector_spec(name)
    if missing_packages(spec):
        return False
    if spec.source in (NONE, EMBEDDED):
        return True
    if spec.source.startswith(TORCHVISION_PREFIX):
        from visearch.detect.torchvision_models import cached

        return cached(spec)
    from visearch.detect.hf import cached_folder

    return cached_folder(spec) is not None


def missing_packages(spec: DetectorSpec) -> list[str]:
    """The pip names of what a detector needs and is not installed."""
    if spec.source == NONE:
        return []
    needed = _TORCH if spec.source.startswith(TORCHVISION_PREFIX) else _TRANSFORMERS
    needed = _EMBEDDED if spec.source == EMBEDDED else needed
    return missing(needed)


def _load(spec: DetectorSpec, settings: Settings, progress: Progress) -> Any:
    check_installed(f"The detector {spec.name}", missing_packages(spec))
    progress(f"Loading the detector {spec.name}", None)
    if spec.source == NONE:
        return NoDetector()
    if spec.source == EMBEDDED:
        from visearch.detect.embedded import load_embedded

        return load_embedded(spec, settings)
    if spec.source.startswith(TORCHVISION_PREFIX):
        from visearch.detect.torchvision_models import load_torchvision

        return load_torchvision(spec, settings.offline, progress)
    from visearch.detect.hf import load_transformers

    return load_transformers(spec, settings.offline, progress)


def _quiet(stage: str, share: float | None) -> None:
    pass
