"""Small products: a picture and a title that open the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from visearch.types import Product
from visearch.ui.cards import name_of
from visearch.ui.markup import esc, thumbnail_url
from visearch.ui.texts import Say


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
