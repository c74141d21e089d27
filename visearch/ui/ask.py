"""What a visitor asks and the HTML that answers it; no Gradio in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from visearch.engine import SearchEngine
from visearch.errors import PictureError
from visearch.images import load_image
from visearch.types import FilterValue, Query, SearchResult
from visearch.ui import cards
from visearch.ui.texts import Say

PAGE_SIZE = 24
PHOTO_SIDE = 1024
"""Photos are decoded at about this size (pixels): more than any encoder takes in, and quick for large ones."""


@dataclass(frozen=True)
class Asked:
    """The state of the form. `like` is the id of a product that stands in for photo and words."""

    text: str = ""
    photo: str = ""
    strength: float = 0.5
    like: str = ""
    filters: Mapping[str, FilterValue] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """False when the catalogue is only looked around in."""
        return bool(self.text.strip() or self.photo or self.like)


@dataclass(frozen=True)
class Answer:
    """`summary` is one line for the status region, `results` the cards."""

    summary: str
    results: str


def answer(engine: SearchEngine, asked: Asked, say: Say) -> Answer:
    """Searches, or shows around when nothing is asked. Raises VisearchError."""
    if not asked.anything:
        found = engine.browse(PAGE_SIZE, asked.filters)
        return Answer(_browse_summary(found, say), _results(found, asked, say))
    found = _find(engine, asked, say)
    return Answer(_found_summary(engine, found, asked, say), _results(found, asked, say))


def waiting(asked: Asked, say: Say) -> Answer:
    """While there is no engine yet."""
    if not asked.anything:
        return Answer(cards.status_line(""), cards.skeleton())
    return Answer(cards.status_line(""), cards.notice(say("waiting_title"), say("waiting_hint")))


def failed(say: Say) -> Answer:
    """When there will be no engine."""
    return Answer(cards.status_line(""), cards.notice(say("failed_title"), say("failed_hint")))


def read_photo(path: str, say: Say) -> Image.Image:
    """Upright RGB, its longer side about PHOTO_SIDE at most. Raises PictureError."""
    if not Path(path).is_file():
        raise PictureError(say("photo_lost"), say("photo_lost_hint"))
    return load_image(path, max_side=PHOTO_SIDE)


def _find(engine: SearchEngine, asked: Asked, say: Say) -> SearchResult:
    if asked.like:
        return engine.similar(asked.like, PAGE_SIZE, asked.filters)
    return engine.search(_query(asked, say))


def _query(asked: Asked, say: Say) -> Query:
    image = read_photo(asked.photo, say) if asked.photo else None
    both = image is not None and bool(asked.text.strip())
    weights = {"text": asked.strength} if both else {}
    return Query(asked.text, image, k=PAGE_SIZE, filters=asked.filters, weights=weights)


def _results(found: SearchResult, asked: Asked, say: Say) -> str:
    if found.hits:
        return cards.grid(found.hits, say, with_match=asked.anything)
    if asked.filters:
        return cards.notice(say("nothing_title"), say("nothing_hint"))
    return cards.notice(say("empty_title"))


def _browse_summary(found: SearchResult, say: Say) -> str:
    count = say("of_total", n=len(found.hits), total=f"{found.total:,}")
    return cards.status_line(say("browse"), count)


def _found_summary(engine: SearchEngine, found: SearchResult, asked: Asked, say: Say) -> str:
    n = len(found.hits)
    ms = duration(found.timings_ms.get("total", 0.0))
    key = {0: "found_none", 1: "found_one"}.get(n, "found")
    target = _target(engine, asked, say)
    goes_back = bool(asked.like and (asked.text or asked.photo))
    act, button = ("back", "back") if goes_back else ("reset", "start_over")
    link = f'<button type="button" class="link" data-act="{act}">{cards.esc(say(button))}</button>'
    return cards.status_line(say(key, n=n, ms=ms), target, link)


def _target(engine: SearchEngine, asked: Asked, say: Say) -> str:
    if asked.like:
        product = engine.product(asked.like)
        return say("for_product", title=product.title or product.id)
    key = ("for_both" if asked.text.strip() else "for_photo") if asked.photo else "for_words"
    return say(key, words=asked.text.strip())


def duration(ms: float) -> str:
    """`34 ms`, from a second on `1.2 s`."""
    return f"{max(ms, 1):.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
