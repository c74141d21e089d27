"""Products as escaped HTML: what a catalogue says never becomes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from visearch.catalog.rows import reconcile
from visearch.types import Hit, Product
from visearch.ui import icons
from visearch.ui.texts import Say

SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "¥", "INR": "₹", "KRW": "₩", "CAD": "CA$", "AUD": "A$"
}  # fmt: skip
FEW = 5
"""From this stock downwards a card says how many are left."""
_EAGER = 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# gr.HTML reads templates: without these three a value stays inert whatever a template does with it.
_TEMPLATE = str.maketrans({"{": "&#123;", "$": "&#36;", "`": "&#96;"})


def esc(value: object) -> str:
    """Text for HTML content and attributes; also inert inside a gr.HTML template."""
    return html.escape(_CONTROL.sub(" ", str(value))).translate(_TEMPLATE)


def safe_url(url: str) -> str:
    """The address when it is plain http or https with a host, else an empty string."""
    try:
        parts = urlsplit(url.strip())
        return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def money(amount: float, currency: str) -> str:
    """`$1,899` or `18.50 SEK`: whole numbers without cents."""
    number = f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,.2f}"
    symbol = SYMBOLS.get(currency.upper())
    return f"{symbol}{number}" if symbol else f"{number} {currency}".strip()


def thumbnail_url(sha: str) -> str:
    """Relative, so that it also works behind a proxy's path."""
    return f"thumbs/{sha}.jpg" if sha else ""


def grid(hits: Sequence[Hit], say: Say, with_match: bool = True) -> str:
    """All hits as one list, or as two where some are below the floor."""
    close = [hit for hit in hits if hit.close]
    far = [hit for hit in hits if not hit.close]
    if not far:
        return _list(close, say, with_match)
    if not close:
        return _heading(say("not_close"), "apart strong") + _list(far, say, with_match)
    return _list(close, say, with_match) + _heading(say("less_close"), "apart") + _list(far, say, with_match)


def card(hit: Hit, say: Say, with_match: bool = True, eager: bool = False) -> str:
    """One product. Its title is the link to the shop, when there is one."""
    product = hit.product
    title = product.title or say("untitled", id=product.id)
    return (
        f'<li class="card{"" if hit.close else " far"}">{_picture(hit, title, say, eager)}'
        f'<div class="card-body">{_title(product, title, say)}{_price(product, say)}{_facts(product, say)}</div>'
        f'<div class="card-foot">{_match(hit, say) if with_match else "<span></span>"}'
        f"{_similar(product, title, say)}</div></li>"
    )


def skeleton(n: int = 12) -> str:
    """Grey cards of the same size while nothing is known yet."""
    inside = '<div class="pic"></div><div class="card-body"><i></i><i></i></div>'
    one = f'<li class="card skeleton">{inside}</li>'
    return f'<ul class="grid" aria-hidden="true">{one * n}</ul>'


def notice(title: str, hint: str = "") -> str:
    """A calm box where the results would be."""
    return f'<div class="notice">{icons.LENS}<h2>{esc(title)}</h2><p>{esc(hint)}</p></div>'


def status_line(main: str, more: str = "", button: str = "") -> str:
    """The line above the results. It keeps its shape, so that its text is changed in place and read out."""
    text = f"<h2><b>{esc(main)}</b> <span>{esc(more)}</span></h2>" if main else ""
    return f'<div role="status" aria-live="polite">{text}</div>{button}'


def alert(message: str, hint: str = "") -> str:
    """One sentence on what was wrong and one on what to do."""
    return f'<div class="alert" role="alert"><strong>{esc(message)}</strong> <span>{esc(hint)}</span></div>'


def _list(hits: Sequence[Hit], say: Say, with_match: bool) -> str:
    items = "".join(card(hit, say, with_match, i < _EAGER) for i, hit in enumerate(hits))
    return f'<ul class="grid" aria-label="{esc(say("products"))}">{items}</ul>'


def _heading(text: str, css: str) -> str:
    return f'<h2 class="{css}">{esc(text)}</h2>'


