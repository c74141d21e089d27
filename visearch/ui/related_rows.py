"""The rows below a product: other colours, cheaper ones, what goes with it, what looks like it, and its reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.shop.related import Goes, related
from visearch.shop.reviews import near, reviews_of
from visearch.types import Hit, Product
from visearch.ui.cards import Cards
from visearch.ui.markup import esc
from visearch.ui.state import State
from visearch.ui.texts import Say
from visearch.ui.voices import near_html

MOST = 8


def rows_html(engine: SearchEngine, product: Product, state: State, say: Say) -> str:
    """Each row that has something in it."""
    try:
        found = related(engine, product.id, MOST)
    except VisearchError:
        return ""
    cards = Cards(state, say, with_match=False)
    savings = {one.hit.product.id: say("saves", n=round(100 * one.saving)) for one in found.cheaper}
    why = {one.hit.product.id: _company(one, say) for one in found.goes}
    return (
        row_html(cards, "similar_title", found.similar, "s")
        + row_html(cards, "colors_title", found.colors, "o")
        + row_html(cards, "cheaper_title", [one.hit for one in found.cheaper], "p", savings)
        + row_html(cards, "goes_title", [one.hit for one in found.goes], "g", why)
    )


def row_html(
    cards: Cards, title: str, hits: tuple[Hit, ...] | list[Hit], prefix: str, notes: Mapping[str, str] | None = None
) -> str:
    """A heading and cards beside each other, each with its note; nothing without cards."""
    if not hits:
        return ""
    inside = noted_list(cards, hits, "grid row", prefix, lambda hit: (notes or {}).get(hit.product.id, ""))
    return f'<section class="related"><h3>{esc(cards.say(title))}</h3>{inside}</section>'


def noted_list(
    cards: Cards,
    hits: tuple[Hit, ...] | list[Hit],
    css: str,
    prefix: str,
    note: Callable[[Hit], str],
    after: Callable[[Hit], str] = lambda _: "",
) -> str:
    """A list of cards with a line each on why it is there, and what `after` gives (HTML)."""
    items = []
    for place, hit in enumerate(hits):
        told = note(hit)
        line = f'<p class="card-note">{esc(told)}</p>' if told else ""
        items.append(cards.card(hit, prefix, place < 4).removesuffix("</li>") + f"{line}{after(hit)}</li>")
    return f'<ul class="{css}" aria-label="{esc(cards.say("products"))}">{"".join(items)}</ul>'


def reviews_html(engine: SearchEngine, product: Product, say: Say) -> str:
    """What is said of the product and of its look-alikes; nothing where the catalogue brings no reviews."""
    try:
        reviews = reviews_of(engine)
        found = near(engine, product.id, language=say.language) if reviews else None
    except VisearchError:
        # A broken reviews.csv is told in the room Discover; the product is shown all the same.
        return ""
    if found is None:
        return ""
    known = {one.id: one for one in (product, *(hit.product for hit in found.lookalikes))}
    inside = near_html(found, reviews.sample, known, say)
    return f'<section class="related"><h3>{esc(say("voices_title"))}</h3>{inside}</section>' if inside else ""


def _company(one: Goes, say: Say) -> str:
    if one.scenes:
        return say("goes_scenes", n=one.scenes, of=one.of)
    return say("goes_shelf")
