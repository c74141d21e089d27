"""What is told of every question that was answered or refused: what kind it was and how long it took, never what."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from visearch.errors import VisearchError
from visearch.types import Query

logger = logging.getLogger("visearch.search")

TEXT, PHOTO, BOTH, SIMILAR, BROWSE = "text", "photo", "both", "similar", "browse"
PAGE, API = "page", "api"
OK, NOTHING, REFUSED, BUSY, FAILED, WAITING = "ok", "nothing", "refused", "busy", "failed", "waiting"
"""How it ended: `nothing` is an answer without a hit, `refused` an error that the visitor was told, `busy` no turn or
too many questions, `failed` a bug, `waiting` that nothing answers yet."""


@dataclass
class Asked:
    """One question. `kind` is text, photo, both, similar, browse or a function's name; `timings_ms` are its stages.

    `hits` is how many products came back; `catalog` and `model` say what answered; `error` is a class's name.
    """

    door: str
    kind: str
    status: str = OK
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    hits: int | None = None
    catalog: str = ""
    model: str = ""
    error: str = ""
    total_ms: float = 0.0

    def answered(self, timings_ms: Mapping[str, float], hits: int | None, catalog: str = "", model: str = "") -> None:
        """What is known once there is an answer."""
        self.timings_ms, self.hits, self.catalog, self.model = timings_ms, hits, catalog, model
        self.status = NOTHING if hits == 0 else OK

    def failed(self, error: BaseException) -> None:
        """It ended with this error."""
        self.error = type(error).__name__
        self.status = FAILED
        if isinstance(error, VisearchError):
            self.status = BUSY if self.error == "BusyError" else REFUSED


Listener = Callable[[Asked], None]
listeners: list[Listener] = []
"""Whoever counts; empty unless somebody asked for numbers."""


@contextlib.contextmanager
def question(door: str, kind: str) -> Iterator[Asked]:
    """One question being answered; told once it has ended, with the time that it took from here on."""
    asked, started = Asked(door, kind), time.perf_counter()
    try:
        yield asked
    except BaseException as error:
        asked.failed(error)
        raise
    finally:
        asked.total_ms = (time.perf_counter() - started) * 1000
        _tell(asked)


def kind_of(text: str, photo: bool, like: bool = False) -> str:
    """The kind of a question with or without words, a photo, and a product to be like."""
    if like:
        return SIMILAR
    words = bool(text.strip())
    return BOTH if words and photo else PHOTO if photo else TEXT if words else BROWSE


def kind_of_query(query: Query) -> str:
    """The same of a Query."""
    return kind_of(query.text, query.image is not None, bool(query.more_like) and not query.text.strip())


def _tell(asked: Asked) -> None:
    for listener in tuple(listeners):
        listener(asked)
    if not logger.isEnabledFor(logging.INFO):
        return
    line = {"door": asked.door, "kind": asked.kind, "status": asked.status, "total_ms": round(asked.total_ms, 1)}
    more = {
        "hits": asked.hits,
        "timings_ms": {name: round(spent, 1) for name, spent in asked.timings_ms.items()},
        "catalog": asked.catalog,
        "model": asked.model,
        "error": asked.error,
    }
    told = {name: value for name, value in more.items() if value not in ("", None, {})}
    logger.info("search", extra={"data": {**line, **told}})
