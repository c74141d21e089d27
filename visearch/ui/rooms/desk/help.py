"""The help desk: a customer's photo -> which product, how sure, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from visearch.barcode import Code, read_codes
from visearch.errors import CatalogError, QueryError, VisearchError
from visearch.shop.identify import Candidate, Identified, identify
from visearch.shop.identify_support import support_of
from visearch.shop.reviews import reviews_of
from visearch.types import Product
from visearch.ui import cards
from visearch.ui.markup import attributes, esc, icon_text, photo_url, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.panel import facts_of
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.pieces import picker_html, sheet_html
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from PIL import Image

    from visearch.engine import SearchEngine
    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photo, Photos

EXAMPLES = ("mug-01-photo.jpg", "headphones-07-photo.jpg", "teddy-03-photo.jpg", "tablelamp-01-photo.jpg")
_ICONS = {"code": "check", "sure": "check", "choose": "similar", "absent": "close", "picked": "check"}


class HelpDesk:
    """One part of the room."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos

    def part(self) -> Part:
        """As the room wants it."""
        return Part("help", self._draw, {"help_ask": self._ask})

    def _draw(self, sent: Sent, say: Say) -> str:
        return f'<div id="help">{self._inside(sent, say)}</div>'

    def _ask(self, sent: Sent, say: Say) -> Reply:
        return {"regions": {"help": self._inside(sent, say)}, "show": "help-answer"}

    def _inside(self, sent: Sent, say: Say) -> str:
        given = photo_of(self._live, self._photos, sent)
        examples = self._live.examples().named(*EXAMPLES)
        if given is None:
            return f"{self._intro(say)}{picker_html('help_ask', say, examples=examples)}"
        photo, image = given
        engine, found = engine_of(self._live), self._found(photo, image)
        key, picked = text_of(sent, "photo", 2000), _picked(found, text_of(sent, "choose"))
        area = photo.area(found.box) if found.box else ""
        picker = picker_html("help_ask", say, photo_url(photo.key, area), examples)
        # The form keeps photo and choice over a change of language.
        kept = "".join(
            f'<input type="hidden" name="{name}" value="{esc(value)}">'
            for name, value in (("photo", key), ("choose", picked.id if picked else ""))
        )
        return (
            f'<form data-state hidden>{kept}</form>{picker}<div id="help-answer" class="help-answer" tabindex="-1">'
            f"{self._answer(engine, found, key, picked, say)}</div>"
        )

    def _intro(self, say: Say) -> str:
        return f'<p class="quiet dsk-lead">{esc(say("dsk_help_lead"))}</p>'

    def _found(self, photo: Photo, image: Image.Image) -> Identified:
        engine, detector = engine_of(self._live), self._live.detector()
        key = f"identified:{engine.opened.manifest.index_id}:{detector.info.name}"
        if key not in photo.found:
            photo.found[key] = identify(engine, image, detector.detect(image), _codes(image))
        found: Identified = photo.found[key]
        return found

    def _answer(self, engine: SearchEngine, found: Identified, key: str, picked: Product | None, say: Say) -> str:
        verdict = "picked" if picked else found.verdict
        shown = picked or (found.candidates[0].product if found.verdict in ("code", "sure") else None)
        others = [one for one in found.candidates if shown is None or one.product.id != shown.id]
        product = product_html(engine, shown, say) if shown else ""
        title = "dsk_help_others" if shown else "dsk_help_nearest" if verdict == "absent" else "dsk_help_which"
        row = choices_html(others, key, say) if others else ""
        choices = sheet_html(say(title), row, say("dsk_help_which_hint"), "help-others") if row else ""
        return f"{verdict_html(verdict, found, say)}{product}{choices}"


def _picked(found: Identified, wanted: str) -> Product | None:
    """The candidate that a person chose."""
    if not wanted:
        return None
    product = next((one.product for one in found.candidates if one.product.id == wanted), None)
    if product is None:
        raise QueryError(f"{wanted!r:.60} is none of the candidates.", "Choose one of the pictures.")
    return product


def _codes(image: Image.Image) -> tuple[Code, ...]:
    try:
        return read_codes(image)
    except VisearchError:
        # Without the reader the photo is still looked at.
        return ()


def percent(chance: float) -> int:
    """Whole per cent, never 0 or 100: nothing that is seen is certain."""
    return min(99, max(1, round(100 * chance)))


