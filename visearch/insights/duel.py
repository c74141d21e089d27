"""Two ways to search, asked the same: what both find, and what moves."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.models import MODELS
from visearch.prepare import Choice, is_fresh, open_engine
from visearch.remote import store_of
from visearch.store import mend_hint
from visearch.types import RANKERS, Hit, Query

SHOWN = 10


@dataclass(frozen=True)
class Setting:
    """A model by name and one of RANKERS."""

    model: str
    ranker: str = "hybrid"


@dataclass(frozen=True)
class Place:
    """A hit with its rank (from 1) and that of the other side, None when that does not have it among its first."""

    hit: Hit
    rank: int
    other: int | None


@dataclass(frozen=True)
class Side:
    """What one setting found, and in how many milliseconds."""

    setting: Setting
    places: tuple[Place, ...]
    ms: float


@dataclass(frozen=True)
class Duel:
    """Both sides; `shared` products are in both."""

    left: Side
    right: Side
    shared: int


def duel(engines: Sequence[SearchEngine], settings: Sequence[Setting], query: Query, k: int = SHOWN) -> Duel:
    """Asks both engines the same with their own ranker. Raises what `SearchEngine.search` raises."""
    found = [
        engine.search(replace(query, k=k, ranker=setting.ranker))
        for engine, setting in zip(engines, settings, strict=True)
    ]
    ids = [[hit.product.id for hit in result.hits] for result in found]
    sides = [
        Side(setting, _places(result.hits, other), sum(ms for name, ms in result.timings_ms.items() if name != "total"))
        for setting, result, other in zip(settings, found, reversed(ids), strict=True)
    ]
    return Duel(sides[0], sides[1], len(set(ids[0]) & set(ids[1])))


def _places(hits: Sequence[Hit], other: Sequence[str]) -> tuple[Place, ...]:
    ranks = {product: rank for rank, product in enumerate(other, 1)}
    return tuple(Place(hit, rank, ranks.get(hit.product.id)) for rank, hit in enumerate(hits, 1))


def rankers_for(photo: bool) -> tuple[str, ...]:
    """The ways that a question with or without a photo leaves."""
    return ("hybrid", "caption") if photo else tuple(name for name in RANKERS if name != "caption")


class Bench:
    """The engines that can be compared: the one that answers, and at most one other model at a time. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._other: tuple[str, SearchEngine] | None = None

    def models(self, engine: SearchEngine) -> tuple[str, ...]:
        """The models with an index of the engine's catalogue, its own first."""
        catalog = engine.opened.manifest.catalog["id"]
        own = engine.model.name
        others = {
            str(manifest.model["name"])
            for manifest in store_of(self._settings).list()
            if manifest.catalog["id"] == catalog and _known(str(manifest.model["name"]))
        }
        return (own, *sorted(others - {own}))

    def engine(self, engine: SearchEngine, model: str) -> SearchEngine:
        """The engine for a model of `models`. Raises VisearchError for any other, and when it cannot be opened."""
        if model == engine.model.name:
            return engine
        if model not in self.models(engine):
            raise VisearchError(
                f"There is no index of this catalogue with the model {model!r:.60}.",
                f"Choose one of {', '.join(self.models(engine))}.",
            )
        key = f"{engine.opened.path}\n{model}"
        with self._lock:
            if self._other is None or self._other[0] != key:
                self._other = (key, self._open(str(engine.opened.manifest.catalog["id"]), model))
            return self._other[1]

    def _open(self, catalog: str, model: str) -> SearchEngine:
        choice = Choice(catalog, model, "")
        # Opening would build a stale index anew, which nobody expects from a comparison.
        if not is_fresh(store_of(self._settings), choice, self._settings):
            raise VisearchError(
                f"The index with the model {model!r:.60} is older than the catalogue.", mend_hint(catalog, model)
            )
        return open_engine(self._settings, choice, lazy=True)


def _known(model: str) -> bool:
    # Indexes of baselines lie beside the others; nobody searches with those.
    return model in MODELS or model.startswith(("hf-hub:", "local-dir:"))
