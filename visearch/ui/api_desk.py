"""The public HTTP functions of the room Desk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.barcode import Code, read_codes
from visearch.errors import PictureError, QueryError, VisearchError
from visearch.shop.identify import identify as identified
from visearch.shop.identify_json import identified_to_json
from visearch.shop.shelf import read_shelf
from visearch.shop.shelf_picture import shelf_to_json
from visearch.shop.supplier import Checker
from visearch.shop.supplier_work import Delivery, delivery_to_json
from visearch.types import Product
from visearch.ui.asking import SHARED, Ask
from visearch.ui.markup import thumbnail_url
from visearch.ui.posted import read_count, read_picture, read_text

if TYPE_CHECKING:
    from PIL import Image

    from visearch.live import LiveEngine

MOST_CANDIDATES = 10
MOST_ITEMS = 8
MOST_TOLD = 400
_TOLD = ("id", "title", "category", "subcategory", "color", "currency", "barcode")


def add(live: LiveEngine, ask: Ask) -> None:
    """Adds them to the Blocks that are being built."""

    def identify(image: str = "", k: int = 5, request: gr.Request | None = None) -> dict[str, Any]:
        """Which product a customer's photo shows, and how sure that is; a barcode in it is read.

        Args:
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...).
            k: How many candidates, 1 to 10.

        Returns:
            {"verdict": "code" | "sure" | "choose" | "absent", "none": the chance that it is no product of the
            catalogue, "code", "box", "candidates": [{"id", "title", "chance", "attributes", ...}], "support"}: chances
            are calibrated, and with "none" they sum to at most 1.
        """
        return ask(lambda: (_photo(image), _few(k)), lambda given: _identify(live, *given), request)

    def shelf(image: str = "", request: gr.Request | None = None) -> dict[str, Any]:
        """Every thing on a photo of a shelf or a room, which product it is, how many of each, and what is not ours.

        Args:
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...).

        Returns:
            {"things": [{"number", "box", "product", "chance", "nearest"}], "products": [{"id", "title", "count",
            "numbers", "price", "currency", "stock"}], "not_ours"}: boxes in pixels of the upright photo, "product" is
            null for what is not ours.
        """
        return ask(lambda: _photo(image), lambda picture: _shelf(live, picture), request)

    def supplier(items: list[dict[str, Any]] | None = None, request: gr.Request | None = None) -> dict[str, Any]:
        """Checks a supplier's items against the catalogue, which is not changed.

        Args:
            items: At most 8 of {"image", "id", "title", "category", "subcategory", "color", "price", "currency",
                "barcode"}; only the image is needed, an https address or a base64 data URI.

        Returns:
            {"items": [{"id", "title", "finding": "same" | "variant" | "new", "clean", "copies": [{"id", "title",
            "kind", "chance"}], "seen", "conflicts": [{"field", "said", "found"}], "flaws", "problem"}]}.
        """
        return ask(lambda: _items(items), lambda given: _supplier(live, given), request)

    gr.api(identify, api_name="identify", **SHARED)
    gr.api(shelf, api_name="shelf", **SHARED)
    gr.api(supplier, api_name="supplier", **SHARED)


def _photo(image: Any) -> Image.Image:
    if image in (None, ""):
        raise PictureError("There is no photo.", "Send an https address or a base64 data URI as image.")
    return read_picture(image)


def _few(k: Any) -> int:
    count = read_count(k)
    if not 1 <= count <= MOST_CANDIDATES:
        raise QueryError(f"k is {count}; it must be between 1 and {MOST_CANDIDATES}.", "Send for example 5.")
    return count


def _identify(live: LiveEngine, picture: Image.Image, k: int) -> dict[str, Any]:
    engine = live.engine()
    found = identified(engine, picture, live.detector().detect(picture), _codes(picture), k)
    return identified_to_json(engine, found, thumbnail_url)


def _shelf(live: LiveEngine, picture: Image.Image) -> dict[str, Any]:
    return shelf_to_json(read_shelf(live.engine(), picture, live.detector()))


def _items(items: Any) -> list[tuple[Product, Image.Image]]:
    """Whatever was sent as items. Raises QueryError, and PictureError for an image that cannot be had."""
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS or not all(isinstance(i, dict) for i in items):
        raise QueryError(
            f"items must be a list of 1 to {MOST_ITEMS} objects.",
            'Send for example [{"id": "S-1", "image": "https://…"}].',
        )
    return [(_record(item, number), _photo(item.get("image"))) for number, item in enumerate(items, 1)]


def _record(item: dict[str, Any], number: int) -> Product:
    told = {name: read_text(item.get(name, ""), name)[:MOST_TOLD] for name in _TOLD}
    price = item.get("price")
    if price is not None and (isinstance(price, bool) or not isinstance(price, (int, float)) or not 0 <= price < 1e9):
        raise QueryError(f"price is {price!r:.60}; it must be a number.", "Leave it out or send for example 18.5.")
    record = Product(told["id"] or f"{number}", price=None if price is None else float(price))
    return replace(record, **{name: text for name, text in told.items() if name != "id"})  # type: ignore[arg-type]


def _supplier(live: LiveEngine, items: list[tuple[Product, Image.Image]]) -> dict[str, Any]:
    checker = Checker(live.engine(), live.detector())
    return delivery_to_json(Delivery(items=tuple(checker.check(record, picture) for record, picture in items)))


def _codes(picture: Image.Image) -> tuple[Code, ...]:
    try:
        return read_codes(picture)
    except VisearchError:
        # Without the reader the photo is still looked at.
        return ()
