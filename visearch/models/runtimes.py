"""Which runtime a model gets here."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from visearch.config import AUTO, OPENVINO, TORCH, Settings, on_zero_gpu
from visearch.models.exports import Exports
from visearch.models.openvino_towers import has_openvino
from visearch.models.towers import Towers
from visearch.packages import check_installed

logger = logging.getLogger(__name__)

GPUS = (Path("/dev/nvidia0"), Path("/dev/kfd"))
"""Where Linux shows a GPU that torch may use: then torch is asked."""


def runtime_of(settings: Settings) -> str:
    """`torch`, or `openvino` with the precision when one is asked for.

    Without a home there is no place for exports, so torch runs. Raises ModelError with the install command when
    OpenVINO is asked for by name and is not installed.
    """
    if settings.runtime == TORCH or not settings.home.name:
        return TORCH
    if settings.runtime == AUTO:
        return OPENVINO if has_openvino() and not _gpu() else TORCH
    check_installed(f"The runtime {settings.runtime}", [] if has_openvino() else ["openvino"])
    return settings.runtime


def _gpu() -> bool:
    """Whether there is a GPU for torch; ZeroGPU's are lent to single calls, and are none of ours."""
    return not on_zero_gpu(os.environ) and any(gpu.exists() for gpu in GPUS)


def swapped(name: str, now: Towers, make: Callable[[], Towers] | None) -> Towers:
    """What `make` gives, else what runs now: a runtime that fails is told in the log and costs nobody an answer."""
    if make is None:
        return now
    try:
        return make()
    except Exception as error:  # the compiler's own types
        logger.warning("%s stays in %s: %s", name, now.runtime, error)
        return now


def quicken(*models: object) -> None:
    """Brings in the faster runtime of whatever has one; the first time on a machine that takes some seconds."""
    for model in models:
        getattr(model, "quicken", lambda: None)()


def exports_of(settings: Settings, name: str, key: str) -> Exports | None:
    """Where the export of a model is kept, None where torch runs it."""
    runtime = runtime_of(settings)
    if runtime == TORCH:
        return None
    return Exports(settings.home, name, key, runtime.removeprefix(OPENVINO).removeprefix("-"))
