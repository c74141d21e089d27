"""What a running app prepares behind its answers: the first index, a better one, and what could not be had so far."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from visearch.build import Progress
from visearch.captions import resolve
from visearch.captions.specs import ZERO_SHOT
from visearch.catalog import hub_reachable
from visearch.catalog.base import CatalogInfo
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import StoreError, VisearchError
from visearch.finder import late_captioner, late_detector
from visearch.models.runtimes import quicken
from visearch.patience import Again, Pause, pause
from visearch.prepare import (
    FIRST_CATALOG,
    FIRST_MODEL,
    Choice,
    first_choice,
    hub_choice,
    open_engine,
    record_choice,
)
from visearch.remote import store_of
from visearch.served import ServerWatch
from visearch.status import Board, short_name
from visearch.store import Store
from visearch.watching import SourceWatch, check_later, not_kept

logger = logging.getLogger(__name__)

HUB_TIMEOUT_S = 5.0


class CancelledError(VisearchError):
    """The preparation was given up by whoever asked for it, or for something else that was asked for."""


class Preparing:
    """Opens the first index, then a better one. Thread-safe.

    What could not be had is tried again, after waits that grow, until it is there or a person has chosen something.
    """

    def __init__(
        self,
        settings: Settings,
        reachable: Callable[[float], bool] = hub_reachable,
        wait: Pause = pause,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._reachable = reachable
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._engine: SearchEngine | None = None
        self._board = Board()
        self._thread: threading.Thread | None = None
        self._detector = late_detector(settings, self._noting("detector"), clock)
        plain = resolve(settings.captioner) == ZERO_SHOT
        self._captioner = None if plain else late_captioner(settings, self._noting("captioner"), clock)
        self._watch = SourceWatch(self._noting("source"), clock)
        self._served = ServerWatch(self._noting("server"), self._renew)
        self._choice: Choice | None = None
        self._previous: Choice | None = None
        # What was remembered before a person chose: going back brings it back too.
        self._recorded: Choice | None = None
        # What was to answer first and could not be had, and whether there is anything that is worth another try.
        self._missed: Choice | None = None
        self._unmet = False
        # Names of catalogues so far, which may be folders.
        self._places: set[str] = set()
        # Ends the hub's preparation for good once a person has chosen, and a person's when they want it no more.
        self._superseded, self._cancelled = threading.Event(), threading.Event()
        self._again = Again(self._try_again, self._superseded, wait)

    def _run(self, again: bool = False) -> None:
        self._unmet = False
        try:
            self._tell("home", not_kept(self._settings.home))
            if self._engine is None:
                self._open_first()
            if self._engine is not None and self._choice is not None:
                if again or not self._unmet:
                    self._open_better()
                self._quicken()
        except Exception:
            # Here, so that a bug on whatever way to the first index is told and not waited for.
            logger.exception("the first index could not be opened")
            self._board.change(state="failed", error="The index could not be opened. The log says why.")
        finally:
            if self._unmet:
                self._again.begin()
            self._ready.set()

    def _try_again(self) -> bool:
        """Runs everything that is still wanted once more -> whether nothing is left to be tried."""
        before = self._thread
        if before is not None:
            before.join()
        with self._lock:
            if self._superseded.is_set():
                return True
            if self._engine is None:
                self._ready.clear()
            thread = self._thread = threading.Thread(
                target=self._run, args=(True,), name="visearch-prepare", daemon=True
            )
            thread.start()
        thread.join()
        return not self._unmet

    def _open_first(self) -> None:
        choice = first_choice(self._settings)
        self._board.change(state="indexing", reason=choice.reason, error="")
        try:
            self._publish(choice, first=True)
        except VisearchError as error:
            self._fall_back(choice, error)
        if self._choice is not None:
            self._warm_up(self._choice)

    def _fall_back(self, choice: Choice, error: VisearchError) -> None:
        """A choice recorded earlier may be gone; a choice by name is the user's own and is not replaced."""
        by_name = self._settings.catalog != "auto" or self._settings.model != "auto"
        built_in = (choice.catalog, choice.model) == (FIRST_CATALOG, FIRST_MODEL)
        self._unmet = self._may_come(choice)
        if by_name or built_in:
            self._board.change(state="failed", error=self._public(str(error)))
            return
        self._missed = choice if self._unmet else None
        why = f"{choice.catalog} with {choice.model} could not be opened ({error.message}), so the sample answers."
        reason = self._public(why)
        try:
            self._publish(Choice(FIRST_CATALOG, FIRST_MODEL, reason), first=True)
        except VisearchError as second:
            self._board.change(state="failed", error=self._public(str(second)))

    def _may_come(self, choice: Choice) -> bool:
        """Whether trying again is worth it: with the network switched off nothing comes from the hub."""
        return not (self._settings.offline and _of_hub(choice))

    def _open_better(self) -> None:
        choice = self._missed or hub_choice(self._settings)
        if choice is None or self._superseded.is_set():
            return
        if _of_hub(choice) and not self._reachable(HUB_TIMEOUT_S):
            self._put_off("The Hugging Face hub does not answer, so what is on this machine goes on answering.")
            return
        self._board.change(state="switching", stage=f"fetching {choice.model}", done=0, total=None)
        try:
            self._publish(choice, stop=self._superseded)
            self._tell("hub", "")
            if self._missed is None:
                self._record(choice)
                return
            # It was asked for by name or is recorded already; now for what is better than that, if anything.
            self._missed = None
            self._open_better()
        except CancelledError:
            pass
        except VisearchError as error:
            self._put_off(f"{choice.catalog} with {choice.model} could not be prepared: {error.message}")
        except Exception:
            logger.exception("the hub's model and data set could not be prepared")
            self._put_off(f"{choice.catalog} with {choice.model} could not be prepared; the log says why.")

    def _put_off(self, why: str) -> None:
        self._unmet = True
        self._tell("hub", f"{why} It is tried again.")
        self._board.change(state="ready", stage="")

    def _record(self, choice: Choice | None) -> None:
        try:
            record_choice(self._settings.home, choice)
        except VisearchError as error:
            self._tell("choice", f"This choice is not kept for the next start: {error.message}")

    def _outdated(self, choice: Choice, error: VisearchError) -> None:
        self._unmet, self._missed = self._may_come(choice), choice
        self._tell("refresh", f"An older index of {choice.catalog} answers: {error.message}")

    def _publish(
        self,
        choice: Choice,
        first: bool = False,
        stop: threading.Event | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        def progress(progress: Progress) -> None:
            if stop is not None and stop.is_set():
                raise CancelledError("The preparation was given up.")
            self._on_progress(progress)

        self._places.add(choice.catalog)
        old: list[VisearchError] = []
        engine = open_engine(
            self._settings,
            choice,
            progress,
            self._on_loading,
            lazy=first,
            mapping=mapping,
            mend=True,
            outdated=old.append if first else None,
            captioner=self._captioner.get if self._captioner else None,
        )
        if stop is not None:
            # Somebody is served meanwhile: their next search shall not be the one that loads everything.
            engine.warm_up()
            progress(Progress("opening", 1, 1))
        self._put_in_place(choice, engine)
        for error in old:
            self._outdated(choice, error)
        self._ready.set()

    def _put_in_place(self, choice: Choice, engine: SearchEngine) -> None:
        manifest = engine.opened.manifest
        with self._lock:
            status, before = self._board.get(), self._choice
            now = status.catalog
            if before is not None and now is not None and before.catalog != choice.catalog:
                self._previous = before
                self._board.change(before=now.title or short_name(now.id))
            self._engine, self._choice = engine, choice
            self._board.change(
                state="ready",
                catalog=CatalogInfo(**manifest.catalog),
                model=engine.model,
                reason=choice.reason,
                stage="",
                error="",
                generation=status.generation + 1,
                products=len(engine.opened.products),
            )
            for topic in ("index", "source", "refresh"):
                self._tell(topic, "")
        store = store_of(self._settings)
        # What a server holds was made from files of another machine.
        stamp = str(manifest.catalog.get("revision") or "") if isinstance(store, Store) else ""
        self._watch.follow(choice.catalog, stamp)
        self._served.follow(store, choice.catalog, choice.model, engine.opened.path.name)
        check_later(engine.opened, self._noting("index"))

    def _renew(self) -> None:
        """Opens what a vector server holds by now of what answers here; the old one answers until then."""
        choice = self._choice
        if choice is None or self._board.get().state != "ready":
            return  # something else is being prepared: at the next look, then
        engine = open_engine(
            self._settings, choice, lazy=True, captioner=self._captioner.get if self._captioner else None
        )
        engine.warm_up()
        if self._choice == choice:
            self._put_in_place(choice, engine)

    def _warm_up(self, choice: Choice) -> None:
        """Loads the weights now, so that the first visitor need not wait for them."""
        try:
            try:
                self._answering().warm_up()
                self._detector.get()
            except StoreError:
                # The model is another than the index was made with, as after an upgrade: its vectors mean nothing.
                self._board.change(state="indexing")
                self._publish(choice)
        except VisearchError as error:
            self._tell("model", str(error))
            self._board.change(state="ready", stage="")
        except Exception:
            logger.exception("the model could not be warmed up")

    def _quicken(self) -> None:
        """Everybody is answered already: the faster runtime may take its time, and fail."""
        try:
            quicken(self._answering().embedder(), self._detector.get())
        except Exception:
            logger.exception("the faster runtime could not be brought in")

    def _on_progress(self, progress: Progress) -> None:
        self._board.change(stage=progress.stage, done=progress.done, total=progress.total)

    def _on_loading(self, stage: str, fraction: float | None) -> None:
        total = None if fraction is None else 100
        self._board.change(stage=stage, done=round((fraction or 0) * 100), total=total)

    def _answering(self) -> SearchEngine:
        with self._lock:
            assert self._engine is not None  # noqa: S101
            return self._engine

    def _noting(self, topic: str) -> Callable[[str], None]:
        return lambda sentence: self._tell(topic, sentence)

    def _tell(self, topic: str, sentence: str) -> None:
        if sentence:
            logger.warning("%s", sentence)
        self._board.note(topic, self._public(sentence))

    def _public(self, sentence: str) -> str:
        """Without the places of this machine: what is told stands on a page for everybody; the log has them."""
        for name in tuple(self._places):
            sentence = sentence.replace(name, short_name(name))
        return sentence.replace(str(self._settings.home), "VISEARCH_HOME")


def _of_hub(choice: Choice) -> bool:
    """Whether something of it comes from the hub."""
    return choice.catalog.startswith("hf:") or (
        choice.model != FIRST_MODEL and not choice.model.startswith("local-dir:")
    )
