"""What answers now, and what is being prepared behind it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from visearch.audit import PAGE, record
from visearch.behind import CancelledError, Preparing
from visearch.catalog import sample_folder
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.prepare import FIRST_CATALOG, FIRST_MODEL, Choice, read_choice
from visearch.status import SAMPLE_MORE, SAMPLE_PHOTOS, SAMPLE_TEXTS, Examples, Status, short_name

__all__ = ["SAMPLE_PHOTOS", "SAMPLE_TEXTS", "Examples", "LiveEngine", "Status"]

logger = logging.getLogger(__name__)


class LiveEngine(Preparing):
    """Holds the engine that answers and prepares a better one in the background. Thread-safe.

    It is made of `settings`; `reachable` says within so many seconds whether the hub answers, `wait` and `clock` are
    for tests.
    """

    def start(self) -> None:
        """Starts the preparation in the background; calling it again does nothing while it runs."""
        with self._lock:
            # A thread that has told its end may still be there for a moment.
            if self._thread is not None and self._thread.is_alive() and not self._ready.is_set():
                return
            if self._engine is not None:
                return
            self._ready.clear()
            self._thread = threading.Thread(target=self._run, name="visearch-prepare", daemon=True)
            self._thread.start()

    def engine(self, wait: bool = True) -> SearchEngine:
        """What answers now. Waits for the first index, or raises VisearchError when there is none (yet)."""
        self.start()
        if wait:
            self._ready.wait()
        with self._lock:
            if self._engine is not None:
                return self._engine
        error = self._board.get().error
        if error:
            raise VisearchError(error)
        raise VisearchError("The catalogue is still being indexed.", "Try again in a moment.")

    def detector(self) -> Detector:
        """What finds things in photos; loaded at the first call. A detector that cannot be had finds nothing."""
        return self._detector.get()

    # ------------------------------------------------------------------ another catalogue

    def switch(self, catalog: str, model: str | None = None, mapping: Mapping[str, str] | None = None) -> None:
        """Prepares another catalogue in the background; what answers now goes on until it is complete.

        `model` is by name, and without it the present one; `mapping` gives columns to fields, and is kept. The
        choice is kept for the next start. When it fails, `status().failed` says why and nothing has changed. Raises
        VisearchError while something that a person asked for, or the first index, is still being prepared.
        """
        now = self._choice
        name = model or (now.model if now else FIRST_MODEL)
        self._begin(Choice(catalog, name, "Chosen on the Catalogue page.", chosen=True), mapping)

    def undo(self) -> None:
        """Back to what answered before the last switch. Raises VisearchError when there is nothing to go back to."""
        if self._previous is None:
            raise VisearchError("There is nothing to go back to.", "Choose a catalogue instead.")
        self._begin(self._previous, None)

    def cancel(self) -> None:
        """Gives up what `switch` or `undo` prepares, at its next step."""
        self._cancelled.set()

    def forget(self, catalog: str) -> None:
        """`undo` no longer leads to this catalogue: it is being removed."""
        with self._lock:
            if self._previous and self._previous.catalog == catalog:
                self._previous = None
                self._board.change(before="")

    def _begin(self, choice: Choice, mapping: Mapping[str, str] | None) -> None:
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            if running and (self._board.get().wanted or self._engine is None):
                raise VisearchError("Another catalogue is being prepared.", "Wait until it is done, or cancel it.")
            self._superseded.set()
            self._cancelled.clear()
            wanted = short_name(choice.catalog)
            self._board.change(state="switching", wanted=wanted, failed="", stage="", total=None)
            if self._engine is None:
                self._ready.clear()
            before = self._thread
            self._thread = threading.Thread(
                target=self._switch, args=(choice, mapping, before), name="visearch-switch", daemon=True
            )
            self._thread.start()

    def _switch(self, choice: Choice, mapping: Mapping[str, str] | None, before: threading.Thread | None) -> None:
        failed = ""
        try:
            if before is not None:
                before.join()
            self._board.change(state="switching")
            if self._choice is None or not self._choice.chosen:
                self._recorded = read_choice(self._settings.home)
            self._publish(choice, stop=self._cancelled, mapping=mapping)
            self._record(choice if choice.chosen else self._recorded)
        except CancelledError:
            pass
        except VisearchError as error:
            failed = self._public(str(error))
        except Exception:
            logger.exception("the catalogue could not be switched")
            failed = "It could not be opened. The log says why."
        finally:
            if self._settings.home.name:
                outcome = "cancelled" if self._cancelled.is_set() else "failed" if failed else "done"
                record(self._settings.home, "switch", outcome, PAGE, choice.catalog)
            state = "ready" if self._engine is not None else "failed"
            self._board.change(state=state, stage="", wanted="", failed=failed)
            self._ready.set()

    def status(self) -> Status:
        """Cheap; never waits."""
        self._watch.ask()
        return self._board.get()

    def examples(self) -> Examples:
        """Photos and words to try on what answers now."""
        catalog = self.status().catalog
        if catalog is None or catalog.id != FIRST_CATALOG:
            return Examples()
        folder = sample_folder()
        shown, more = (tuple(p for n in names if (p := folder / n).exists()) for names in (SAMPLE_PHOTOS, SAMPLE_MORE))
        return Examples(shown, SAMPLE_TEXTS, more)

    def wait(self, timeout_s: float | None = None) -> None:
        """Until everything that `start` set off has ended (for tests and scripts)."""
        if self._thread is not None:
            self._thread.join(timeout_s)
