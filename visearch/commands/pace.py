"""How fast a build goes and how long it will take, for logs: a bar is only for terminals."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

EVERY_S = 30.0
"""Seconds between two lines."""

_MEASURED_S = 300.0
"""The rate is that of the last five minutes: what the cache knew at first went by much faster."""


class Pace:
    """Called with every Progress, writes a line now and then while stderr is no terminal."""

    def __init__(
        self,
        write: Callable[[str], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
        silent: bool | None = None,
    ) -> None:
        self._write = write or (lambda line: print(line, file=sys.stderr, flush=True))
        self._clock = clock
        self._silent = sys.stderr.isatty() if silent is None else silent
        self._stage = ""
        self._seen: deque[tuple[float, int]] = deque()
        self._next = clock() + EVERY_S

    def __enter__(self) -> Pace:
        return self

    def __exit__(self, *_: object) -> None:
        self._silent = True

    def __call__(self, told: Any) -> None:
        """`told` has stage, done and total, which is None when nobody knows."""
        now = self._clock()
        if told.stage != self._stage:
            self._stage = told.stage
            self._seen.clear()
        if not self._seen or told.done > self._seen[-1][1]:
            self._seen.append((now, told.done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _MEASURED_S:
            self._seen.popleft()
        if not self._silent and now >= self._next:
            self._next = now + EVERY_S
            self._write(line_of(told.stage, told.done, told.total, self.rate(now)))

    def rate(self, now: float) -> float:
        """Products a second, 0 while it cannot be told."""
        if not self._seen or now <= self._seen[0][0]:
            return 0.0
        return (self._seen[-1][1] - self._seen[0][1]) / (now - self._seen[0][0])


def line_of(stage: str, done: int, total: int | None, rate: float) -> str:
    """Such as "embedding: 1,200 of 90,000, 61.0 a second, 24 min left"."""
    parts = [f"{done:,}" if total is None else f"{done:,} of {total:,}"]
    if rate > 0:
        parts.append(f"{rate:,.1f} a second")
        if total is not None:
            parts.append(f"{in_words((total - done) / rate)} left")
    return f"{stage}: {', '.join(parts)}"


def in_words(seconds: float) -> str:
    """ "40 s", "24 min", "3 h 5 min" or "2 d 4 h"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"
