"""Health: what is missing, twice, thin or odd in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from visearch.insights.health import Fill, Health
from visearch.types import Product
from visearch.ui.markup import esc, money
from visearch.ui.minis import mini_html, minis_html, products_of
from visearch.ui.rooms.insights.parts import download_html
from visearch.ui.rooms.pieces import empty_html, sheet_html
from visearch.ui.texts import Say, knows

_PAIRS = 12
_GROUPS = 12
_THIN = 12

Known = Mapping[str, Product]


def findings_of(health: Health) -> dict[str, int]:
    """Kind of finding -> how many of it; those of which there is none are not in it."""
    counts = {
        "skipped": health.skipped,
        "broken": len(health.broken),
        "same": len(health.twins.same),
        "alike": health.twins.alike_count,
        "thin": len(health.thin),
        "odd": len(health.odd),
        "gap": len(health.gaps),
    }
    return {name: n for name, n in counts.items() if n}


def health_html(health: Health, known: Known, say: Say) -> str:
    """The whole part."""
    counts = findings_of(health)
    chips = "".join(
        f'<li><a href="#ins-{name}"><b>{n:,}</b><span>{esc(say(f"ins_found_{name}"))}</span></a></li>'
        for name, n in counts.items()
    )
    top = f'<ul class="found-chips">{chips}</ul>' if chips else empty_html(say("ins_sound"), say("ins_sound_hint"))
    files = [("health.csv", say("ins_export_findings")), ("fields.csv", say("ins_export_fields"))]
    about = say("ins_health_about", products=f"{health.products:,}", pictures=f"{health.pictures:,}")
    head = sheet_html(say("ins_health"), top, about, tools=download_html(files, say))
    return (
        head + _pictures(health, known, say) + _same(health, known, say) + _alike(health, known, say)
        + _fields(health, known, say) + _thin(health, known, say) + _prices(health, known, say)
    )  # fmt: skip


def _finding(name: str, inside: str, n: int, say: Say, hint: str = "") -> str:
    badge = (
        f'<span class="badge-soft warn">{n:,}</span>'
        if n
        else f'<span class="badge-soft">{esc(say("ins_none"))}</span>'
    )
    sheet = sheet_html(say(f"ins_{name}"), inside, hint or say(f"ins_{name}_hint"), tools=badge)
    return sheet.replace('<section class="', f'<section id="ins-{name}" tabindex="-1" class="finding ', 1)


def _pictures(health: Health, known: Known, say: Say) -> str:
    out = ""
    if health.skipped:
        rows = "".join(f"<li><b>{esc(row)}</b> {esc(reason)}</li>" for row, reason in health.reasons[:_GROUPS])
        left = health.skipped - min(len(health.reasons), _GROUPS)
        more = f'<p class="quiet">{esc(say("ins_more", n=left))}</p>' if left > 0 else ""
        out += _finding("skipped", f'<ul class="reasons">{rows}</ul>{more}', health.skipped, say)
    if health.broken:
        shown = minis_html(products_of(known, health.broken[:_GROUPS]), say)
        out += _finding("broken", shown, len(health.broken), say)
    if not out:
        return _finding("pictures", f'<p class="all-well">{esc(say("ins_pictures_well"))}</p>', 0, say)
    return out


def _same(health: Health, known: Known, say: Say) -> str:
    groups = health.twins.same
    if not groups:
        return ""
    shown = "".join(_group(products_of(known, group[:4]), say, len(group) - 4) for group in groups[:_GROUPS])
    return _finding("same", f'<ul class="groups">{shown}</ul>{_left(len(groups) - _GROUPS, say)}', len(groups), say)


def _alike(health: Health, known: Known, say: Say) -> str:
    pairs = health.twins.alike
    hint = say("ins_alike_hint", cosine=f"{health.twins.threshold:g}")
    if not pairs:
        told = f'<p class="all-well">{esc(say("ins_alike_well"))}</p>'
        return _finding("alike", told, 0, say, hint)
    shown = "".join(
        _group(products_of(known, (pair.first, pair.second)), say, note=f"{pair.cosine:.3f}")
        for pair in islice(pairs, _PAIRS)
    )
    left = _left(health.twins.alike_count - min(len(pairs), _PAIRS), say)
    return _finding("alike", f'<ul class="groups">{shown}</ul>{left}', health.twins.alike_count, say, hint)


def _group(products: Iterable[Product], say: Say, more: int = 0, note: str = "") -> str:
    minis = "".join(mini_html(product, say) for product in products)
    told = f'<small class="quiet">{esc(say("ins_more", n=more))}</small>' if more > 0 else ""
    value = f'<small class="quiet">{esc(say("ins_alike_value", value=note))}</small>' if note else ""
    return f'<li><div class="minis">{minis}</div>{told}{value}</li>'


def _left(n: int, say: Say) -> str:
    return f'<p class="quiet">{esc(say("ins_more", n=f"{n:,}"))}</p>' if n > 0 else ""


def _fields(health: Health, known: Known, say: Say) -> str:
    rows = "".join(_field(fill, health.products, known, say) for fill in health.fields)
    key = (
        f'<ul class="key" aria-hidden="true"><li><i class="key-said"></i>{esc(say("ins_key_said"))}</li>'
        f'<li><i class="key-seen"></i>{esc(say("ins_key_seen"))}</li>'
        f'<li><i class="key-empty"></i>{esc(say("ins_key_empty"))}</li></ul>'
    )
    partly = sum(1 for fill in health.fields if fill.empty)
    return _finding("fields", f'{key}<ul class="fields">{rows}</ul>', partly, say)


def _field(fill: Fill, total: int, known: Known, say: Say) -> str:
    said = total - fill.empty
    parts = ((said, "key-said"), (fill.seen, "key-seen"), (fill.empty - fill.seen, "key-empty"))
    bar = "".join(f'<i class="{css}" style="width:{100 * n / max(total, 1):.2f}%"></i>' for n, css in parts if n)
    told = say("ins_field_full") if not fill.empty else say("ins_field_empty", share=_share(fill.empty, total))
    if fill.seen:
        told += " " + say("ins_field_seen", share=_share(fill.seen, total))
    line = (
        f'<span class="bar-label">{esc(field_name(fill.name, say))}</span>'
        f'<span class="bar-track stacked" aria-hidden="true">{bar}</span><span class="bar-told">{esc(told)}</span>'
    )
    if not fill.empty or fill.empty == total:
        return f'<li><div class="bar-line">{line}</div></li>'
    shown = minis_html(products_of(known, fill.products[:_GROUPS]), say) + _left(fill.empty - _GROUPS, say)
    return f'<li><details><summary class="bar-line">{line}</summary>{shown}</details></li>'


def _share(n: int, total: int) -> str:
    share = 100 * n / max(total, 1)
    return "<1 %" if 0 < share < 1 else f"{share:.0f} %"


def field_name(name: str, say: Say) -> str:
    """A product's field in the page's language."""
    for key in (f"filter_{name}", f"ins_field_{name}", f"attribute_{name}", f"field_{name}"):
        if knows(key):
            return say(key)
    return name


def _thin(health: Health, known: Known, say: Say) -> str:
    if not health.thin:
        told = say("ins_thin_well", n=health.categories) if health.categories else say("ins_thin_unknown")
        return _finding("thin", f'<p class="all-well">{esc(told)}</p>', 0, say)
    rows = "".join(
        f"<li><h4>{esc(one.category or say('ins_thin_without'))} <span>{one.n:,}</span></h4>"
        f"{minis_html(products_of(known, one.products[:6]), say)}</li>"
        for one in health.thin[:_THIN]
    )
    return _finding(
        "thin", f'<ul class="thins">{rows}</ul>{_left(len(health.thin) - _THIN, say)}', len(health.thin), say
    )


def _prices(health: Health, known: Known, say: Say) -> str:
    n = len(health.gaps) + len(health.odd)
    if not n:
        unpriced = any(fill.name == "price" and fill.empty == health.products for fill in health.fields)
        told = say("ins_prices_unknown" if unpriced else "ins_prices_well")
        return _finding("prices", f'<p class="all-well">{esc(told)}</p>', 0, say)
    gaps = "".join(
        _gap(health, gap.category, (gap.low, gap.high), gap.products, known, say) for gap in health.gaps[:_GROUPS]
    )
    odd = "".join(_odd(one.product, one.price, one.median, health.currency, known, say) for one in health.odd[:_GROUPS])
    out = f'<div id="ins-gap"><ul class="thins">{gaps}</ul></div>' if gaps else ""
    if odd:
        left = _left(len(health.odd) - _GROUPS, say)
        out += f'<div id="ins-odd"><h4>{esc(say("ins_odd"))}</h4><ul class="groups">{odd}</ul>{left}</div>'
    return _finding("prices", out, n, say)


def _gap(health: Health, category: str, ends: tuple[float, float], ids: Iterable[str], known: Known, say: Say) -> str:
    low, high = (money(end, health.currency) for end in ends)
    told = esc(say("ins_gap_told", category=category, low=low, high=high))
    return f"<li><p>{told}</p>{minis_html(products_of(known, ids), say)}</li>"


def _odd(product: str, price: float, median: float | None, currency: str, known: Known, say: Say) -> str:
    if product not in known:
        return ""
    told = money(price, currency)
    if median is not None:
        told = say("ins_odd_told", price=told, median=money(median, currency))
    return f'<li><div class="minis">{mini_html(known[product], say, told)}</div></li>'
