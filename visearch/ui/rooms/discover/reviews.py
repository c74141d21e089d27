"""Reviews near a photo or a product: what is said of it, and, told apart, of what looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visearch.errors import VisearchError
from visearch.look import CONTEXT
from visearch.shop.reviews import Reviews, near, reviews_of
from visearch.types import Hit, Product, Query
from visearch.ui.cards import Cards, name_of
from visearch.ui.markup import attributes, esc, photo_url, thumbnail_url
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.pieces import empty_html, picker_html, sheet_html
from visearch.ui.state import State
from visearch.ui.texts import Say
from visearch.ui.voices import near_html

if TYPE_CHECKING:
    from PIL import Image

    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos

CANDIDATES = 6
EXAMPLES = ("mug-01-photo.jpg", "headphones-07-photo.jpg", "teddy-03-photo.jpg", "pillow-05-photo.jpg")


class ReviewsPart:
    """One part of the room."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos

    def part(self) -> Part:
        """As the room wants it."""
        return Part("reviews", self._draw, {"reviews": self._again})

    def _draw(self, sent: Sent, say: Say) -> str:
        return f'<div id="rev">{self._inside(sent, say)}</div>'

    def _again(self, sent: Sent, say: Say) -> Reply:
        return {"regions": {"rev": self._inside(sent, say)}}

    def _inside(self, sent: Sent, say: Say) -> str:
        engine = engine_of(self._live)
        reviews = reviews_of(engine)
        if not reviews:
            return empty_html(say("dis_reviews_none"), say("dis_reviews_none_hint"))
        given, chosen = photo_of(self._live, self._photos, sent), text_of(sent, "id")
        hits = self._candidates(engine, given[1], sent) if given else ()
        product = _product(engine, reviews, chosen, hits, bool(given))
        photo = text_of(sent, "photo", 2000) if given else ""
        shown = photo_url(given[0].key) if given else ""
        form = (
            f'<form data-state class="rev-form"><input type="hidden" name="photo" value="{esc(photo)}">'
            f"{picker_html('reviews', say, shown, self._live.examples().named(*EXAMPLES))}</form>"
        )
        strip = _strip(hits, product, photo, say)
        if product is None:
            return f"{form}{strip}{empty_html(say('dis_reviews_far'), say('dis_reviews_far_hint'))}"
        return f"{form}{strip}{_about(engine, reviews, product, bool(given or chosen), say)}"

    def _candidates(self, engine: SearchEngine, image: Image.Image, sent: Sent) -> tuple[Hit, ...]:
        """The nearest products to what is likeliest meant in the photo."""
        boxes = self._live.detector().detect(image)
        box = boxes[0] if boxes else None
        weights = {"context": CONTEXT} if box else {}
        return engine.search(Query(image=image, box=box, k=CANDIDATES, weights=weights)).hits


def _product(engine: SearchEngine, reviews: Reviews, chosen: str, hits: tuple[Hit, ...], photo: bool) -> Product | None:
    if chosen:
        try:
            return engine.product(chosen)
        except VisearchError:
            pass
    if photo:
        return next((hit.product for hit in hits if hit.close), None)
    # Something to look at: what most people have said something of.
    most = max(reviews.by_product, key=lambda i: (len(reviews.by_product[i]), i))
    return engine.product(most)


def _strip(hits: tuple[Hit, ...], product: Product | None, photo: str, say: Say) -> str:
    if not hits:
        return ""
    items = "".join(
        f'<button type="button" class="try-photo" '
        f"{attributes({'data-do': 'reviews', 'data-id': hit.product.id, 'data-photo': photo})} "
        f'aria-pressed="{str(product is not None and hit.product.id == product.id).lower()}" '
        f'aria-label="{esc(name_of(hit.product, say))}" title="{esc(name_of(hit.product, say))}">'
        f'<img src="{thumbnail_url(hit.picture)}" alt="" width="72" height="72"></button>'
        for hit in hits
    )
    return f'<div class="rev-strip"><span class="label">{esc(say("dis_reviews_which"))}</span>{items}</div>'


def _about(engine: SearchEngine, reviews: Reviews, product: Product, asked: bool, say: Say) -> str:
    found = near(engine, product.id, language=say.language)
    known = {one.id: one for one in (product, *(hit.product for hit in found.lookalikes))}
    picture = product.pictures[0] if product.pictures else ""
    card = Cards(State(lang=say.language), say, with_match=False).list(
        [Hit(product, 0.0, 0.0, True, picture)], "one", "rv"
    )
    said = near_html(found, reviews.sample, known, say) or f'<p class="quiet">{esc(say("voices_none"))}</p>'
    inside = f'<div class="rev-about">{card}<div>{said}</div></div>'
    return sheet_html(
        say("dis_reviews_of", title=name_of(product, say)), inside, "" if asked else say("dis_reviews_most")
    )
