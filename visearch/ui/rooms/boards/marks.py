"""Mark or pattern: a box on a photo, and the products that bear what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from visearch.errors import QueryError
from visearch.shop.marks import Bearing, Marked, marked
from visearch.shop.marks_features import reader_of
from visearch.types import Hit
from visearch.ui.cards import brand_html, name_of, price_html
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, esc, photo_url, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.pieces import empty_html, picker_html, sheet_html
from visearch.ui.state import State
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from PIL import Image

    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photo, Photos

EXAMPLES = (
    ("candle-01.jpg", "0.29,0.52,0.66,0.62"),
    ("perfume-05.jpg", "0.33,0.58,0.64,0.67"),
    ("carton-01.jpg", "0.25,0.53,0.70,0.84"),
)
"""Pictures of the sample and where a mark is on them."""
MIDDLE = "0.3,0.3,0.7,0.7"
MOST, ALIKE = 60, 12
FEW = 8
"""Points of a crop below which it is too plain to be told apart."""
PACE_MS = 1000


class Marks:
    """Answers the part `marks`."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos

    def part(self) -> Part:
        """For the room."""
        return Part("marks", self.draw, {"mark_open": self.open, "mark_find": self.find})

    def draw(self, sent: Sent, say: Say) -> str:
        """Where the photo comes in; a link's example photo stands there already."""
        named = dict(self._live.examples().named(*(name for name, _ in EXAMPLES)))
        keys = [key for key, _ in self._live.examples().named(*(name for name, _ in EXAMPLES))]
        tries = "".join(
            _example(n, key, box, named[key], say)
            for n, (key, (_, box)) in enumerate(zip(keys, EXAMPLES, strict=False), 1)
        )
        tried = (
            f'<div class="picker-tries"><span class="label">{esc(say("picker_try"))}</span>{tries}</div>'
            if tries
            else ""
        )
        inside = picker_html("mark_open", say) + tried
        return (
            sheet_html(say("mrk_title"), inside, say("mrk_hint"))
            + '<div id="marks-stage"></div><div id="marks-found" aria-live="polite"></div>'
        )

    def open(self, sent: Sent, say: Say) -> Reply:
        """The photo with a box to draw."""
        photo, _ = self._photo(sent)
        # Begun while the box is being drawn.
        engine = engine_of(self._live)
        reader_of(engine).soon(engine.opened)
        return {"regions": {"marks-stage": _stage(photo, text_of(sent, "photo"), MIDDLE, say), "marks-found": ""}}

    def find(self, sent: Sent, say: Say) -> Reply:
        """The products that bear what is in the box; "preparing" while the pictures are still being read."""
        photo, image = self._photo(sent)
        area = State.read({"box": sent.get("box")}).box
        area = area if "," in area else MIDDLE
        engine = engine_of(self._live)
        reader = reader_of(engine)
        features = reader.soon(engine.opened)
        regions = {"marks-stage": _stage(photo, text_of(sent, "photo"), area, say)} if sent.get("example") else {}
        if features is None:
            done, total = reader.done, reader.total or len(engine.opened.row_picture)
            told = say("mrk_preparing", done=done, total=total)
            bar = f'<progress max="{total or 1}" value="{done}" aria-label="{esc(told)}"></progress>'
            waiting = f'<div class="mark-wait">{icon("recent")}<p>{esc(told)}</p>{bar}</div>'
            return {"regions": {**regions, "marks-found": waiting}, "preparing": PACE_MS}
        found = marked(engine, features, image, photo.box(area), MOST)
        return {"regions": {**regions, "marks-found": found_html(found, say)}}

    def _photo(self, sent: Sent) -> tuple[Photo, Image.Image]:
        found = photo_of(self._live, self._photos, sent)
        if found is None:
            raise QueryError("There is no photo.", "Choose one, or try an example.", "nothing_asked")
        return found


