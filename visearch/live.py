"""What answers now, and what is being prepared behind it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from visearch.build import Progress
from visearch.catalog import hub_reachable, sample_folder
from visearch.catalog.base import CatalogInfo
from visearch.config import Settings
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import StoreError, VisearchError
from visearch.finder import LateDetector
from visearch.models.runtimes import quicken
from visearch.prepare import (
    FIRST_CATALOG,
    FIRST_MODEL,
    Choice,
    first_choice,
    hub_choice,
    open_engine,
    read_choice,
    record_choice,
)
from visearch.status import SAMPLE_PHOTOS, SAMPLE_TEXTS, Examples, Status, short_name

__all__ = ["SAMPLE_PHOTOS", "SAMPLE_TEXTS", "Examples", "LiveEngine", "Status"]

logger = logging.getLogger(__name__)

HUB_TIMEOUT_S = 5.0


class _CancelledError(VisearchError):
    """The preparation was given up by whoever asked for it, or for something else that was asked for."""


class LiveEngine:
    """Holds the engine that answers and prepares a better one in the background. Thread-safe."""

    def __init__(self, settings: Settings, reachable: Callable[[float], bool] = hub_reachable) -> None:
        self._settings = settings
        self._reachable = reachable
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._engine: SearchEngine | None = None
        self._status = Status()
        self._thread: threading.Thread | None = None
        self._detector = LateDetector(settings, self._note)
        self._choice: Choice | None = None
        self._previous: Choice | None = None
        # What was remembered before a person chose: going back brings it back too.
        self._recorded: Choice | None = None
        # Ends the hub's preparation for good once a person has chosen, and a person's when they want it no more.
        self._superseded, self._cancelled = threading.Event(), threading.Event()

    def start(self) -> None:
        """Starts the preparation in the background; calling it again does nothing while it runs."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
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
            if self._status.error:
                raise VisearchError(self._status.error)
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
                self._status = replace(self._status, before="")

    def _begin(self, choice: Choice, mapping: Mapping[str, str] | None) -> None:
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            if running and (self._status.wanted or self._engine is None):
                raise VisearchError("Another catalogue is being prepared.", "Wait until it is done, or cancel it.")
            self._superseded.set()
            self._cancelled.clear()
            wanted = short_name(choice.catalog)
            self._status = replace(self._status, state="switching", wanted=wanted, failed="", stage="", total=None)
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
            self._change(state="switching")
            if self._choice is None or not self._choice.chosen:
                self._recorded = read_choice(self._settings.home)
            self._publish(choice, stop=self._cancelled, mapping=mapping)
            record_choice(self._settings.home, choice if choice.chosen else self._recorded)
        except _CancelledError:
            pass
        except VisearchError as error:
            failed = str(error)
        except Exception:
            logger.exception("the catalogue could not be switched")
            failed = "It could not be opened. The log says why."
        finally:
            state = "ready" if self._engine is not None else "failed"
            self._change(state=state, stage="", wanted="", failed=failed)
            self._ready.set()

    def status(self) -> Status:
        """Cheap; never waits."""
        with self._lock:
            return self._status

    def examples(self) -> Examples:
        """Photos and words to try on what answers now."""
        catalog = self.status().catalog
        if catalog is None or catalog.id != FIRST_CATALOG:
            return Examples()
        folder = sample_folder()
        return Examples(tuple(p for n in SAMPLE_PHOTOS if (p := folder / n).exists()), SAMPLE_TEXTS)

    def wait(self, timeout_s: float | None = None) -> None:
        """Until everything that `start` set off has ended (for tests and scripts)."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    # ------------------------------------------------------------------ background

    def _run(self) -> None:
        try:
            choice = self._open_first()
            if choice is not None:
                self._warm_up(choice)
                self._open_better()
                self._quicken()
        except Exception:
            # Here, so that a bug on whatever way to the first index is told and not waited for.
            logger.exception("the first index could not be opened")
            self._change(state="failed", error="The index could not be opened. The log says why.")
        finally:
            self._ready.set()

    def _open_first(self) -> Choice | None:
        choice = first_choice(self._settings)
        self._change(state="indexing", reason=choice.reason, error="")
        try:
            self._publish(choice, lazy=True)
            return choice
        except VisearchError as error:
            return self._fall_back(choice, error)

    def _fall_back(self, choice: Choice, error: VisearchError) -> Choice | None:
        """A choice recorded earlier may be gone; a choice by name is the user's own and is not replaced."""
        by_name = self._settings.catalog != "auto" or self._settings.model != "auto"
        built_in = (choice.catalog, choice.model) == (FIRST_CATALOG, FIRST_MODEL)
        if by_name or built_in:
            self._change(state="failed", error=str(error))
            return None
        reason = f"{choice.catalog} with {choice.model} could not be opened ({error.message}), so the sample answers."
        sample = Choice(FIRST_CATALOG, FIRST_MODEL, reason)
        try:
            self._publish(sample, lazy=True)
            return sample
        except VisearchError as second:
            self._change(state="failed", error=str(second))
            return None

    def _open_better(self) -> None:
        choice = hub_choice(self._settings)
        if choice is None or self._superseded.is_set():
            return
        if not self._reachable(HUB_TIMEOUT_S):
            self._note("The Hugging Face hub does not answer, so the parts that come with visearch go on answering.")
            return
        self._change(state="switching", stage=f"fetching {choice.model}", done=0, total=None)
        try:
            self._publish(choice, stop=self._superseded)
            record_choice(self._settings.home, choice)
        except _CancelledError:
            pass
        except VisearchError as error:
            self._note(f"{choice.catalog} with {choice.model} could not be prepared: {error.message}")
        except Exception:
            logger.exception("the hub's model and data set could not be prepared")
            self._note(f"{choice.catalog} with {choice.model} could not be prepared; the log says why.")

    def _publish(
        self,
        choice: Choice,
        lazy: bool = False,
        stop: threading.Event | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        def progress(progress: Progress) -> None:
            if stop is not None and stop.is_set():
                raise _CancelledError("The preparation was given up.")
            self._on_progress(progress)

        engine = open_engine(self._settings, choice, progress, self._on_loading, lazy=lazy, mapping=mapping)
        if stop is not None:
            # Somebody is served meanwhile: their next search shall not be the one that loads everything.
            engine.warm_up()
            progress(Progress("opening", 1, 1))
        with self._lock:
            before, now = self._choice, self._status.catalog
            if before is not None and now is not None and before.catalog != choice.catalog:
                self._previous = before
                self._status = replace(self._status, before=now.title or short_name(now.id))
            self._engine, self._choice = engine, choice
            self._status = replace(
                self._status,
                state="ready",
                catalog=CatalogInfo(**engine.opened.manifest.catalog),
                model=engine.model,
                reason=choice.reason,
                stage="",
                error="",
                generation=self._status.generation + 1,
                products=len(engine.opened.products),
            )
        self._ready.set()

    def _warm_up(self, choice: Choice) -> None:
        """Loads the weights now, so that the first visitor need not wait for them."""
        try:
            try:
                self.engine().warm_up()
                self.detector()
            except StoreError:
                # The model is another than the index was made with, as after an upgrade: its vectors mean nothing.
                self._change(state="indexing")
                self._publish(choice)
        except VisearchError as error:
            self._note(str(error))
        except Exception:
            logger.exception("the model could not be warmed up")

    def _quicken(self) -> None:
        """Everybody is answered already: the faster runtime may take its time, and fail."""
        try:
            quicken(self.engine(wait=False).embedder(), self.detector())
        except Exception:
            logger.exception("the faster runtime could not be brought in")

    def _on_progress(self, progress: Progress) -> None:
        self._change(stage=progress.stage, done=progress.done, total=progress.total)

    def _on_loading(self, stage: str, fraction: float | None) -> None:
        total = None if fraction is None else 100
        self._change(stage=stage, done=round((fraction or 0) * 100), total=total)

    def _note(self, note: str) -> None:
        with self._lock:
            state = "ready" if self._engine is not None else self._status.state
            self._status = replace(self._status, state=state, stage="", notes=(*self._status.notes, note))

    def _change(self, **changes: object) -> None:
        with self._lock:
            before = self._status
            self._status = replace(before, **changes)  # type: ignore[arg-type]
            now = time.monotonic()
            if (before.stage, before.total) != (self._status.stage, self._status.total):
                self._status = replace(self._status, began=(now, self._status.done), moved=now)
            elif before.done != self._status.done:
                self._status = replace(self._status, moved=now)
