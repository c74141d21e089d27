"""The mood board as HTML. What pins, moves and removes cards is assets/boards.js."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from visearch.facets import Facets
from visearch.shop.board import MOST_PICTURES, SIZES, Pick
from visearch.ui.cards import brand_html, name_of, off_text, price_html, stock_html
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, photo_url, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.photos import Photo
from visearch.ui.rooms.boards.asked import SEPARATOR, Board
from visearch.ui.rooms.pieces import empty_html, picker_html, sheet_html
from visearch.ui.texts import Say


@dataclass(frozen=True)
class Shown:
    """A mood picture: its name in a state, and what is kept of it."""

    key: str
    photo: Photo


def form_html(board: Board, facets: Facets, examples: Sequence[tuple[str, str]], mood: str, say: Say) -> str:
    """What the board is made of. `mood` stands below the picker."""
    picker = picker_html("board_make", say, examples=examples, many=MOST_PICTURES, camera=False)
    tried = examples[:3]
    example = ""
    if tried:
        told = attributes({"data-board": "example", "data-photos": SEPARATOR.join(key for key, _ in tried)})
        example = button(say("brd_example"), told, "pill", "look")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{esc(SEPARATOR.join(values))}">'
        for name, values in (
            ("photos", board.photos),
            ("ids", board.ids),
            ("pins", board.pins),
            ("pruned", board.pruned),
        )
    )
    make = f'<button type="submit" class="pill primary">{icon("boards")}<span>{esc(say("brd_make"))}</span></button>'
    inside = (
        f'<form id="board-form" data-state data-do="board_make" autocomplete="off">{_boards_html(board, say)}'
        f'{hidden}{picker}{mood}<div class="board-fields">{_words_html(board, say)}{_filters_html(board, facets, say)}'
        f'</div><div class="row-actions">{make}{example}</div></form>'
    )
    return sheet_html(say("brd_mood_title"), inside, say("brd_mood_hint"), "board-wish")


def _boards_html(board: Board, say: Say) -> str:
    """The board's name, and the others that the browser keeps; assets/boards.js fills the list."""
    new = button(say("brd_new"), 'data-board="new"', "pill small", "plus")
    forget = button(say("brd_forget"), 'data-board="forget"', "pill small", "trash")
    return (
        '<div class="board-which"><label class="labelled"><span>'
        f'{esc(say("brd_name"))}</span><input name="name" maxlength="80" value="{esc(board.name)}" '
        f'placeholder="{esc(say("brd_untitled"))}"></label><label class="labelled"><span>{esc(say("brd_which"))}</span>'
        f'<select id="board-which" data-untitled="{esc(say("brd_untitled"))}"></select></label>'
        f'<div class="row-actions">{new}{forget}</div></div>'
    )


def _words_html(board: Board, say: Say) -> str:
    return (
        f'<label class="labelled wide"><span>{esc(say("brd_words"))}</span><input name="words" maxlength="400" '
        f'value="{esc(board.words)}" placeholder="{esc(say("brd_words_hint"))}"></label>'
    )


def _filters_html(board: Board, facets: Facets, say: Say) -> str:
    parts = [
        _select(
            name,
            say(f"filter_{name}"),
            [(value, say.word(value)) for value, _ in facets.values.get(name, ())],
            chosen,
            say,
        )
        for name, chosen in (("category", board.category), ("color", board.color))
        if len(facets.values.get(name, ())) > 1 or chosen
    ]
    if "price" in facets.ranges:
        parts += [
            f'<label class="labelled narrow"><span>{esc(say(f"price_{word}"))}</span><input name="{end}" type="number" '
            f'min="0" step="any" inputmode="decimal" value="{esc(value)}"></label>'
            for word, end, value in (("from", "min", board.low), ("to", "max", board.high))
        ]
    sizes = "".join(f"<option{' selected' if size == board.k else ''}>{size}</option>" for size in SIZES)
    parts.append(
        f'<label class="labelled narrow"><span>{esc(say("brd_size"))}</span><select name="k">{sizes}</select></label>'
    )
    flags = "".join(
        f'<label class="board-flag"><input type="checkbox" name="{name}"{" checked" if getattr(board, name) else ""}>'
        f"<span>{esc(say(name))}</span></label>"
        for name in ("in_stock", "on_offer")
        if facets.flags.get(name) or getattr(board, name)
    )
    return "".join(parts) + (f'<div class="board-flags">{flags}</div>' if flags else "")


def _select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, say: Say) -> str:
    values = [("", say("brd_any")), *options[:60]]
    if chosen and chosen not in {value for value, _ in values}:
        values.append((chosen, chosen))
    inside = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(text)}</option>'
        for value, text in values
    )
    return f'<label class="labelled"><span>{esc(label)}</span><select name="{name}">{inside}</select></label>'


