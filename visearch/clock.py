"""How long the stages of one answer take."""

from __future__ import annotations

import time


class Clock:
    """Starts when it is made. Each lap is named by the stage that it ends."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends a stage; a stage that comes twice is the sum of both."""
        now = time.perf_counter()
        self._laps[stage] = self._laps.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def timings_ms(self) -> dict[str, float]:
        """Milliseconds of each stage in their order, and `total` since the start."""
        return {**self._laps, "total": (time.perf_counter() - self._started) * 1000}
