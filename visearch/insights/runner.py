"""Runs an evaluation behind the page: one at a time, told how far it is, and stopped when asked."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from visearch.build import Progress
from visearch.catalog import open_catalog
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate import evaluate
from visearch.evaluate.leave_one_out import OwnPicture, leave_one_out
from visearch.evaluate.result import LEAVE_ONE_OUT, Evaluation
from visearch.insights.archive import Archive, Run

logger = logging.getLogger(__name__)

QUICK = 30
"""Queries of a kind that a quick evaluation asks, drawn by seed."""
_SEED = 0


class _StoppedError(Exception):
    """Somebody asked for the end."""


@dataclass(frozen=True)
class Task:
    """What is running or ran last. `state` is idle, running, stopping, done, stopped or failed.

    `done` of `total` queries after `seconds`; `run` is the name of the evaluation once it is kept.
    """

    state: str = "idle"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    error: str = ""
    run: str = ""

    @property
    def busy(self) -> bool:
        return self.state in ("running", "stopping")

    @property
    def left_s(self) -> float | None:
        """Seconds that are left if it goes on as it did; None while that cannot be told."""
        return self.seconds / self.done * (self.total - self.done) if self.done >= 3 else None


def labelled_queries(engine: SearchEngine, settings: Settings) -> list[LabelledQuery]:
    """The labelled queries of the engine's catalogue; none where it brings none or has moved away since."""
    name = str(engine.opened.manifest.catalog["id"])
    if name.startswith("hf:"):
        return []
    try:
        return open_catalog(name, settings).queries()
    except VisearchError as error:
        logger.warning("the labelled queries of %s cannot be read: %s", name, error)
        return []


def questions(engine: SearchEngine, settings: Settings, quick: bool) -> list[LabelledQuery]:
    """What an evaluation asks: labelled queries, else the products' own pictures; with `quick` some of each kind."""
    asked: Sequence[LabelledQuery] = labelled_queries(engine, settings) or leave_one_out(engine.opened)
    return some_of_each(asked, QUICK) if quick else list(asked)


def some_of_each(queries: Sequence[LabelledQuery], most: int) -> list[LabelledQuery]:
    """At most `most` of every kind, the same ones every time, in their order."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for place, query in enumerate(queries):
        kinds[query.kind].append(place)
    rng = np.random.default_rng(_SEED)
    kept = [place for places in kinds.values() for place in rng.permutation(places)[:most].tolist()]
    return [queries[place] for place in sorted(kept)]


class Runner:
    """The evaluation behind the page. Thread-safe."""

    def __init__(self, archive: Archive, settings: Settings, now: Callable[[], float] = time.monotonic) -> None:
        self._archive, self._settings, self._now = archive, settings, now
        self._lock = threading.Lock()
        self._task = Task()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._started = 0.0

    @property
    def task(self) -> Task:
        """A snapshot; cheap."""
        with self._lock:
            return self._task

    def start(self, engine: SearchEngine, quick: bool = False) -> None:
        """Begins in the background. Raises VisearchError while one is running."""
        with self._lock:
            if self._task.busy:
                raise VisearchError("An evaluation is already running.", "Wait for it, or stop it first.")
            self._stop.clear()
            self._task, self._started = Task("running"), self._now()
            self._thread = threading.Thread(
                target=self._run, args=(engine, quick), name="visearch-evaluate", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Asks the running one to end after its present query; nothing of it is kept."""
        with self._lock:
            if self._task.busy:
                self._stop.set()
                self._task = replace(self._task, state="stopping")

    def wait(self, timeout_s: float | None = None) -> None:
        """Until it has ended (for tests)."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, engine: SearchEngine, quick: bool) -> None:
        try:
            run = self._evaluated(engine, quick)
            self._change(state="done", run=run.name)
        except _StoppedError:
            self._change(state="stopped")
        except VisearchError as error:
            self._change(state="failed", error=str(error))
        except Exception:
            logger.exception("an evaluation failed")
            self._change(state="failed", error="Something went wrong here; the server's log has the details.")

    def _evaluated(self, engine: SearchEngine, quick: bool) -> Run:
        queries = questions(engine, self._settings, quick)
        if not queries:
            raise VisearchError(
                "There is nothing to ask: this catalogue has no labelled queries and no two products of one category.",
                "Put a queries.csv beside its products.csv, with query_image or query_text and relevant_ids.",
            )
        found: Evaluation = evaluate(engine, queries, progress=self._told)
        if all(isinstance(query, OwnPicture) for query in queries):
            found = replace(found, method=LEAVE_ONE_OUT)
        return self._archive.save(found)

    def _told(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise _StoppedError
        self._change(done=progress.done, total=progress.total or 0)

    def _change(self, **changes: object) -> None:
        with self._lock:
            seconds = self._now() - self._started
            self._task = replace(self._task, seconds=seconds, **changes)  # type: ignore[arg-type]
