"""For you: the visitor's interests as pictures, and a list with a reason each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from visearch.shop.company import kind_of
from visearch.shop.taste import ForYou, Interest, Pick, for_you
from visearch.types import Hit
from visearch.ui.cards import Cards, name_of
from visearch.ui.markup import attributes, button, esc, icon_text, thumbnail_url
from visearch.ui.related_rows import noted_list
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.discover.brought import Brought, brought
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of
from visearch.ui.state import State
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives

SHOWN = 24
MOST_SHOWN = 96
_PICTURES = 3
_DAY_S = 86_400


class ForYouPart:
    """One part of the room; what it knows of a visitor came with the question."""

    def __init__(self, live: Lives, now: Callable[[], float] = time.time) -> None:
        self._live, self._now = live, now

    def part(self) -> Part:
        """As the room wants it."""
        return Part("for_you", self._draw, {"fy": self._again})

    def _draw(self, sent: Sent, say: Say) -> str:
        # What the script says by itself.
        says = attributes({"data-hidden": say("dis_hidden"), "data-undo": say("dis_undo")})
        return f'<span id="fy-says" {says} hidden></span><div id="fy">{self._inside(sent, say)}</div>'

    def _again(self, sent: Sent, say: Say) -> Reply:
        return {"regions": {"fy": self._inside(sent, say)}}

    def _inside(self, sent: Sent, say: Say) -> str:
        taste = brought(sent)
        engine = engine_of(self._live)
        shown = _shown(text_of(sent, "shown"))
        known = Brought(hidden=taste.hidden) if taste.off else taste
        found = for_you(engine, known.events, shown, known.hidden, int(self._now() // _DAY_S))
        top = _off_html(say) if taste.off else _interests_html(engine, found, bool(taste.hidden), say)
        more = ""
        if len(found.picks) == shown and shown < MOST_SHOWN:
            told = attributes({"data-do": "fy", "data-shown": shown + SHOWN})
            more = button(say("dis_more"), told, "pill wide")
        return f"{top}{_list_html(found, say)}{more}"


def _shown(text: str) -> int:
    return min(MOST_SHOWN, max(SHOWN, int(text))) if text.isascii() and text.isdigit() and len(text) < 4 else SHOWN


def _off_html(say: Say) -> str:
    on = button(say("dis_turn_on"), 'data-taste="on"', "pill small")
    return f'<div class="fy-top"><p class="quiet">{esc(say("dis_off"))}</p><div class="row-actions">{on}</div></div>'


def _interests_html(engine: SearchEngine, found: ForYou, hidden: bool, say: Say) -> str:
    """What the list goes by, and the ways to forget it."""
    tools = button(say("dis_turn_off"), 'data-taste="off"', "pill small")
    forget = attributes({"data-taste": "reset", "data-ask": say("dis_reset_sure")})
    if hidden or found.interests:
        tools = button(say("dis_reset"), forget, "pill small", "trash") + tools
    if not found.interests:
        title, hint = say("dis_cold"), say("dis_cold_hint")
        return (
            f'<div class="fy-top"><div>{icon_text("discover", title)}<p class="quiet">{esc(hint)}</p></div>'
            f'<div class="row-actions">{tools}</div></div>'
        )
    items = "".join(_interest_html(engine, one, say) for one in found.interests)
    return (
        f'<div class="fy-top"><div>{icon_text("discover", say("dis_warm"))}<p class="quiet">{esc(say("dis_warm_hint"))}'
        f'</p></div><div class="row-actions">{tools}</div></div>'
        f'<ul class="interests" aria-label="{esc(say("dis_interests"))}">{items}</ul>'
    )


def _interest_html(engine: SearchEngine, one: Interest, say: Say) -> str:
    products = [engine.product(i) for i in one.products]
    pictures = "".join(
        f'<img src="{thumbnail_url(product.pictures[0])}" alt="" width="72" height="72" loading="lazy">'
        for product in products[:_PICTURES]
        if product.pictures
    )
    kind = say.word(kind_of(products[0])) or name_of(products[0], say)
    name = say("dis_searched", text=one.text) if one.text else kind
    share = round(100 * one.share)
    told = esc(say("dis_share", n=share))
    return (
        f'<li class="interest"><span class="interest-pics">{pictures}</span><span class="interest-told">'
        f'<b>{esc(name)}</b><span class="interest-bar" role="img" aria-label="{told}" title="{told}">'
        f'<i style="width:{share}%"></i></span></span></li>'
    )


def _list_html(found: ForYou, say: Say) -> str:
    because = {pick.hit.product.id: _because(pick, say) for pick in found.picks}
    cards = Cards(State(lang=say.language), say, with_match=False)

    def hide(hit: Hit) -> str:
        told = attributes({"data-taste": "hide", "data-id": hit.product.id})
        label = say("dis_hide", title=name_of(hit.product, say))
        return button(label, told, "icon-button hide", "hide", hide_label=True)

    hits = [pick.hit for pick in found.picks]
    return noted_list(cards, hits, "grid", "fy", lambda hit: because[hit.product.id], hide)


def _because(pick: Pick, say: Say) -> str:
    if pick.text:
        return say("dis_because_search", text=pick.text)
    return say("dis_because", title=name_of(pick.because, say)) if pick.because else ""
