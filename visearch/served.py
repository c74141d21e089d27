"""Watches a vector server while its index answers: whether it is there, and whether a newer generation is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from visearch.errors import VisearchError
from visearch.finder import Note
from visearch.patience import Pause, pause
from visearch.remote import RemoteStore

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 3.0
"""Seconds between two looks: well below the time for which a server keeps what was replaced (GRACE_S)."""


class ServerWatch:
    """Asks the server now and then, in a thread of its own. Thread-safe.

    `renew` opens the generation that answers there now; what it raises is told and tried again at the next look.
    """

    def __init__(self, note: Note, renew: Callable[[], None], wait: Pause = pause) -> None:
        self._note, self._renew, self._wait = note, renew, wait
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._following: tuple[RemoteStore, str, str, str] | None = None
        self._thread: threading.Thread | None = None

    def follow(self, store: object, catalog: str, model: str, generation: str) -> None:
        """From now on this index, of which `generation` answers here; a store that is no server's is not followed."""
        with self._lock:
            self._following = (store, catalog, model, generation) if isinstance(store, RemoteStore) else None
            if self._following and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="visearch-served", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends the thread at its next step."""
        self._stop.set()

    def _run(self) -> None:
        while not self._wait(self._stop, LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """One look."""
        with self._lock:
            following = self._following
        if following is None:
            return
        store, catalog, model, generation = following
        try:
            now = store.current(catalog, model)
            if now is not None and now != generation:
                self._renew()
            told = "" if now is not None else f"The index of {catalog} was removed from the vector server."
        except VisearchError as error:
            told = error.message
        except Exception:
            logger.exception("the vector server could not be looked at")
            return
        self._note(told)
