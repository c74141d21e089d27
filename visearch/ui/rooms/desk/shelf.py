"""Shelf and stock: a photo of a shelf or a room -> what stands there, how many of each, and what is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from visearch.shop.shelf import Line, Shelf, Thing, read_shelf
from visearch.shop.shelf_picture import COLUMNS, annotated, rows_of
from visearch.ui import cards
from visearch.ui.icons import icon
from visearch.ui.markup import esc, money, photo_url, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.rooms.base import text_of
from visearch.ui.rooms.desk.help import percent
from visearch.ui.rooms.parts import Part, Reply, Sent, engine_of, photo_of
from visearch.ui.rooms.pieces import empty_html, picker_html, sheet_html, tile_html
from visearch.ui.rooms.saved import saved, saved_csv
from visearch.ui.texts import Say

if TYPE_CHECKING:
    from PIL import Image

    from visearch.ui.answer import Lives
    from visearch.ui.photos import Photo, Photos

EXAMPLES = ("kitchen-1.jpg", "desk-1.jpg", "vanity-1.jpg", "living-1.jpg")
_FOUND = "shelf"


class ShelfDesk:
    """One part of the room."""

    def __init__(self, live: Lives, photos: Photos) -> None:
        self._live, self._photos = live, photos

    def part(self) -> Part:
        """As the room wants it."""
        return Part("shelf", self._draw, {"shelf_ask": self._ask})

    def routes(self) -> list[Route]:
        """The table and the picture, for as long as the photo is kept."""
        return [Route("/room/desk/shelf/{key}.csv", self._csv), Route("/room/desk/shelf/{key}.jpg", self._picture)]

    def _draw(self, sent: Sent, say: Say) -> str:
        return f'<div id="shelf">{self._inside(sent, say)}</div>'

    def _ask(self, sent: Sent, say: Say) -> Reply:
        return {"regions": {"shelf": self._inside(sent, say)}, "show": "shelf-answer"}

    def _inside(self, sent: Sent, say: Say) -> str:
        given = photo_of(self._live, self._photos, sent)
        picker = picker_html("shelf_ask", say, examples=self._live.examples().named(*EXAMPLES))
        lead = f'<p class="quiet dsk-lead">{esc(say("dsk_shelf_lead"))}</p>'
        if given is None:
            return f"{lead}{picker}"
        photo, image = given
        shelf = self._found(photo, image)
        kept = f'<input type="hidden" name="photo" value="{esc(text_of(sent, "photo", 2000))}">'
        return (
            f'<form data-state hidden>{kept}</form>{picker}<div id="shelf-answer" class="shelf-answer" tabindex="-1">'
            f"{shelf_html(photo, shelf, say)}</div>"
        )

    def _found(self, photo: Photo, image: Image.Image) -> Shelf:
        engine, detector = engine_of(self._live), self._live.detector()
        key = f"shelf:{engine.opened.manifest.index_id}:{detector.info.name}"
        if key not in photo.found:
            photo.found[key] = read_shelf(engine, image, detector)
        found: Shelf = photo.found[key]
        # For what is saved, which shall be what is on the page.
        photo.found[_FOUND] = found
        return found

    def _kept(self, request: Request) -> tuple[Photo, Shelf] | None:
        photo = self._photos.get(request.path_params["key"])
        shelf = photo.found.get(_FOUND) if photo else None
        return (photo, shelf) if photo and isinstance(shelf, Shelf) else None

    def _csv(self, request: Request) -> Response:
        kept = self._kept(request)
        if kept is None:
            return Response(status_code=404)
        return saved_csv("shelf.csv", COLUMNS, rows_of(kept[1]))

    def _picture(self, request: Request) -> Response:
        kept = self._kept(request)
        if kept is None:
            return Response(status_code=404)
        return saved("shelf.jpg", annotated(self._photos.image(kept[0]), kept[1]), "image/jpeg")


def shelf_html(photo: Photo, shelf: Shelf, say: Say) -> str:
    """The photo with its numbers, how many there are, and the table."""
    if not shelf.things:
        return empty_html(say("dsk_shelf_none"), say("dsk_shelf_none_hint"))
    lines, strangers = shelf.lines, shelf.strangers
    ours = len(shelf.things) - len(strangers)
    tiles = (
        tile_html(say("dsk_shelf_things"), str(len(shelf.things)), say("dsk_shelf_things_hint"))
        + tile_html(say("dsk_shelf_products"), str(len(lines)), say("dsk_shelf_products_hint", n=ours))
        + tile_html(say("dsk_shelf_strangers"), str(len(strangers)), say("dsk_shelf_strangers_hint"))
    )
    return (
        f'<dl class="shelf-tiles">{tiles}</dl><div class="shelf-both">{_picture_html(photo, shelf, say)}'
        f"{_table_html(photo, lines, strangers, say)}</div>"
    )


def _picture_html(photo: Photo, shelf: Shelf, say: Say) -> str:
    boxes = "".join(_box_html(thing, shelf.size, say) for thing in shelf.things)
    tools = "".join(
        f'<a class="pill small" href="room/desk/shelf/{photo.key}.{ending}" download>{icon("download")}'
        f"<span>{esc(say(label))}</span></a>"
        for ending, label in (("jpg", "dsk_save_picture"), ("csv", "dsk_save_csv"))
    )
    image = f'<img src="{esc(photo_url(photo.key))}" alt="{esc(say("dsk_shelf_photo"))}">'
    return (
        f'<div class="sheet shelf-picture"><div class="shelf-canvas">{image}{boxes}</div>'
        f'<div class="row-actions">{tools}</div></div>'
    )


def _box_html(thing: Thing, size: tuple[int, int], say: Say) -> str:
    box = thing.box
    left, top = 100 * box.x0 / size[0], 100 * box.y0 / size[1]
    wide, high = 100 * (box.x1 - box.x0) / size[0], 100 * (box.y1 - box.y0) / size[1]
    css = "shelf-box" if thing.ours else "shelf-box other"
    place = f'style="left:{left:.2f}%;top:{top:.2f}%;width:{wide:.2f}%;height:{high:.2f}%"'
    title = cards.name_of(thing.product, say) if thing.product else say("dsk_not_ours")
    return f'<span class="{css}" {place} title="{esc(title)}"><b>{thing.number}</b></span>'


def _table_html(photo: Photo, lines: tuple[Line, ...], strangers: tuple[Thing, ...], say: Say) -> str:
    body = "".join(_line_html(line, say) for line in lines)
    body += "".join(_stranger_html(photo, thing, say) for thing in strangers)
    heads = "".join(
        f'<th scope="col"{css}>{esc(say(key))}</th>'
        for key, css in (
            ("dsk_col_product", ""),
            ("dsk_col_count", ' class="number"'),
            ("dsk_col_sure", ' class="number"'),
            ("dsk_col_stock", ' class="number"'),
        )
    )
    table = (
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{esc(say("dsk_shelf_table"))}">'
        f'<table class="data-table shelf-table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )
    return sheet_html(say("dsk_shelf_table"), table, say("dsk_shelf_table_hint"), "shelf-list")


def _line_html(line: Line, say: Say) -> str:
    product, sure = line.product, percent(min(thing.chance for thing in line.things))
    title, source = cards.name_of(product, say), thumbnail_url(product.pictures[0] if product.pictures else "")
    image = f'<img src="{esc(source)}" alt="" width="48" height="48" loading="lazy">' if source else ""
    price = "" if product.price is None else f" · {esc(money(product.price, product.currency))}"
    stock = "–" if product.stock is None else f"{product.stock:,}"
    return (
        f'<tr><th scope="row"><span class="shelf-what">{image}<span><a href="{esc(product_link(product.id))}">'
        f"{esc(title)}</a><small>{_numbers(line.things)}{price}</small></span></span></th>"
        f'<td class="number"><b>{len(line.things)}</b></td><td class="number">{sure}%</td>'
        f'<td class="number">{stock}</td></tr>'
    )


def _numbers(things: tuple[Thing, ...]) -> str:
    numbers = sorted(thing.number for thing in things)
    return "".join(f'<i class="shelf-no">{number}</i>' for number in numbers)


def _stranger_html(photo: Photo, thing: Thing, say: Say) -> str:
    image = f'<img src="{esc(photo_url(photo.key, photo.area(thing.box)))}" alt="" width="48" height="48">'
    near = ""
    if thing.hits:
        name = cards.name_of(thing.hits[0].product, say)
        near = f"<small>{esc(say('dsk_nearest', title=name))}</small>"
    return (
        f'<tr class="other"><th scope="row"><span class="shelf-what">{image}<span>{esc(say("dsk_not_ours"))}'
        f'<small><i class="shelf-no other">{thing.number}</i></small>{near}</span></span></th>'
        f'<td class="number">1</td><td class="number">{percent(1 - thing.chance)}%</td><td class="number">–</td></tr>'
    )
