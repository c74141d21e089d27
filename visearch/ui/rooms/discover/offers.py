"""Offers near the visitor's taste, a photo or words, with the trade-off between closeness and discount to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from visearch.shop.offers import WEIGHT, Offer, offers_for, offers_near
from visearch.shop.taste import interests_of
from visearch.types import Hit
from visearch.ui.cards import Cards, name_of
from visearch.ui.markup import esc, money, photo_url, sets, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.related_rows import noted_list
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.discover.brought import brought
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.pieces import empty_html, picker_html, sheet_html
from visearch.ui.state import State
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photos

SHOWN = 24
EXAMPLES = ("pillow-05-photo.jpg", "tablelamp-01-photo.jpg", "mug-01-photo.jpg", "headphones-07-photo.jpg")


class OffersPart:
    """One part of the room."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos

    def part(self) -> Part:
        """As the room wants it."""
        return Part("offers", self._draw, {"offers": self._again})

    def _draw(self, sent: Sent, say: Say) -> str:
        form, found = self._both(sent, say)
        return f'<div id="off-form">{form}</div><div id="off-found">{found}</div>'

    def _again(self, sent: Sent, say: Say) -> Reply:
        form, found = self._both(sent, say)
        return {"regions": {"off-form": form, "off-found": found}}

    def _both(self, sent: Sent, say: Say) -> tuple[str, str]:
        engine, given, text = engine_of(self._live), photo_of(self._live, self._photos, sent), text_of(sent, "text")
        weight = _weight(text_of(sent, "weight"))
        shown = photo_url(given[0].key) if given else ""
        form = self._form(text_of(sent, "photo", 2000) if given else "", shown, text, weight, say)
        if given or text:
            offers = offers_near(engine, text, given[1] if given else None, k=SHOWN, weight=weight)
            near = "dis_offers_near"
        else:
            interests = interests_of(engine, [] if brought(sent).off else brought(sent).events)
            offers = offers_for(engine, interests, SHOWN, weight)
            near = "dis_offers_taste" if interests else "dis_offers_all"
        return form, self._found(engine, offers, near, say)

    def _form(self, photo: str, shown: str, text: str, weight: float, say: Say) -> str:
        kept = f'<input type="hidden" name="photo" value="{esc(photo)}">'
        clear = (
            f'<button type="button" class="link-button" data-do="offers">{esc(say("dis_offers_clear"))}</button>'
            if photo or text
            else ""
        )
        return (
            f'<form data-do="offers" data-state data-live class="off-form">{kept}'
            f"{picker_html('offers', say, shown, self._live.examples().named(*EXAMPLES))}"
            f'<div class="off-line"><label class="labelled"><span>{esc(say("dis_offers_words"))}</span>'
            f'<input name="text" type="text" maxlength="400" value="{esc(text)}" enterkeyhint="search" '
            f'placeholder="{esc(say("dis_offers_words_hint"))}"></label>'
            f'<label class="labelled"><span>{esc(say("dis_offers_balance"))}</span><span class="balance">'
            f'<span aria-hidden="true">{esc(say("dis_closeness"))}</span>'
            f'<input name="weight" type="range" min="0" max="1" step="0.1" value="{weight:g}">'
            f'<span aria-hidden="true">{esc(say("dis_discount"))}</span></span></label>{clear}</div></form>'
        )

    def _found(self, engine: SearchEngine, offers: Sequence[Offer], near: str, say: Say) -> str:
        if not offers:
            nothing = "dis_offers_none" if any(one.discount for one in engine.opened.products) else "dis_offers_never"
            return empty_html(say(nothing), say(f"{nothing}_hint"))
        told = {one.hit.product.id: _told(one, near, say) for one in offers}
        cards = Cards(State(lang=say.language), say, with_match=near != "dis_offers_all")

        def note(hit: Hit) -> str:
            return told[hit.product.id]

        plot = (
            "" if near == "dis_offers_all" else sheet_html(say("dis_trade"), _plot(offers, say), say("dis_trade_hint"))
        )
        shown = noted_list(cards, [one.hit for one in offers], "grid", "of", note)
        return f'<p class="off-near" role="status">{esc(say(near, n=len(offers)))}</p>{plot}{shown}'


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return WEIGHT


def _told(offer: Offer, near: str, say: Say) -> str:
    product = offer.hit.product
    saved = ""
    if product.price is not None and 0 < offer.discount < 100:
        saved = say("dis_saved", amount=money(_saved(product.price, offer.discount), product.currency))
    best = say("dis_best") if offer.best and near != "dis_offers_all" else ""
    return " · ".join(part for part in (saved, best) if part)


def _saved(price: float, discount: float) -> float:
    return round(price / (1 - discount / 100) - price, 2)


def _plot(offers: Sequence[Offer], say: Say) -> str:
    """Closeness to the right, discount upwards, every offer as its picture; those that none beats are ringed."""
    low = min(min(one.hit.match for one in offers), 90.0)
    most = max(one.discount for one in offers)
    points = "".join(_point(one, low, most, say) for one in reversed(offers))
    return (
        f'<div class="trade"><span class="trade-y">{esc(say("dis_discount"))}</span>'
        f'<span class="trade-x">{esc(say("dis_closeness"))}</span>{points}</div>'
    )


def _point(one: Offer, low: float, most: float, say: Say) -> str:
    x = 6 + 88 * (one.hit.match - low) / max(100 - low, 1)
    y = 12 + 76 * one.discount / max(most, 1)
    title = name_of(one.hit.product, say)
    label = say("dis_point", title=title, match=round(one.hit.match), discount=round(one.discount))
    return (
        f'<a class="trade-point{" best" if one.best else ""}" href="{esc(product_link(one.hit.product.id))}" '
        f'{sets(product=one.hit.product.id)} style="left:{x:.1f}%;bottom:{y:.1f}%" title="{esc(label)}" '
        f'aria-label="{esc(label)}"><img src="{thumbnail_url(one.hit.picture)}" alt="" width="40" height="40"></a>'
    )