def _picture(hit: Hit, title: str, say: Say, eager: bool) -> str:
    badge = f'<span class="badge">{esc(_off(hit.product, say))}</span>' if _off(hit.product, say) else ""
    source = thumbnail_url(hit.picture)
    if not source:
        return f'<div class="pic none">{badge}<span>{esc(say("no_picture"))}</span></div>'
    loading = "eager" if eager else "lazy"
    return (
        f'<div class="pic" data-act="similar" data-id="{esc(hit.product.id)}">{badge}<img src="{esc(source)}" '
        f'alt="{esc(title)}" width="384" height="384" loading="{loading}" decoding="async"></div>'
    )


def _title(product: Product, title: str, say: Say) -> str:
    brand = f'<p class="brand">{esc(product.brand)}</p>' if product.brand else ""
    url = safe_url(product.url)
    if not url:
        return f"{brand}<h3>{esc(title)}</h3>"
    link = (
        f'<a href="{esc(url)}" target="_blank" rel="noopener noreferrer" '
        f'aria-label="{esc(say("to_shop", title=title))}">{esc(title)}</a>'
    )
    return f"{brand}<h3>{link}</h3>"


def list_price(product: Product) -> float | None:
    """The price before the discount: as the catalogue gives it, else worked out from price and discount."""
    return _prices(product)["list_price"]


def _prices(product: Product) -> dict[str, float | None]:
    return reconcile(product.price, product.list_price, product.discount)


def _price(product: Product, say: Say) -> str:
    if product.price is None:
        return ""
    before = list_price(product)
    struck = ""
    if before is not None:
        text = money(before, product.currency)
        struck = f' <s aria-label="{esc(say("list_price", price=text))}">{esc(text)}</s>'
    sale = " sale" if struck else ""
    return f'<p class="price{sale}"><b>{esc(money(product.price, product.currency))}</b>{struck}</p>'


def _off(product: Product, say: Say) -> str:
    off = _prices(product)["discount"]
    return say("discount", n=round(off)) if off and round(off) > 0 else ""


def _facts(product: Product, say: Say) -> str:
    facts = [_rating(product, say), _stock(product, say)]
    shown = "".join(fact for fact in facts if fact)
    return f'<p class="facts">{shown}</p>' if shown else ""


def _rating(product: Product, say: Say) -> str:
    if product.rating is None:
        return ""
    rating = min(5.0, max(0.0, product.rating))
    key = "rating" if product.reviews is None else "rating_by"
    label = say(key, rating=f"{rating:.1f}", n=product.reviews)
    count = "" if product.reviews is None else f"<small>({product.reviews:,})</small>"
    return (
        f'<span class="rating" role="img" aria-label="{esc(label)}"><span class="stars" '
        f'style="--filled:{rating * 20:.0f}%">★★★★★</span>{rating:.1f} {count}</span>'
    )


def _stock(product: Product, say: Say) -> str:
    if product.stock is None:
        return ""
    if product.stock <= 0:
        return f'<span class="stock out">{esc(say("stock_out"))}</span>'
    if product.stock <= FEW:
        return f'<span class="stock few">{esc(say("stock_few", n=product.stock))}</span>'
    return f'<span class="stock in">{esc(say("stock_in"))}</span>'


def _similar(product: Product, title: str, say: Say) -> str:
    # Narrow screens show the short word; the full sentence is what a screen reader says.
    return (
        f'<button type="button" class="more" data-act="similar" data-id="{esc(product.id)}" '
        f'aria-label="{esc(say("similar_to", title=title))}">{icons.SIMILAR}<span class="long">'
        f'{esc(say("similar"))}</span><span class="short">{esc(say("similar_short"))}</span></button>'
    )


def _match(hit: Hit, say: Say) -> str:
    shown = round(min(100.0, max(0.0, hit.match)))
    label = esc(say("match", n=shown))
    return (
        f'<span class="match" role="img" aria-label="{label}" title="{label}">'
        f'<b>{shown}</b><span class="bar"><i style="width:{shown}%"></i></span></span>'
    )
