"""What answers now, and what is being prepared behind it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from visearch.build import Progress
from visearch.catalog import hub_reachable, sample_folder
from visearch.catalog.base import CatalogInfo
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import StoreError, VisearchError
from visearch.models.base import ModelInfo
from visearch.prepare import FIRST_CATALOG, FIRST_MODEL, Choice, first_choice, hub_choice, open_engine, record_choice

logger = logging.getLogger(__name__)

HUB_TIMEOUT_S = 5.0
SAMPLE_PHOTOS = (
    "scenes/living-1.jpg",
    "queries/headphones-07-photo.jpg",
    "queries/pillow-05-photo.jpg",
    "queries/tablelamp-01-photo.jpg",
    "queries/teddy-03-photo.jpg",
    "queries/mug-01-photo.jpg",
)
SAMPLE_TEXTS = (
    "red leather handbag",
    "sofa under 1000",
    "vase, not blue",
    "warm light for the bedside",
    "红色手提包",
    "striped mug",
)


@dataclass(frozen=True)
class Status:
    """A snapshot for the page.

    `state` is starting, indexing (nothing answers yet), ready, switching (something better is being prepared
    while the present index answers) or failed. `done` of `total` belong to `stage`; `generation` grows by one
    whenever another index starts to answer.
    """

    state: str = "starting"
    catalog: CatalogInfo | None = None
    model: ModelInfo | None = None
    reason: str = ""
    stage: str = ""
    done: int = 0
    total: int | None = None
    error: str = ""
    generation: int = 0
    products: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examples:
    """Things to try; empty for a catalogue that brings none."""

    photos: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()


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
        self._detector: Detector | None = None
        self._detector_lock = threading.Lock()

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
        with self._detector_lock:
            if self._detector is None:
                self._detector = self._load_detector()
            return self._detector

    def _load_detector(self) -> Detector:
        try:
            return load_detector(self._settings.detector, self._settings)
        except VisearchError as error:
            self._note(f"Photos are searched as a whole: {error.message}")
        except Exception:
            logger.exception("the detector could not be loaded")
            self._note("Photos are searched as a whole: the detector could not be loaded; the log says why.")
        return load_detector("none", self._settings)

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
        if choice is None:
            return
        if not self._reachable(HUB_TIMEOUT_S):
            self._note("The Hugging Face hub does not answer, so the parts that come with visearch go on answering.")
            return
        self._change(state="switching", stage=f"fetching {choice.model}", done=0, total=None)
        try:
            self._publish(choice)
            record_choice(self._settings.home, choice)
        except VisearchError as error:
            self._note(f"{choice.catalog} with {choice.model} could not be prepared: {error.message}")
        except Exception:
            logger.exception("the hub's model and data set could not be prepared")
            self._note(f"{choice.catalog} with {choice.model} could not be prepared; the log says why.")

    def _publish(self, choice: Choice, lazy: bool = False) -> None:
        engine = open_engine(self._settings, choice, self._on_progress, self._on_loading, lazy=lazy)
        with self._lock:
            self._engine = engine
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
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
