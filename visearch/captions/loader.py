"""From a captioner's name to a loaded captioner: once a process, late, and with plain errors."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PIL import Image

from visearch.captions.base import Captioner, CaptionerInfo, CaptionerSpec
from visearch.captions.specs import AUTO, NONE, ZERO_SHOT, captioner_spec
from visearch.config import Settings
from visearch.packages import check_installed, missing

Progress = Callable[[str, "float | None"], None]
"""Called with what is being done and, where it is known, the share done in [0, 1]."""

_PACKAGES = {"torch": "torch", "transformers": "transformers"}

_loaded: dict[str, Captioner] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


class NoCaptioner:
    """Says nothing: `none`, and `zero-shot`, whose sentence is made from what `visearch.seen` sees."""

    def __init__(self, name: str) -> None:
        self.info = CaptionerInfo(name, "", "")

    def caption(self, image: Image.Image) -> str:
        """No words."""
        return ""


def load_captioner(name: str, settings: Settings, progress: Progress | None = None) -> Captioner:
    """The captioner called `name`, built at the first call and shared afterwards; thread-safe.

    `auto` is `zero-shot`. With `settings.offline` nothing is fetched. Raises ModelError for an unknown name, a missing
    package, or weights that cannot be had.
    """
    spec = captioner_spec(resolve(name))
    with _guard:
        lock = _locks.setdefault(spec.name, threading.Lock())
    with lock:
        if spec.name not in _loaded:
            _loaded[spec.name] = _load(spec, settings, progress or _quiet)
        return _loaded[spec.name]


def resolve(name: str) -> str:
    """The name that `auto` stands for; any other name as it is."""
    return ZERO_SHOT if name == AUTO else name


def captioner_available(name: str) -> bool:
    """Whether `name` can be loaded without the network: its packages and its weights are here.

    Raises ModelError for an unknown name.
    """
    spec = captioner_spec(resolve(name))
    if spec.source in (NONE, ZERO_SHOT):
        return True
    if missing(_PACKAGES):
        return False
    from visearch.captions.hf import cached_folder

    return cached_folder(spec) is not None


def _load(spec: CaptionerSpec, settings: Settings, progress: Progress) -> Captioner:
    if spec.source in (NONE, ZERO_SHOT):
        return NoCaptioner(spec.name)
    check_installed(f"The captioner {spec.name}", missing(_PACKAGES))
    from visearch.captions.hf import load_transformers

    return load_transformers(spec, settings.offline, progress)


def _quiet(stage: str, share: float | None) -> None:
    pass
