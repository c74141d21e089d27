"""From the page's state to what answers it; neither HTML nor Gradio in here."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from visearch.barcode import Code, read_codes
from visearch.errors import VisearchError
from visearch.images import load_image, padded
from visearch.look import CONTEXT, LEAST_SIDE, ROOM, Look, shop_the_look
from visearch.shop.campaigns import REACH, Campaign, placed
from visearch.shop.campaigns_kept import running_now
from visearch.types import Box, Hit, Product, Query, SearchResult
from visearch.ui.photos import ForgottenError, Photo, Photos
from visearch.ui.state import State
from visearch.why import explain

if TYPE_CHECKING:
    from PIL import Image

    from visearch.describe import Description
    from visearch.detect.base import Detector
    from visearch.engine import SearchEngine
    from visearch.live import Examples

logger = logging.getLogger(__name__)

LOOK_ROW = 12
"""Products per object of the whole look."""


class Lives(Protocol):
    """What answers now: a LiveEngine, or what a test puts in its place."""

    def engine(self, wait: bool = True) -> SearchEngine: ...
    def detector(self) -> Detector: ...
    def examples(self) -> Examples: ...


@dataclass(frozen=True)
class Sight:
    """A photo and what is in it. `chosen` is "whole", a detected box's number from 1, or an area drawn by hand.

    `timings_ms` has `detect` and `codes` of the first look; a photo that was seen before costs nothing.
    """

    photo: Photo
    boxes: tuple[Box, ...]
    codes: tuple[Code, ...]
    chosen: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def box(self) -> Box | None:
        """The chosen part in pixels of the kept photo, with room around what was detected; None for all of it."""
        if self.chosen == "whole":
            return None
        if not self.chosen.isdigit():
            return self.photo.box(self.chosen)
        room = padded(self.boxes[int(self.chosen) - 1], ROOM, LEAST_SIDE)
        return self.photo.box(self.photo.area(room))


@dataclass(frozen=True)
class Answer:
    """What the views show. `exact` are the products of the barcode `code`; `look` is there in its own view only.

    `words` are those that were searched with: corrected, and without what only limits. `seen` is the chosen part of
    the photo in words. `campaigns` has the products in marked places, by id.
    """

    found: SearchResult
    sight: Sight | None = None
    code: str = ""
    exact: tuple[Product, ...] = ()
    look: Look | None = None
    words: str = ""
    seen: Description | None = None
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)


def answer(live: Lives, photos: Photos, state: State) -> Answer:
    """Searches, or shows around when nothing is asked. Raises VisearchError.

    The result's timings have `total`, everything that was done here, beside the parts that were timed.
    """
    started = time.perf_counter()
    given = _answer(live, photos, state)
    times = {**given.found.timings_ms, **(given.sight.timings_ms if given.sight else {}), "total": _ms(started)}
    return replace(given, found=replace(given.found, timings_ms=times))


def _answer(live: Lives, photos: Photos, state: State) -> Answer:
    engine = live.engine(wait=False)
    if state.view == "saved":
        return Answer(_saved(engine, state))
    if state.like:
        return _like(engine, state)
    sight = see(live, photos, state) if state.photo else None
    if sight is None and not state.anything:
        return Answer(engine.browse(state.shown, state.filters, sort=state.sort))
    if sight and state.view == "look" and sight.boxes:
        return _look(engine, photos, sight, state)
    seen = _described(engine, photos, sight, state.lang) if sight else None
    code, exact = _exact(engine, sight, state)
    found, words, marks = _placed(engine, _query(photos, sight, state), seen, exact)
    return Answer(_without(found, exact), sight, code, exact, words=words, seen=seen, campaigns=marks)


def _searched(engine: SearchEngine, query: Query, seen: Description | None = None) -> tuple[SearchResult, str]:
    """The result with what matched, and the words that were searched with."""
    found, words, _ = _placed(engine, query, seen)
    return found, words


def _placed(
    engine: SearchEngine, query: Query, seen: Description | None = None, exact: tuple[Product, ...] | None = None
) -> tuple[SearchResult, str, Mapping[str, Campaign]]:
    """The same with the places of campaigns that run today; none where `exact`, the products of a code, is None."""
    words = engine.understand(query.text, query.ignore).text
    if query.ranker == "caption" and seen:
        words = f"{seen.sentence} {words}".strip()
    running = running_now(engine) if exact is not None and query.sort == "match" else []
    # A campaign's product may stand further down than what is shown.
    found = engine.search(replace(query, k=max(query.k, REACH)) if running else query)
    marks: Mapping[str, Campaign] = {}
    if running:
        close = sum(hit.close for hit in found.hits[: query.k])
        hits, marks = placed(found.hits, query.k, running, {product.id for product in exact or ()})
        found = replace(found, hits=hits, close=close)
    return explain(replace(query, text=words), found, engine.opened.thumbnail), words, marks


def _described(engine: SearchEngine, photos: Photos, sight: Sight, lang: str) -> Description | None:
    """The chosen part in words; None where they cannot be had: the photo is searched by its looks all the same."""
    part = "whole" if sight.box is None else sight.photo.area(sight.box)
    key = f"words:{engine.opened.manifest.index_id}:{part}:{lang}"
    if key not in sight.photo.found:
        try:
            sight.photo.found[key] = engine.describe(photos.image(sight.photo), sight.box, lang)
        except VisearchError as error:
            logger.warning("a photo could not be described: %s", error)
            return None
    described: Description = sight.photo.found[key]
    return described


def see(live: Lives, photos: Photos, state: State) -> Sight:
    """The state's photo, what was found in it, and which part is chosen. Raises PictureError."""
    photo = open_photo(live, photos, state.photo)
    detector = live.detector()
    key, times = f"boxes:{detector.info.name}", {}
    if key not in photo.found:
        image = photos.image(photo)
        started = time.perf_counter()
        photo.found[key] = detector.detect(image)
        times["detect"] = _ms(started)
        photo.found["codes"] = _codes(image)
        times["codes"] = _ms(started) - times["detect"]
    boxes = photo.found[key]
    return Sight(photo, boxes, photo.found["codes"], _chosen(state.box, boxes), times)


