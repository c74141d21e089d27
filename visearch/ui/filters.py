"""The filter column and the chips: what the results are limited to, and how to widen them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.facets import Facets
from visearch.types import FilterValue
from visearch.ui.cards import name_of
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, money, sets
from visearch.ui.state import State
from visearch.ui.texts import Say

GROUPS = ("category", "subcategory", "color", "brand", "material", "pattern")
FEW = 7
"""Values that a group shows before the others are asked for."""
MOST = 60
_OPEN = 3


def filters_html(facets: Facets, state: State, say: Say) -> str:
    """Every group that could narrow anything; an empty string for a catalogue without such fields."""
    groups = [(name, facets.values.get(name, ())) for name in GROUPS]
    lists = [
        _group(name, values, state, say, facets.seen.get(name, 0), open_=place < _OPEN or name in state.filters)
        for place, (name, values) in enumerate(g for g in groups if len(g[1]) > 1 or g[0] in state.filters)
    ]
    parts = [
        *lists[:1],
        _price(facets, state, say),
        *lists[1:],
        _rating(facets, state, say),
        _flags(facets, state, say),
    ]
    inside = "".join(parts)
    if not inside:
        return ""
    clear = button(say("clear_filters"), sets(filters={}), "pill small") if state.filters else ""
    done = button(say("show_results"), 'data-act="filters"', "pill primary only-phone")
    return (
        f'<div class="filters-head"><h2>{esc(say("filters"))}</h2>{clear}</div>'
        f'<div class="filters-body">{inside}{done}</div>'
    )


def _group(name: str, values: Any, state: State, say: Say, seen: int, open_: bool) -> str:
    chosen = {str(v).casefold() for v in _chosen(state.filters.get(name))}
    # A chosen value stays where it is under the pointer; only one from further down comes up, so as to be seen.
    listed = values[:MOST]
    shown = [pair for place, pair in enumerate(listed) if place < FEW or pair[0].casefold() in chosen]
    first = "".join(_value(name, value, count, value.casefold() in chosen, say) for value, count in shown)
    rest = "".join(_value(name, value, count, False, say) for value, count in listed if (value, count) not in shown)
    more = ""
    if rest:
        summary = esc(say("show_all", n=len(listed)))
        more = f'<details class="rest" id="rest-{name}"><summary>{summary}</summary>{rest}</details>'
    title = esc(say(f"filter_{name}"))
    told = f'<p class="from-pictures">{esc(say("filter_seen", n=f"{seen:,}"))}</p>' if seen else ""
    return _facet(name, title, f'<div role="group" aria-label="{title}">{first}{more}{told}</div>', open_)


def _facet(name: str, title: str, inside: str, open_: bool = True) -> str:
    told = attributes({"class": "facet", "id": f"facet-{name}", "open": open_})
    return f"<details {told}><summary>{title}</summary>{inside}</details>"


def _value(name: str, value: str, count: int, chosen: bool, say: Say) -> str:
    # The id keeps the keyboard on this value when the list around it changes.
    id_ = f"value-{name}-{quote(value)}"
    told = attributes(
        {"type": "checkbox", "id": id_, "data-toggle": f"filters.{name}", "data-value": value, "checked": chosen}
    )
    return f'<label class="value"><input {told}><span>{esc(say.word(value))}</span><small>{count:,}</small></label>'


def _price(facets: Facets, state: State, say: Say) -> str:
    ends = facets.ranges.get("price")
    if ends is None or (ends[0] >= ends[1] and "price" not in state.filters):
        return ""
    chosen = _range(state.filters.get("price"))
    inputs = "".join(
        f'<label><span class="sr">{esc(say(f"price_{word}"))}</span><input type="number" min="0" step="any" '
        f'inputmode="decimal" id="price-{end}" data-field="filters.price.{end}" '
        f'value="{"" if chosen.get(end) is None else f"{chosen[end]:g}"}" '
        f'placeholder="{esc(money(ends[side], facets.currency))}"></label>'
        for end, word, side in (("min", "from", 0), ("max", "to", 1))
    )
    title = esc(say("filter_price"))
    return _facet("price", title, f'<div class="ends" role="group" aria-label="{title}">{inputs}</div>')


def _rating(facets: Facets, state: State, say: Say) -> str:
    if not any(count for _, count in facets.ratings):
        return ""
    chosen = _range(state.filters.get("rating")).get("min")
    rows = [(None, 0, say("any_rating")), *((s, n, say("stars_up", n=f"{s:g}")) for s, n in facets.ratings)]
    inputs = "".join(
        f'<label class="value"><input type="radio" name="rating" data-field="filters.rating.min" '
        f'value="{"" if stars is None else f"{stars:g}"}" {"checked" if chosen == stars else ""}>'
        f"<span>{esc(text)}</span>{f'<small>{count:,}</small>' if stars is not None else ''}</label>"
        for stars, count, text in rows
    )
    title = esc(say("filter_rating"))
    return _facet("rating", title, f'<div role="radiogroup" aria-label="{title}">{inputs}</div>')


def _flags(facets: Facets, state: State, say: Say) -> str:
    inputs = "".join(
        f'<label class="value"><input type="checkbox" data-field="filters.{name}" '
        f"{'checked' if name in state.filters else ''}><span>{esc(say(name))}</span><small>{count:,}</small></label>"
        for name, count in facets.flags.items()
        if name in state.filters or count
    )
    if not inputs:
        return ""
    title = esc(say("filter_offer"))
    return _facet("offer", title, f'<div role="group" aria-label="{title}">{inputs}</div>')


def chips_html(engine: SearchEngine, facets: Facets, state: State, say: Say) -> str:
    """One chip for everything that limits or turns the results; each takes itself away."""
    chips = [
        *(
            _chip(text, say, attributes({"data-toggle": toggle, "data-value": value}))
            for toggle, value, text in _listed(state, say)
        ),
        *(
            _chip(range_text(name, value, facets.currency, say), say, sets(**_without(state, name)))
            for name, value in state.filters.items()
            if isinstance(value, Mapping)
        ),
        *(
            _chip(say(name), say, sets(**_without(state, name)))
            for name in ("in_stock", "on_offer")
            if name in state.filters
        ),
        *_likes(engine, state, say),
    ]
    if not chips:
        return ""
    clear = button(say("clear_filters"), sets(filters={}, more=[], less=[]), "link-button") if len(chips) > 1 else ""
    return f'<div class="chips" role="group" aria-label="{esc(say("chips"))}">{"".join(chips)}{clear}</div>'


def _listed(state: State, say: Say) -> list[tuple[str, str, str]]:
    return [
        (f"filters.{name}", str(value), say.word(str(value)))
        for name, values in state.filters.items()
        if isinstance(values, tuple)
        for value in values
    ]


def _likes(engine: SearchEngine, state: State, say: Say) -> list[str]:
    chips = []
    for field in ("more", "less"):
        for product_id in getattr(state, field):
            try:
                title = name_of(engine.product(product_id), say)
            except VisearchError:
                title = product_id
            told = attributes({"data-toggle": field, "data-value": product_id})
            chips.append(_chip(say(f"chip_{field}", title=title), say, told, "like"))
    return chips


def _chip(text: str, say: Say, told: str, css: str = "") -> str:
    label = esc(say("chip_remove", what=text))
    inside = f"<span>{esc(text)}</span>{icon('close')}"
    return f'<button type="button" class="chip {css}" {told} aria-label="{label}">{inside}</button>'


def _without(state: State, name: str) -> dict[str, Any]:
    left = state.to_json()["filters"]
    left.pop(name, None)
    return {"filters": left}


def range_text(name: str, value: Mapping[str, float], currency: str, say: Say) -> str:
    """A price or rating with one or two ends: "up to $20", "4 stars and up"."""
    if name == "rating":
        return say("stars_up", n=f"{value.get('min', 0):g}")
    low, high = value.get("min"), value.get("max")
    if low is None:
        return say("chip_up_to", price=money(high or 0, currency))
    if high is None:
        return say("chip_from", price=money(low, currency))
    return say("chip_between", low=money(low, currency), high=money(high, currency))


def _chosen(value: FilterValue | None) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _range(value: FilterValue | None) -> Mapping[str, float]:
    return value if isinstance(value, Mapping) else {}