def mood_html(shown: Sequence[Shown], picks: Sequence[Pick], say: Say) -> str:
    """The mood pictures, each with how many products it brought."""
    if not shown:
        return ""
    brought = Counter(pick.source for pick in picks)
    items = "".join(_mood_picture(n, one, brought[n], say) for n, one in enumerate(shown))
    words = brought["words"]
    told = f'<li class="mood-words">{esc(say("brd_by_words", n=words))}</li>' if words else ""
    return f'<ul class="mood" aria-label="{esc(say("brd_pictures"))}">{items}{told}</ul>'


def _mood_picture(n: int, one: Shown, brought: int, say: Say) -> str:
    away = button(
        say("brd_drop", n=n + 1),
        attributes({"data-board": "drop", "data-photo": one.key}),
        "icon-button",
        "close",
        True,
    )
    told = f"<small>{esc(say('brd_brought', n=brought))}</small>" if brought else ""
    alt = esc(say("brd_picture", n=n + 1))
    return f'<li data-photo="{esc(one.key)}"><img src="{photo_url(one.photo.key)}" alt="{alt}">{away}{told}</li>'


def picks_html(picks: Sequence[Pick], shown: Sequence[Shown], board: Board, say: Say) -> str:
    """The board itself: its tools, and the cards in their order."""
    if not picks:
        asked = board.asks or board.ids
        title, hint = ("brd_none", "brd_none_hint") if asked else ("brd_empty", "brd_empty_hint")
        return empty_html(say(title), say(hint))
    pins = set(board.pins)
    cards = "".join(_card(pick, pick.product.id in pins, shown, say) for pick in picks)
    count = f'<h3 id="board-count" data-one="{esc(say("brd_count_one"))}" data-many="{esc(say.raw("brd_count"))}"></h3>'
    return (
        f'<section class="board" data-moved="{esc(say.raw("brd_moved"))}" data-away="{esc(say.raw("brd_away"))}" '
        f'data-link="{esc(say("brd_linked"))}" data-link-photos="{esc(say("brd_linked_photos"))}" '
        f'data-pin="{esc(say("brd_pinned"))}" data-unpin="{esc(say("brd_unpinned"))}" '
        f'data-undone="{esc(say("brd_undone"))}">'
        f'<div class="board-head">{count}{_tools(say)}</div><p class="quiet">{esc(say("brd_hint"))}</p>'
        f'<p class="sr" role="status" id="board-said"></p>'
        f'<ol class="picks" aria-label="{esc(say("brd_list"))}">{cards}</ol></section>'
    )


def _tools(say: Say) -> str:
    undo = button(say("undo"), 'data-board="undo" disabled', "pill small", "undo")
    link = button(say("brd_link"), 'data-board="link"', "pill small", "link")
    csv = button("CSV", 'data-board="csv"', "pill small", "download")
    png = button(say("brd_sheet"), 'data-board="png"', "pill small", "picture")
    return f'<div class="row-actions">{undo}{link}{csv}{png}</div>'


def _card(pick: Pick, pinned: bool, shown: Sequence[Shown], say: Say) -> str:
    product, title = pick.product, name_of(pick.product, say)
    source = thumbnail_url(pick.picture)
    off = off_text(product, say)
    image = f'<img src="{source}" alt="" width="384" height="384" loading="lazy" decoding="async">' if source else ""
    badge = f'<span class="badge">{esc(off)}</span>' if off else ""
    told = attributes({"data-id": product.id, "data-pinned": pinned, "draggable": "true", "data-title": title})
    stock = stock_html(product, say) if product.stock is not None and product.stock <= 0 else ""
    return (
        f'<li class="pick" {told}><a class="pic" href="{esc(product_link(product.id))}" tabindex="-1" '
        f'aria-hidden="true" draggable="false">{image}{badge}</a>{_because(pick, shown, say)}'
        f'<div class="card-body">{brand_html(product)}<h3><a href="{esc(product_link(product.id))}" draggable="false">'
        f"{esc(title)}</a></h3>{price_html(product, say)}{stock}</div>"
        f'<div class="pick-acts">{_acts(pinned, title, say)}</div></li>'
    )


def _acts(pinned: bool, title: str, say: Say) -> str:
    def act(name: str, picture: str, **more: object) -> str:
        told = attributes({"data-board": name, **more})
        return button(say(f"brd_{name}", title=title), told, "icon-button", picture, hide_label=True)

    return (
        act("pin", "pin", **{"aria-pressed": str(pinned).lower()})
        + act("first", "first")
        + act("earlier", "back")
        + act("later", "forth")
        + act("prune", "trash")
    )


def _because(pick: Pick, shown: Sequence[Shown], say: Say) -> str:
    """Which part of which picture, or that it was the words, that brought the product."""
    if pick.source == "words":
        return f'<span class="because-chip">{esc(say("brd_because_words"))}</span>'
    if not isinstance(pick.source, int) or pick.source >= len(shown):
        return ""
    photo = shown[pick.source].photo
    area = photo.area(pick.part) if pick.part else "0,0,1,1"
    label = esc(say("brd_because", n=pick.source + 1))
    source = photo_url(photo.key, area)
    return (
        f'<img class="because-pic" src="{source}" alt="{label}" title="{label}" width="44" height="44" loading="lazy">'
    )
