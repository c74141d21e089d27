"""What the page is told about who answers and what is being prepared."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from visearch.catalog.base import CatalogInfo
from visearch.models.base import ModelInfo

logger = logging.getLogger(__name__)

SAMPLE_PHOTOS = (
    "scenes/living-1.jpg",
    "queries/headphones-07-photo.jpg",
    "scenes/kids-2.jpg",
    "queries/tablelamp-01-photo.jpg",
    "queries/teddy-03-photo.jpg",
    "queries/mug-01-photo.jpg",
)
SAMPLE_MORE: tuple[str, ...] = (
    "scenes/desk-1.jpg",
    "scenes/kitchen-1.jpg",
    "scenes/vanity-1.jpg",
    "scenes/kids-1.jpg",
    "images/candle-01.jpg",
    "images/perfume-05.jpg",
    "images/carton-01.jpg",
)
"""Further photos, which only the rooms offer; their numbers follow those of SAMPLE_PHOTOS."""
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

    `state` is starting, indexing (nothing answers yet), ready, switching (something else is being prepared while
    the present index answers) or failed. `done` of `total` belong to `stage`, which began at `began`: (seconds of
    time.monotonic, `done` then) and got on last at `moved`. `generation` grows by one whenever another index starts to
    answer. `wanted` is what a person switches to, `failed` why the last such switch did not succeed, `before` what
    answered before the last one that did. `topics` says what each of the `notes` is about.
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
    topics: tuple[str, ...] = ()
    wanted: str = ""
    failed: str = ""
    before: str = ""
    began: tuple[float, int] = (0.0, 0)
    moved: float = 0.0

    def left_s(self, now: float) -> float | None:
        """Seconds until `total` at the stage's pace so far; None while that cannot be told. `now` as in `began`."""
        since, first = self.began
        if not self.total or self.done <= first or self.moved - since < 1.0:
            return None
        # From the last step on: while nothing is told, the pace is not known to have changed.
        left = (self.total - self.done) * (self.moved - since) / (self.done - first) - (now - self.moved)
        return left if left > 0 else None


class Board:
    """The status of a running app, which several threads change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = Status()
        self._notes: dict[str, str] = {}

    def get(self) -> Status:
        """As it is now."""
        with self._lock:
            return self._status

    def change(self, **changes: object) -> None:
        """Sets fields; when the stage or its pace changed, also `began` and `moved`."""
        with self._lock:
            before = self._status
            self._status = replace(before, **changes)  # type: ignore[arg-type]
            now = time.monotonic()
            if (before.stage, before.total) != (self._status.stage, self._status.total):
                self._status = replace(self._status, began=(now, self._status.done), moved=now)
            elif before.done != self._status.done:
                self._status = replace(self._status, moved=now)
            after = self._status
        if (before.state, before.generation) != (after.state, after.generation):
            _log(after)

    def note(self, topic: str, sentence: str) -> None:
        """One sentence a topic, in place of the one before; "" takes it back."""
        with self._lock:
            self._notes.pop(topic, None)
            if sentence:
                self._notes[topic] = sentence
            self._status = replace(self._status, notes=tuple(self._notes.values()), topics=tuple(self._notes))


def _log(status: Status) -> None:
    told = {"state": status.state, "products": status.products, "generation": status.generation}
    catalog, model = status.catalog, status.model
    told |= {"catalog": catalog.id} if catalog else {}
    logger.info("state", extra={"data": {**told, "model": model.name} if model else told})


@dataclass(frozen=True)
class Examples:
    """Things to try; empty for a catalogue that brings none. `more` are photos that only the rooms offer."""

    photos: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()
    more: tuple[Path, ...] = ()

    @property
    def all_photos(self) -> tuple[Path, ...]:
        """By the number that stands in `example:N` and in the addresses of their pictures."""
        return self.photos + self.more

    def named(self, *names: str) -> list[tuple[str, str]]:
        """(a state's photo, the picture's address) of those of these file names that there are, in that order."""
        numbers = {path.name: n for n, path in enumerate(self.all_photos)}
        return [(f"example:{numbers[name]}", f"examples/{numbers[name]}.jpg") for name in names if name in numbers]


def short_name(catalog: str) -> str:
    """A catalogue's name for people, before it is opened: of a path only its last part."""
    return catalog if catalog.startswith("hf:") else PurePath(catalog).name or catalog