def _example(n: int, key: str, box: str, source: str, say: Say) -> str:
    told = attributes({"data-do": "mark_find", "data-photo": key, "data-box": box, "data-example": "1"})
    label = esc(say("picker_example", n=n))
    return (
        f'<button type="button" class="try-photo" {told} aria-label="{label}"><img src="{esc(source)}" alt="" '
        'width="72" height="72" loading="lazy"></button>'
    )


def _stage(photo: Photo, key: str, area: str, say: Say) -> str:
    x0, y0, x1, y1 = (100 * float(share) for share in area.split(","))
    place = f"left:{x0:.2f}%;top:{y0:.2f}%;width:{x1 - x0:.2f}%;height:{y1 - y0:.2f}%"
    find = f'<button type="submit" class="pill primary">{icon("search")}<span>{esc(say("mrk_find"))}</span></button>'
    inside = (
        f'<form data-do="mark_find" class="mark-form"><input type="hidden" name="photo" value="{esc(key)}">'
        f'<input type="hidden" name="box" value="{esc(area)}"><div class="mark-stage">'
        f'<img src="{photo_url(photo.key)}" alt="{esc(say("picker_shown"))}" draggable="false">'
        f'<button type="button" class="mark-box" style="{place}" aria-label="{esc(say("mrk_box"))}"></button></div>'
        f'<div class="mark-side"><p class="quiet">{esc(say("mrk_draw"))}</p>{find}</div></form>'
    )
    return sheet_html(say("mrk_where"), inside)


def found_html(found: Marked, say: Say) -> str:
    """The products that bear it, with the place; then those that only look alike."""
    parts = []
    sure = [one for one in found.found if one.sure]
    perhaps = [one for one in found.found if not one.sure][:ALIKE]
    if sure:
        cards = "".join(_bearing(one, say) for one in sure)
        title = say("mrk_found_one") if len(sure) == 1 else say("mrk_found", n=len(sure))
        parts.append(f'<h3>{esc(title)}</h3><ul class="mark-hits">{cards}</ul>')
    else:
        few = "mrk_none_few" if found.crop_points < FEW else "mrk_none_hint"
        parts.append(empty_html(say("mrk_none"), say(few)))
    if perhaps:
        cards = "".join(_bearing(one, say) for one in perhaps)
        parts.append(
            f'<h3 class="mark-apart">{esc(say("mrk_perhaps"))}</h3><p class="quiet">{esc(say("mrk_perhaps_hint"))}</p>'
            f'<ul class="mark-hits">{cards}</ul>'
        )
    # Looks alone are of use where points say little.
    alike = found.alike[:ALIKE] if len(sure) < ALIKE else ()
    if alike:
        parts.append(
            f'<h3 class="mark-apart">{esc(say("mrk_alike"))}</h3><p class="quiet">{esc(say("mrk_alike_hint"))}</p>'
        )
        parts.append(f'<ul class="mark-hits">{_alike(alike, say)}</ul>')
    return "".join(parts)


def _bearing(one: Bearing, say: Say) -> str:
    box = one.box
    place = (
        f"left:{100 * box.x0:.1f}%;top:{100 * box.y0:.1f}%;"
        f"width:{100 * (box.x1 - box.x0):.1f}%;height:{100 * (box.y1 - box.y0):.1f}%"
    )
    told = f"<small>{esc(say('mrk_points', n=one.points))}</small>"
    return _card(one.hit, one.picture, f'<i class="mark-at" style="{place}"></i>', told, say)


def _alike(hits: Sequence[Hit], say: Say) -> str:
    return "".join(_card(hit, hit.picture, "", "", say) for hit in hits)


def _card(hit: Hit, picture: str, mark: str, told: str, say: Say) -> str:
    product, title = hit.product, name_of(hit.product, say)
    link = esc(product_link(product.id))
    return (
        f'<li data-id="{esc(product.id)}"><a class="mark-pic" href="{link}" tabindex="-1" aria-hidden="true"><span>'
        f'<img src="{esc(thumbnail_url(picture))}" alt="" loading="lazy">{mark}</span></a>{brand_html(product)}'
        f'<h4><a href="{link}">{esc(title)}</a></h4>{price_html(product, say)}{told}</li>'
    )
