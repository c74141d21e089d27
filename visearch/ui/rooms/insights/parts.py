"""What the parts of Insights share: numbers in plain words, small product links, bars and tiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from visearch.types import Product
from visearch.ui.cards import name_of
from visearch.ui.markup import esc, thumbnail_url
from visearch.ui.texts import Say, knows

PARTS = ("quality", "health", "map", "compare", "demand")
"""The parts of the room, in the order of the bar that leads to them."""
BASE = "room/insights/"
"""Where the room's downloads are, relative to the page."""


def nav_html(part: str, say: Say) -> str:
    """The bar that leads to the parts."""
    items = "".join(
        f'<button type="button" class="part" data-do="show" data-part="{name}"'
        f"{' aria-current=page' if name == part else ''}>{esc(say(f'ins_part_{name}'))}</button>"
        for name in PARTS
    )
    return f'<nav class="parts" aria-label="{esc(say("ins_parts"))}">{items}</nav>'


def of_100(share: float) -> int:
    """0.764 -> 76."""
    return round(100 * share)


def kind_of(kind: str, say: Say) -> str:
    """A kind of query in the page's language; kinds of a catalogue's own as they are."""
    key = f"ins_kind_{kind}"
    return say(key) if knows(key) else kind


def stage_of(stage: str, say: Say) -> str:
    """A stage of a search in the page's language."""
    key = f"ins_stage_{stage}"
    return say(key) if knows(key) else stage.replace("_", " ")


def ms_text(ms: float) -> str:
    """`0.4 ms`, `34 ms`, `1.2 s`."""
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.1f} ms" if ms < 10 else f"{ms:.0f} ms"


def duration_text(seconds: float, say: Say) -> str:
    """About how long something takes, in whole minutes from one and a half on."""
    if seconds < 90:
        return say("ins_seconds", n=max(5, 5 * round(seconds / 5)))
    return say("ins_minutes", n=round(seconds / 60))


def when_text(created: str, say: Say) -> str:
    """`22 Nov 2026, 10:31 UTC` of an ISO date."""
    try:
        year, month, day = (int(part) for part in created[:10].split("-"))
        name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    except (ValueError, IndexError):
        return created
    date = f"{year}年{month}月{day}日" if say.language == "zh" else f"{day} {name} {year}"
    return f"{date}, {created[11:16]} UTC" if created[11:16] else date


def tile_html(label: str, number: str, hint: str, css: str = "") -> str:
    """A figure with what it is and what stands behind it."""
    return f'<div class="tile {css}"><dt>{esc(label)}</dt><dd><b>{esc(number)}</b><small>{esc(hint)}</small></dd></div>'


def product_link(product_id: str) -> str:
    """The address that opens a product on the search page."""
    return f"?{urlencode({'product': product_id})}"


def mini_html(product: Product, say: Say, note: str = "", css: str = "") -> str:
    """A small picture with the title, which opens the product."""
    title, source = name_of(product, say), thumbnail_url(product.pictures[0] if product.pictures else "")
    image = f'<img src="{source}" alt="" width="96" height="96" loading="lazy" decoding="async">' if source else ""
    told = f"<small>{esc(note)}</small>" if note else ""
    return (
        f'<a class="mini {css}" href="{esc(product_link(product.id))}" title="{esc(title)}">'
        f'<span class="mini-pic">{image}</span><span class="mini-title">{esc(title)}</span>{told}</a>'
    )


def minis_html(products: Iterable[Product], say: Say) -> str:
    """A row of them."""
    return f'<div class="minis">{"".join(mini_html(product, say) for product in products)}</div>'


def products_of(known: Mapping[str, Product], ids: Iterable[str]) -> list[Product]:
    """The products of these ids that the catalogue (still) has."""
    return [known[i] for i in ids if i in known]


def bar_html(label: str, share: float, told: str, span: Sequence[float] | None = None, css: str = "") -> str:
    """One line of a bar chart: `share` of the width; `span` is the interval that is drawn over it."""
    whisker = ""
    if span is not None:
        low, high = (max(0.0, min(1.0, end)) for end in span)
        whisker = f'<i class="whisker" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
    return (
        f'<li class="bar-line {css}"><span class="bar-label">{esc(label)}</span><span class="bar-track">'
        f'<i class="bar-fill" style="width:{100 * max(0.0, min(1.0, share)):.1f}%"></i>{whisker}</span>'
        f'<span class="bar-told">{esc(told)}</span></li>'
    )


def bars_html(lines: Iterable[str], label: str) -> str:
    """Such lines as a list."""
    return f'<ul class="bars" aria-label="{esc(label)}">{"".join(lines)}</ul>'


def download_html(links: Iterable[tuple[str, str]], say: Say) -> str:
    """(file below BASE, what it is) as links that save a file; folded, as few want them."""
    items = "".join(f'<li><a href="{esc(BASE + path)}" download>{esc(label)}</a></li>' for path, label in links)
    return (
        f'<details class="export"><summary class="pill small">{esc(say("ins_export"))}</summary>'
        f"<ul>{items}</ul></details>"
    )


def empty_html(title: str, hint: str, after: str = "") -> str:
    """Where something will be once it is measured."""
    return f'<div class="ins-empty"><h4>{esc(title)}</h4><p class="quiet">{esc(hint)}</p>{after}</div>'


def sheet_html(title: str, inside: str, hint: str = "", css: str = "", tools: str = "") -> str:
    """A card with a heading."""
    told = f'<p class="quiet">{esc(hint)}</p>' if hint else ""
    return (
        f'<section class="sheet {css}"><div class="sheet-head"><div><h3>{esc(title)}</h3>{told}</div>{tools}</div>'
        f"{inside}</section>"
    )
