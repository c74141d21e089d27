"""The map, and two ways to search side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from visearch.insights.atlas import Atlas
from visearch.insights.cartographer import OTHER, grouped
from visearch.insights.duel import Duel, Side
from visearch.types import Product
from visearch.ui.cards import name_of
from visearch.ui.markup import attributes, button, esc, photo_url, thumbnail_url
from visearch.ui.minis import product_link
from visearch.ui.rooms.insights.parts import ms_text
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.texts import Say

_LISTED = 40
"""Products of a category in the list beside the map."""
_SIGNS = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6 5.6 4.2H-5.6z", "M0-6.4 6.4 0 0 6.4-6.4 0z",
    "M0 6 5.6-4.2H-5.6z", "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M0-6.2 5.9-1.9 3.6 5h-7.2L-5.9-1.9z",
    "M-5.6-2.8-2.8-5.6 0-2.8 2.8-5.6 5.6-2.8 2.8 0 5.6 2.8 2.8 5.6 0 2.8-2.8 5.6-5.6 2.8-2.8 0z",
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
)  # fmt: skip
"""Of the categories in order, as assets/atlas.js draws them on the map; the last one is that of all others."""


def map_html(say: Say) -> str:
    """The frame of the map: its script asks for the points and draws them."""
    tools = "".join(
        button(say(f"ins_map_{name}"), attributes({"data-map": name}), "icon-button", symbol, hide_label=True)
        for name, symbol in (("in", "plus"), ("out", "minus"), ("all", "fit"), ("save", "download"))
    )
    return sheet_html(
        say("ins_map"),
        '<div class="map-frame"><canvas id="ins-canvas" tabindex="0" role="img" '
        f'aria-label="{esc(say("ins_map_label"))}" aria-describedby="ins-map-note"></canvas>'
        f'<div class="map-tools">{tools}</div>'
        f'<a class="map-tip" id="ins-tip" hidden></a>'
        f'<div class="map-wait" id="ins-map-wait" role="status">{esc(say("ins_map_making"))}</div></div>'
        '<div class="map-key" id="ins-key"></div><p class="quiet" id="ins-map-note"></p><div id="ins-map-list"></div>',
        say("ins_map_hint"),
        "map-sheet",
    )


def map_key_html(names: Sequence[str], counts: Sequence[int], others: int, say: Say) -> str:
    """The categories with their colour and sign; each button shows only its own."""
    entries = [(i, say.word(name), counts[i]) for i, name in enumerate(names)]
    if others:
        entries.append((OTHER, say("ins_map_other"), others))
    return "".join(
        f'<button type="button" class="key-button" data-group="{i}" aria-pressed="false">'
        f'<svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" class="sign-{i if i >= 0 else "other"}">'
        f'<path d="{_SIGNS[i]}"/></svg><span>{esc(name)}</span><small>{n:,}</small></button>'
        for i, name, n in entries
    )


def map_note(drawn: Atlas, say: Say) -> str:
    """How many are on it, and how they came there."""
    between = len(drawn.positions) - drawn.laid_out
    note = say("ins_map_note", n=f"{len(drawn.positions):,}")
    if between:
        note += " " + say("ins_map_between", n=f"{between:,}", placed=f"{drawn.laid_out:,}")
    if drawn.left_out:
        note += " " + say("ins_map_left_out", n=f"{drawn.left_out:,}")
    return note


def map_list_html(products: Sequence[Product], say: Say) -> str:
    """The same products as lists by category: for the keyboard, and for who sees no map."""
    names, groups = grouped(products)
    parts = []
    for number in [*range(len(names)), OTHER]:
        members = [p for p, group in zip(products, groups, strict=True) if group == number]
        if not members:
            continue
        items = "".join(
            f'<li><a href="{esc(product_link(p.id))}">{esc(name_of(p, say))}</a></li>' for p in members[:_LISTED]
        )
        more = (
            f'<p class="quiet">{esc(say("ins_more", n=f"{len(members) - _LISTED:,}"))}</p>'
            if len(members) > _LISTED
            else ""
        )
        name = say.word(names[number]) if number >= 0 else say("ins_map_other")
        parts.append(
            f'<details class="fold"><summary>{esc(name)} ({len(members):,})</summary>'
            f'<ul class="plain-list">{items}</ul>{more}</details>'
        )
    summary = f"<summary>{esc(say('ins_map_list'))}</summary>"
    return f'<details class="fold" id="ins-map-lists">{summary}{"".join(parts)}</details>'


# ---------------------------------------------------------------------- two settings


def duel_form(models: Sequence[str], rankers: Sequence[str], asked: Mapping[str, str], say: Say) -> str:
    """What to ask and which two ways; `asked` are the form's fields as they were sent."""
    sides = "".join(_side_fields(side, models, rankers, asked, say) for side in ("left", "right"))
    photo = asked.get("photo", "")
    picture = ""
    if photo:
        remove = button(say("remove_photo"), 'data-duel="no-photo"', "icon-button", "close", hide_label=True)
        source = (
            "examples/" + photo.removeprefix("example:") + ".jpg" if photo.startswith("example:") else photo_url(photo)
        )
        image = f'<img src="{esc(source)}" alt="{esc(say("photo"))}" width="40" height="40">'
        picture = f'<span class="duel-photo">{image}{remove}</span>'
    return (
        '<form class="duel-form" data-do="duel"><div class="duel-ask">'
        f'<label class="sr" for="ins-duel-text">{esc(say("words"))}</label>{picture}'
        f'<input id="ins-duel-text" name="text" type="text" maxlength="400" value="{esc(asked.get("text", ""))}" '
        f'placeholder="{esc(say("words_hint"))}"><input type="hidden" name="photo" value="{esc(photo)}">'
        f"{button(say('photo'), attributes({'data-duel': 'photo'}), 'pill', 'picture')}"
        f'<button type="submit" class="pill primary"><span>{esc(say("ins_duel_go"))}</span></button></div>'
        f'<div class="duel-sides">{sides}</div></form>'
    )


