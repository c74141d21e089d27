"""Trying again: how long to wait, and where to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

BACK_OFF_S = (30.0, 60.0, 120.0, 300.0, 900.0)
"""Seconds before each further try; the last one again and again. A hub that is down is asked four times an hour."""

Pause = Callable[[threading.Event, float], bool]
"""Waits so many seconds, or until the event is set -> whether it is."""

Spawn = Callable[[Callable[[], None]], None]
"""Runs a function beside the caller."""


def waits() -> Iterator[float]:
    """The waits of BACK_OFF_S, without an end."""
    yield from BACK_OFF_S
    while True:
        yield BACK_OFF_S[-1]


def pause(stop: threading.Event, seconds: float) -> bool:
    """See `Pause`."""
    return stop.wait(seconds)


def in_background(work: Callable[[], None]) -> None:
    """See `Spawn`: in a thread that ends with the process."""
    threading.Thread(target=work, name="visearch-beside", daemon=True).start()


class Again:
    """Runs `attempt` after longer and longer waits, until it says True or `stop` is set. Thread-safe."""

    def __init__(self, attempt: Callable[[], bool], stop: threading.Event, wait: Pause = pause) -> None:
        self._attempt, self._stop, self._pause = attempt, stop, wait
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Starts, in the background; does nothing while it runs."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="visearch-again", daemon=True)
                self._thread.start()

    def join(self, timeout_s: float | None = None) -> None:
        """Until it has ended (for tests)."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        try:
            for seconds in waits():
                if self._pause(self._stop, seconds) or self._attempt():
                    return
        finally:
            with self._lock:
                self._thread = None