def verdict_html(verdict: str, found: Identified, say: Say) -> str:
    """What it is in one sentence, with a bar for how sure that is."""
    chance = found.none if verdict == "absent" else found.candidates[0].chance if found.candidates else 0.0
    told = esc(say(f"dsk_verdict_{verdict}_hint", n=percent(chance), code=found.code))
    bar = ""
    if verdict in ("sure", "choose", "absent"):
        label = attributes({"role": "img", "aria-label": say("dsk_sure", n=percent(chance))})
        bar = (
            f'<div class="sureness" {label}><b>{percent(chance)}%</b><span class="sure-bar">'
            f'<i style="width:{percent(chance)}%"></i></span></div>'
        )
    stranger = ""
    if found.code and verdict not in ("code", "picked"):
        stranger = f'<p class="quiet">{esc(say("dsk_code_unknown", code=found.code))}</p>'
    title = icon_text(_ICONS[verdict], say(f"dsk_verdict_{verdict}"))
    words = f'<div>{title}<p class="quiet">{told}</p>{stranger}</div>'
    return f'<div class="verdict {verdict}" role="status">{words}{bar}</div>'


def product_html(engine: SearchEngine, product: Product, say: Say) -> str:
    """All that the person at the desk may be asked about the product."""
    title = cards.name_of(product, say)
    source = thumbnail_url(product.pictures[0] if product.pictures else "")
    picture = f'<img src="{esc(source)}" alt="{esc(title)}" width="240" height="240">' if source else ""
    facts = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in facts_of(product, say))
    return (
        f'<section class="sheet help-product"><div class="help-top"><div class="help-pic">{picture}</div>'
        f'<div class="help-told">{cards.brand_html(product)}<h3><a href="{esc(product_link(product.id))}">{esc(title)}'
        f"</a></h3>{cards.price_html(product, say)}{cards.facts_html(product, say)}"
        f'<dl class="facts-list">{facts}</dl></div></div>'
        f'<div class="help-more">{_support_html(engine, product, say)}{_reviews_html(engine, product, say)}</div>'
        "</section>"
    )


def _support_html(engine: SearchEngine, product: Product, say: Say) -> str:
    try:
        texts = support_of(engine).of(product)
    except CatalogError as error:
        texts, broken = (), f'<p class="quiet">{esc(error)}</p>'
    else:
        broken = ""
    if not texts:
        inside = broken or f'<p class="quiet">{esc(say("dsk_no_support"))}</p>'
    else:
        sample = engine.opened.manifest.catalog["id"] == "sample"
        note = f'<p class="quiet sample-text">{esc(say("sample_text"))}</p>' if sample else ""
        inside = "".join(f"<p>{esc(text.said(say.language))}</p>" for text in texts) + note
    return f'<div class="help-support"><h4>{esc(say("dsk_support"))}</h4>{inside}</div>'


def _reviews_html(engine: SearchEngine, product: Product, say: Say) -> str:
    """What buyers say most; nothing where the catalogue brings no reviews."""
    try:
        found = reviews_of(engine)
    except CatalogError:
        return ""
    voices = found.of([product.id], say.language)
    if not voices.n:
        return ""
    quotes = "".join(
        f'<blockquote><b class="stars-few">{"★" * round(one.rating)}</b> {esc(one.text)}</blockquote>'
        for one in (*voices.praise[:1], *voices.complaint[:1])
    )
    note = f'<p class="quiet sample-text">{esc(say("sample_text"))}</p>' if found.sample else ""
    told = esc(say("dsk_reviews_of", n=voices.n, mean=f"{voices.mean or 0:.1f}"))
    return (
        f'<div class="help-support"><h4>{esc(say("dsk_reviews"))}</h4><p class="quiet">{told}</p>{quotes}{note}</div>'
    )


def choices_html(candidates: Sequence[Candidate], key: str, say: Say) -> str:
    """The candidates as pictures to choose from."""
    items = []
    for one in candidates:
        title = cards.name_of(one.product, say)
        source = thumbnail_url(one.hit.picture or (one.product.pictures[0] if one.product.pictures else ""))
        image = f'<img src="{esc(source)}" alt="" width="160" height="160" loading="lazy">' if source else ""
        told = attributes({"data-do": "help_ask", "data-photo": key, "data-choose": one.product.id})
        chance = f"<small>{percent(one.chance)}%</small>" if one.chance >= 0.01 else ""
        items.append(
            f'<li><button type="button" class="help-choice" {told}>'
            f'<span class="help-choice-pic">{image}</span><span class="help-choice-title">{esc(title)}</span>'
            f"{chance}</button></li>"
        )
    return f'<ul class="help-choices" aria-label="{esc(say("dsk_help_which"))}">{"".join(items)}</ul>'