def open_photo(live: Lives, photos: Photos, name: str) -> Photo:
    """By a state's `photo`: an upload's key, an example's number or an address. Raises PictureError."""
    if name.startswith("https://"):
        return photos.fetched(name)
    if name.startswith("example:"):
        examples, number = live.examples().all_photos, int(name.removeprefix("example:"))
        if number < len(examples):
            return photos.of_file(examples[number])
    photo = photos.get(name)
    if photo is None:
        raise ForgottenError("The photo is no longer on the server: it is kept for ten minutes.", "Choose it again.")
    return photo


def _codes(image: Image.Image) -> tuple[Code, ...]:
    try:
        return read_codes(image)
    except VisearchError:
        # Without the reader the photo is still searched by its looks.
        return ()


def _chosen(box: str, boxes: tuple[Box, ...]) -> str:
    if box == "whole" or "," in box:
        return box
    if box.isdigit() and int(box) <= len(boxes):
        return box
    return "1" if boxes else "whole"


def _query(photos: Photos, sight: Sight | None, state: State) -> Query:
    weights = {"text": state.share} if sight and state.text else {}
    if sight and not state.box:
        weights["context"] = CONTEXT
    return Query(
        text=state.text,
        image=photos.image(sight.photo) if sight else None,
        box=sight.box if sight else None,
        more_like=state.more,
        less_like=state.less,
        k=state.shown,
        filters=state.filters,
        weights=weights,
        sort=state.sort,
        ranker=state.ranker if state.ranker in state.rankers else "hybrid",
        ignore=state.ignore,
    )


def _exact(engine: SearchEngine, sight: Sight | None, state: State) -> tuple[str, tuple[Product, ...]]:
    """The first code that is in the catalogue, else the first code; typed digits count as a code too."""
    texts = [code.text for code in sight.codes] if sight else []
    typed = state.text.replace(" ", "")
    if typed.isdigit() and len(typed) >= 8:
        texts.insert(0, typed)
    for text in texts:
        products = engine.by_code(text)
        if products:
            return text, products
    return (texts[0], ()) if texts else ("", ())


def _without(found: SearchResult, exact: tuple[Product, ...]) -> SearchResult:
    ids = {product.id for product in exact}
    return replace(found, hits=tuple(hit for hit in found.hits if hit.product.id not in ids)) if ids else found


def _like(engine: SearchEngine, state: State) -> Answer:
    """Products like one of the catalogue; with words, as if its picture were the photo."""
    pictures = engine.product(state.like).pictures
    if not (state.text and pictures):
        return Answer(engine.similar(state.like, state.shown, state.filters, sort=state.sort))
    image = load_image(engine.opened.thumbnail(pictures[0]))
    weights = {"text": state.share}
    # One more, as the product itself is taken out.
    asked = Query(state.text, image, k=state.shown + 1, filters=state.filters, weights=weights, sort=state.sort)
    found, words = _searched(engine, replace(asked, ignore=state.ignore))
    hits = tuple(hit for hit in found.hits if hit.product.id != state.like)[: state.shown]
    return Answer(replace(found, hits=hits, total=found.total - 1), words=words)


def _saved(engine: SearchEngine, state: State) -> SearchResult:
    hits = []
    for product_id in state.saved:
        try:
            product = engine.product(product_id)
        except VisearchError:
            continue  # of another catalogue, or gone since
        hits.append(Hit(product, 0.0, 0.0, True, product.pictures[0] if product.pictures else ""))
    return SearchResult(tuple(hits), {}, engine.model.name, "", (), len(hits))


def _look(engine: SearchEngine, photos: Photos, sight: Sight, state: State) -> Answer:
    look = shop_the_look(engine, photos.image(sight.photo), sight.boxes, LOOK_ROW, state.filters)
    found = SearchResult(look.merged, look.timings_ms, engine.model.name, "", (), len(look.merged))
    return Answer(found, sight, look=look)


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
