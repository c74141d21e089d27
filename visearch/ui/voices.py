"""Reviews as the page shows them: how many stars how often, and the words that stand for them."""

from __future__ import annotations

from collections.abc import Mapping

from visearch.shop.reviews import Highlight, Near, Voices
from visearch.types import Product
from visearch.ui.cards import name_of
from visearch.ui.icons import icon
from visearch.ui.markup import esc
from visearch.ui.minis import mini_html
from visearch.ui.texts import LANGUAGE_TAGS, Say


def voices_html(voices: Voices, say: Say, known: Mapping[str, Product] | None = None) -> str:
    """The mean, the stars as bars, praise and fault apart; with `known` each highlight names its product."""
    if not voices.n or voices.mean is None:
        return ""
    label = say("voices_mean", rating=f"{voices.mean:.1f}", n=voices.n)
    bars = "".join(
        f'<li><span>{stars} ★</span><i><b style="width:{100 * voices.stars[stars - 1] / voices.n:.0f}%"></b></i>'
        f"<span>{voices.stars[stars - 1]}</span></li>"
        for stars in range(5, 0, -1)
    )
    said = "".join(
        f'<figure class="said {css}"><blockquote lang="{_tag(one)}">{icon(symbol)}<p>{esc(one.text)}</p></blockquote>'
        f"<figcaption>{_source(one, known, say)}</figcaption></figure>"
        for css, symbol, found in (("praise", "up", voices.praise), ("fault", "down", voices.complaint))
        for one in found
    )
    return (
        f'<div class="voices"><div class="voices-sum"><p class="voices-mean" role="img" aria-label="{esc(label)}">'
        f'<b>{voices.mean:.1f}</b><span class="stars" style="--filled:{voices.mean * 20:.0f}%">★★★★★</span></p>'
        f'<p class="quiet">{esc(say("voices_n", n=voices.n))}</p>'
        f'<ul class="star-bars" aria-label="{esc(say("voices_stars"))}">{bars}</ul></div>'
        f'<div class="saids">{said}</div></div>'
    )


def near_html(near: Near, sample: bool, known: Mapping[str, Product], say: Say) -> str:
    """A product's own reviews and, told apart, those of its look-alikes; "" where there are none of both."""
    own, alike = voices_html(near.own, say), voices_html(near.alike, say, known)
    if not own and not alike:
        return ""
    nothing = f'<p class="quiet">{esc(say("voices_none"))}</p>'
    minis = "".join(mini_html(hit.product, say) for hit in near.lookalikes)
    others = (
        f'<details class="fold alike"{"" if own else " open"}>'
        f"<summary>{esc(say('voices_alike', n=near.alike.n))}</summary>"
        f'<p class="quiet">{esc(say("voices_alike_hint"))}</p><div class="minis">{minis}</div>{alike}</details>'
        if alike
        else ""
    )
    note = f'<p class="sample-note">{icon("warn")}{esc(say("sample_text"))}</p>' if sample else ""
    return f"{note}{own or nothing}{others}"


def _source(one: Highlight, known: Mapping[str, Product] | None, say: Say) -> str:
    told = [f"{one.rating:g} ★", one.date]
    if known is not None and one.product in known:
        told.append(name_of(known[one.product], say))
    return esc(" · ".join(part for part in told if part))


def _tag(one: Highlight) -> str:
    """For a screen reader's voice."""
    return esc(LANGUAGE_TAGS.get(one.language, one.language) or LANGUAGE_TAGS["en"])