def _side_fields(side: str, models: Sequence[str], rankers: Sequence[str], asked: Mapping[str, str], say: Say) -> str:
    model = asked.get(f"{side}_model", models[0])
    fallback = rankers[0] if side == "left" else rankers[min(1, len(rankers) - 1)]
    ranker = asked.get(f"{side}_ranker", fallback)
    ways = "".join(
        f'<option value="{name}"{" selected" if name == ranker else ""}>{esc(say(f"ranker_{name}"))}</option>'
        for name in rankers
    )
    field = (
        f'<label class="labelled"><span>{esc(say("ins_duel_ranker"))}</span>'
        f'<select name="{side}_ranker">{ways}</select></label>'
    )
    if len(models) > 1:
        named = "".join(
            f'<option value="{esc(name)}"{" selected" if name == model else ""}>{esc(name)}</option>' for name in models
        )
        field = (
            f'<label class="labelled"><span>{esc(say("ins_duel_model"))}</span>'
            f'<select name="{side}_model">{named}</select></label>{field}'
        )
    return f"<fieldset><legend>{esc(say(f'ins_duel_{side}'))}</legend>{field}</fieldset>"


def duel_html(found: Duel | None, say: Say) -> str:
    """Both columns, or what to do first."""
    if found is None:
        return empty_html(say("ins_duel_none"), say("ins_duel_none_hint"))
    most = max(len(found.left.places), len(found.right.places))
    told = say("ins_duel_shared", n=found.shared, of=most)
    columns = "".join(_column(side, say) for side in (found.left, found.right))
    return f'<p class="duel-told" role="status">{esc(told)}</p><div class="duel-columns">{columns}</div>'


def _column(side: Side, say: Say) -> str:
    title = say("ins_duel_title", ranker=say(f"ranker_{side.setting.ranker}"), model=side.setting.model)
    items = "".join(_place(place.hit.product, place.rank, place.other, place.hit.match, say) for place in side.places)
    body = f"<ol>{items}</ol>" if items else f'<p class="quiet">{esc(say("ins_duel_nothing"))}</p>'
    return f'<section class="duel-column"><h4>{esc(title)} <small>{esc(ms_text(side.ms))}</small></h4>{body}</section>'


def _place(product: Product, rank: int, other: int | None, match: float, say: Say) -> str:
    if other is None:
        moved, css = say("ins_duel_only"), "only"
    elif other == rank:
        moved, css = say("ins_duel_same"), "both"
    else:
        moved, css = say("ins_duel_moved", rank=other), "both up" if rank < other else "both down"
    title, source = name_of(product, say), thumbnail_url(product.pictures[0] if product.pictures else "")
    return (
        f'<li class="{css}"><span class="rank">{rank}</span><a href="{esc(product_link(product.id))}">'
        f'<span class="mini-pic"><img src="{source}" alt="" width="56" height="56" loading="lazy"></span>'
        f'<span class="place-title">{esc(title)}</span></a><span class="moved">{esc(moved)}</span>'
        f'<span class="place-match" title="{esc(say("match", n=round(match)))}">{round(match)}</span></li>'
    )
