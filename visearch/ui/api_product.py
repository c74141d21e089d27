"""The public HTTP function for one product: all that is known of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.errors import QueryError
from visearch.types import Product
from visearch.ui.api_types import Code, MaybeProductId
from visearch.ui.markup import thumbnail_url
from visearch.ui.posted import read_text

if TYPE_CHECKING:
    from visearch.live import LiveEngine
    from visearch.ui.asking import Ask


def add(live: LiveEngine, ask: Ask) -> None:
    """Adds it to the Blocks that are being built."""

    def product(product_id: MaybeProductId = "", barcode: Code = "") -> dict[str, Any]:
        """All that is known of one product, by its id or its barcode: record, price, stock, shop page, pictures.

        Args:
            product_id: The id of a hit of another call. Give this or barcode.
            barcode: EAN-13, EAN-8, UPC-A or UPC-E in digits; spaces and hyphens do not matter.

        Returns:
            {"product": {"id", "title", "description", "category", "brand", "color", "price", "currency", "stock",
            "barcode", "url", "attributes", "pictures": [address], ...}, "seen": {"color": [{"label", "sure" (0-1)}],
            ...}, "same_code": [ids of other products with this barcode]}. "seen" is what the pictures show of what the
            record leaves empty.
        """
        return ask.at_once(lambda: _product(live, product_id, barcode))

    gr.api(product, api_name="product")


def _product(live: LiveEngine, product_id: Any, barcode: Any) -> dict[str, Any]:
    wanted, code = read_text(product_id, "product_id").strip(), read_text(barcode, "barcode").strip()
    engine = live.engine()
    if wanted:
        found: tuple[Product, ...] = (engine.product(wanted),)
    elif code:
        found = engine.by_code(code)
    else:
        raise QueryError("There is neither an id nor a barcode.", "Send product_id or barcode.")
    if not found:
        raise QueryError(
            f"No product of this catalogue has the barcode {code!r:.60}.", "Search by words or by a photo instead."
        )
    first = found[0]
    seen = engine.seen_of(first.id).to_dict()
    return {
        "product": record_of(first),
        "seen": {name: [{"label": label, "sure": sure} for label, sure in labels] for name, labels in seen.items()},
        "same_code": [other.id for other in found[1:]],
    }


def record_of(product: Product) -> dict[str, Any]:
    """A product as JSON. Where its pictures lie is the server's own business: `pictures` are thumbnails' addresses."""
    record = asdict(product)
    del record["image"]
    return {
        **record,
        "attributes": dict(product.attributes),
        "pictures": [thumbnail_url(sha) for sha in product.pictures],
    }
