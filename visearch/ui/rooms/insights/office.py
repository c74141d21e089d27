"""What Insights works with: the engine that answers, kept evaluations, and what was worked out for this index."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visearch.errors import VisearchError
from visearch.evaluate.leave_one_out import OwnPicture
from visearch.images import load_image
from visearch.insights.archive import Archive, Run
from visearch.insights.atlas import atlas_key
from visearch.insights.cartographer import Cartographer
from visearch.insights.demand import Demand
from visearch.insights.duel import Bench
from visearch.insights.health import Health, check_health
from visearch.insights.runner import QUICK, Runner, questions, some_of_each
from visearch.insights.watch import Watch
from visearch.recent import Recent
from visearch.types import Query

if TYPE_CHECKING:
    from visearch.catalog.base import LabelledQuery
    from visearch.config import Settings
    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives


@dataclass(frozen=True)
class Plan:
    """What an evaluation would ask, all of it or quickly, and about how many seconds each takes."""

    queries: int
    quick: int
    seconds: float
    quick_seconds: float
    labelled: bool


class Office:
    """Thread-safe; what is worked out is kept for the last two indexes."""

    def __init__(self, live: Lives, settings: Settings) -> None:
        self.live = live
        self._settings = settings
        self.archive = Archive(settings.home)
        self.runner = Runner(self.archive, settings)
        self.cartographer = Cartographer()
        self.bench = Bench(settings)
        self.watch = Watch(demand=Demand(settings.home) if settings.demand else None)
        self._lock = threading.Lock()
        self._healths: Recent[Health] = Recent(2)
        self._plans: Recent[Plan] = Recent(2)

    def engine(self) -> SearchEngine | None:
        """What answers now, None while nothing does."""
        try:
            return self.live.engine(wait=False)
        except VisearchError:
            return None

    def runs(self) -> list[Run]:
        """The evaluations of the catalogue that answers, newest first."""
        engine = self.engine()
        return self.archive.runs(str(engine.opened.manifest.catalog["id"])) if engine else []

    def health(self) -> Health:
        """Of the catalogue that answers. Raises VisearchError when none does."""
        engine = self.live.engine(wait=False)
        with self._lock:
            return self._healths.get(
                atlas_key(engine.opened), lambda: check_health(engine.opened, engine.table, engine.seen)
            )

    def plan(self) -> Plan:
        """What an evaluation would ask. Raises VisearchError when no catalogue answers."""
        engine = self.live.engine(wait=False)
        return self._plans.get(atlas_key(engine.opened), lambda: _planned(engine, self._settings))


def _planned(engine: SearchEngine, settings: Settings) -> Plan:
    asked = questions(engine, settings, quick=False)
    few = some_of_each(asked, QUICK)
    labelled = not all(isinstance(query, OwnPicture) for query in asked)
    if not asked:
        return Plan(0, 0, 0.0, 0.0, labelled)
    photo, words = _measured(engine)
    return Plan(len(asked), len(few), _seconds(asked, photo, words), _seconds(few, photo, words), labelled)


def _seconds(asked: list[LabelledQuery], photo: float, words: float) -> float:
    return sum(photo if query.image is not None else words for query in asked)


def _measured(engine: SearchEngine) -> tuple[float, float]:
    """Seconds of one search by a photo and of one by words, each the second of two: the first may load weights."""
    spent = {"photo": 0.0, "words": 0.0}
    for product in engine.opened.products[:2]:
        found = engine.search(Query(product.title or product.category or product.id))
        spent["words"] = sum(ms for name, ms in found.timings_ms.items() if name != "total") / 1000
        pictures = [engine.opened.thumbnail(sha) for sha in product.pictures]
        if pictures and pictures[0].is_file():
            found = engine.search(Query(image=load_image(pictures[0])))
            spent["photo"] = sum(ms for name, ms in found.timings_ms.items() if name != "total") / 1000
    return spent["photo"], spent["words"]
