"""How long the last searches took, by stage: in memory only, and nothing about who asked or what."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

KEPT = 300
"""Searches that are remembered."""
TOTAL = "total"


@dataclass(frozen=True)
class Stage:
    """Milliseconds of one stage of the searches of a kind that had it: median and 95th percentile of `n`."""

    name: str
    n: int
    p50: float
    p95: float


class Pace:
    """The timings of the last KEPT searches. Thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._last: deque[tuple[str, dict[str, float]]] = deque(maxlen=kept)
        self._lock = threading.Lock()

    def add(self, kind: str, timings_ms: Mapping[str, float]) -> None:
        """One search of a kind (photo, text, photo_text ...) with its `timings_ms`."""
        with self._lock:
            self._last.append((kind, dict(timings_ms)))

    def stages(self) -> dict[str, list[Stage]]:
        """Kind -> its stages in the order in which they ran, `total` last; no kind that was not asked."""
        with self._lock:
            last = list(self._last)
        found: dict[str, dict[str, list[float]]] = {}
        for kind, timings in last:
            for stage, spent in timings.items():
                found.setdefault(kind, {}).setdefault(stage, []).append(spent)
        return {kind: _stages(stages) for kind, stages in found.items()}

    def __len__(self) -> int:
        return len(self._last)


def _stages(found: Mapping[str, list[float]]) -> list[Stage]:
    stages = [
        Stage(name, len(times), float(np.percentile(times, 50)), float(np.percentile(times, 95)))
        for name, times in found.items()
    ]
    return sorted(stages, key=lambda stage: stage.name == TOTAL)
