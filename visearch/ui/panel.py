"""One product in full, and up to three beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.seen import SAY, Seen
from visearch.types import Hit, Product
from visearch.ui import cards
from visearch.ui.answer import Answer, Sight
from visearch.ui.cards import name_of
from visearch.ui.icons import icon
from visearch.ui.markup import attributes, button, esc, notice, picture_button, sets, thumbnail_url
from visearch.ui.related_rows import reviews_html, rows_html
from visearch.ui.stage import chosen_label
from visearch.ui.state import State
from visearch.ui.texts import Say

SHARES = ("words", "meaning", "picture", "wishes")
_FIELDS = ("category", "subcategory", "brand", "color", "material", "pattern")


def panel_html(engine: SearchEngine, state: State, given: Answer, say: Say) -> str:
    """The inside of the product dialog; an empty string when none is open."""
    if not state.product:
        return ""
    close = button(say("close"), sets(product=""), "icon-button close", "close", hide_label=True)
    try:
        product = engine.product(state.product)
    except VisearchError:
        return (
            f'<div class="panel-head"><h2 id="panel-title">{esc(say("panel"))}</h2>{close}</div>{notice(say("gone"))}'
        )
    title = name_of(product, say)
    hit = next((hit for hit in given.found.hits if hit.product.id == product.id), None)
    asked = state.anything and state.view != "saved"
    shown = hit if asked else None
    heading = cards.told_html(title, given.words, shown, say)
    return (
        f'<div class="panel-head"><h2 id="panel-title">{heading}</h2>{close}</div>'
        f'<div class="panel-body"><div class="panel-top">{_gallery(product, hit, title, say)}'
        f'<div class="panel-told">{cards.brand_html(product)}{cards.price_html(product, say)}'
        f"{cards.facts_html(product, say)}{_actions(product, title, state, say)}"
        f"{_why(shown, product, given.sight, say)}</div></div>"
        f"{_description(product, given.words, shown, say)}{_details(product, engine.seen_of(product.id), say)}"
        f"{reviews_html(engine, product, say)}{rows_html(engine, product, state, say)}</div>"
    )


def _gallery(product: Product, hit: Hit | None, title: str, say: Say) -> str:
    pictures = list(product.pictures)
    first = hit.picture if hit and hit.picture in pictures else (pictures[0] if pictures else "")
    if not first:
        return f'<div class="gallery"><div class="pic"><span class="none">{esc(say("no_picture"))}</span></div></div>'
    large = f'<img id="panel-picture" src="{thumbnail_url(first)}" alt="{esc(title)}" width="384" height="384">'
    if len(pictures) < 2:
        return f'<div class="gallery"><div class="pic">{large}</div></div>'
    small = "".join(
        picture_button(
            say("picture_n", n=n),
            thumbnail_url(sha),
            {"data-act": "picture", "data-value": thumbnail_url(sha), "aria-pressed": str(sha == first).lower()},
            "thumb",
        )
        for n, sha in enumerate(pictures, 1)
    )
    return f'<div class="gallery"><div class="pic">{large}</div><div class="thumbs">{small}</div></div>'


def _actions(product: Product, title: str, state: State, say: Say) -> str:
    compared = product.id in state.compare
    compare = attributes({"data-toggle": "compare", "data-value": product.id, "aria-pressed": str(compared).lower()})
    save = attributes(
        {"data-act": "save", "data-id": product.id, "aria-pressed": "false", "aria-label": say("save", title=title)}
    )
    return (
        '<div class="panel-actions">'
        + cards.shop_link(product, title, say, "pill primary", say("shop"))
        + button(say("similar"), cards.search_with(product), "pill", "similar")
        + button(say("save_short"), save, "pill heart", "heart")
        + button(say("compare"), compare, "pill", "compare")
        + "</div>"
    )


def _why(hit: Hit | None, product: Product, sight: Sight | None, say: Say) -> str:
    if hit is None:
        return ""
    agrees = cards.agreeing(hit)
    words = cards.other_words(hit)
    colors = [color for color in hit.why.get("colors", ()) if color != agrees.get("color")]
    part = chosen_label(sight, say) if sight else ""
    told = [
        say("why_match", n=round(hit.match)) if hit.match else "",
        say("why_crop", label=part) if part else "",
        *(say("term_is", kind=say(f"filter_{name}"), value=say.word(label)) for name, label in agrees.items()),
        say("why_words", words=", ".join(words)) if words else "",
        say("why_colors", colors=", ".join(say.word(color) for color in colors)) if colors else "",
    ]
    lines = "".join(f"<li>{icon('check')}{esc(line)}</li>" for line in told if line)
    return (
        f'<section class="whys"><h3>{esc(say("why_title"))}</h3><ul>{lines}</ul>{_shares(hit, say)}'
        f"{_heat(product, sight, say)}</section>"
    )


def _shares(hit: Hit, say: Say) -> str:
    """How much each way of looking has in the score: a bar, and the same in words."""
    parts = hit.why.get("shares") or {}
    percents = _percents([parts.get(name, 0.0) for name in SHARES])
    shown = [(name, percent) for name, percent in zip(SHARES, percents, strict=True) if percent > 0]
    if not shown:
        return ""
    bar = "".join(f'<i class="{name}" style="width:{percent}%"></i>' for name, percent in shown)
    told = "".join(
        f'<li><i class="{name}" aria-hidden="true"></i>{esc(say(f"share_{name}"))} <b>{percent}%</b></li>'
        for name, percent in shown
    )
    return (
        f'<div class="shares"><div class="share-bar" aria-hidden="true">{bar}</div>'
        f'<ul aria-label="{esc(say("share_title"))}">{told}</ul></div>'
    )


def _percents(shares: Sequence[float]) -> list[int]:
    """Whole percents that sum to 100: the largest remainders are rounded up."""
    total = sum(shares)
    if total <= 0:
        return [0] * len(shares)
    exact = [100 * share / total for share in shares]
    left = 100 - sum(int(value) for value in exact)
    up = sorted(range(len(exact)), key=lambda i: int(exact[i]) - exact[i])[:left]
    return [int(value) + (i in up) for i, value in enumerate(exact)]


def _heat(product: Product, sight: Sight | None, say: Say) -> str:
    """Drawn only when it is asked for: it takes two more looks at the pictures."""
    if sight is None:
        return ""
    asked = {"photo": sight.photo.key, "part": _part(sight), "product": product.id}
    pictures = "".join(
        f'<figure><img loading="lazy" src="heat?{esc(urlencode(asked | {"side": side}))}" '
        f'alt="{esc(say(f"heat_{side}"))}">'
        f"<figcaption>{esc(say(caption))}</figcaption></figure>"
        for side, caption in (("photo", "heat_yours"), ("product", "heat_theirs"))
    )
    summary = f"<summary>{esc(say('heat'))}</summary>"
    return f'<details class="heat" id="heat">{summary}<div class="pair">{pictures}</div></details>'


def _part(sight: Sight) -> str:
    return "whole" if sight.box is None else sight.photo.area(sight.box)


def _description(product: Product, asked: str, hit: Hit | None, say: Say) -> str:
    own = product.description_zh if say.language == "zh" else ""
    text = own or product.description
    return f'<p class="description">{cards.told_html(text, asked, hit, say)}</p>' if text else ""


def facts_of(product: Product, say: Say) -> list[tuple[str, str]]:
    """(name, value) of everything that the catalogue says beside title, price and pictures."""
    rows = [
        (say(f"filter_{name}"), say.word(str(getattr(product, name)))) for name in _FIELDS if getattr(product, name)
    ]
    rows += [(name.replace("_", " ").capitalize(), str(value)) for name, value in product.attributes.items() if value]
    if product.barcode:
        rows.append((say("attribute_barcode"), product.barcode))
    return [*rows, (say("attribute_id"), product.id)]


def _details(product: Product, seen: Seen, say: Say) -> str:
    facts = [*facts_of(product, say), *_seen_facts(seen, say)]
    rows = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in facts)
    return f'<section><h3>{esc(say("details"))}</h3><dl class="details">{rows}</dl></section>'


def _seen_facts(seen: Seen, say: Say) -> list[tuple[str, str]]:
    """What the record does not say and the pictures show, with how sure that is."""
    best = [(name, *seen.best(name)) for name in _FIELDS]
    return [
        (say(f"filter_{name}"), say("seen_fact", value=say.word(label), n=min(99, round(100 * sure))))
        for name, label, sure in best
        if label and sure >= SAY
    ]


# ---------------------------------------------------------------------- comparing


def tray_html(engine: SearchEngine, state: State, say: Say) -> str:
    """The bar at the foot of the page with what was picked for comparison."""
    products = picked(engine, state)
    if not products:
        return ""
    chips = "".join(
        picture_button(
            say("compare_remove", title=name_of(p, say)),
            thumbnail_url(p.pictures[0] if p.pictures else ""),
            {"data-toggle": "compare", "data-value": p.id},
            "picked",
        )
        for p in products
    )
    more = len(products) > 1
    hint = "" if more else f"<span>{esc(say('compare_one'))}</span>"
    told = f'id="compare-open" {sets(view="compare")}' + ("" if more else " disabled")
    return (
        f'<div class="tray">{chips}{hint}{button(say("compare_n", n=len(products)), told, "pill primary")}'
        f"{button(say('compare_clear'), sets(compare=[]), 'link-button')}</div>"
    )


def comparison_html(engine: SearchEngine, state: State, say: Say) -> str:
    """The inside of the comparison dialog; an empty string when it is closed."""
    if state.view != "compare":
        return ""
    products = picked(engine, state)
    close = button(say("close"), sets(view=""), "icon-button close", "close", hide_label=True)
    head = f'<div class="panel-head"><h2 id="comparison-title">{esc(say("compare_title"))}</h2>{close}</div>'
    if not products:
        return head + notice(say("compare_one"))
    return f'{head}<div class="panel-body">{_table(products, state, say)}</div>'


def _table(products: Sequence[Product], state: State, say: Say) -> str:
    heads = "".join(_column_head(product, state, say) for product in products)
    rows = [(say("field_price"), [cards.price_html(p, say) for p in products])]
    rows.append((say("filter_rating"), [cards.rating_html(p, say) for p in products]))
    rows.append((say("field_stock"), [cards.stock_html(p, say) for p in products]))
    facts = [dict(facts_of(product, say)) for product in products]
    names = dict.fromkeys(name for fact in facts for name in fact)
    rows += [(name, [esc(fact.get(name, "")) for fact in facts]) for name in names]
    body = "".join(
        f'<tr class="{"" if len(set(cells)) == 1 else "differs"}"><th scope="row">{esc(name)}</th>'
        + "".join(f"<td>{cell or '–'}</td>" for cell in cells)
        + "</tr>"
        for name, cells in rows
        if any(cells)
    )
    return (
        f'<div class="table-scroll" tabindex="0" role="group" aria-label="{esc(say("compare_title"))}">'
        '<table class="comparison">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _column_head(product: Product, state: State, say: Say) -> str:
    title = name_of(product, say)
    source = thumbnail_url(product.pictures[0] if product.pictures else "")
    image = f'<img src="{source}" alt="" width="160" height="160">' if source else ""
    opens = f'href="{esc(cards.open_link(state, product.id))}" {sets(product=product.id, view="")}'
    remove = button(
        say("compare_remove", title=title),
        attributes({"data-toggle": "compare", "data-value": product.id}),
        "icon-button",
        "close",
        hide_label=True,
    )
    return f'<th scope="col"><a {opens}>{image}<span>{esc(title)}</span></a>{remove}</th>'


def picked(engine: SearchEngine, state: State) -> list[Product]:
    """The products picked for comparison that this catalogue has."""
    products = []
    for product_id in state.compare:
        try:
            products.append(engine.product(product_id))
        except VisearchError:
            continue
    return products
