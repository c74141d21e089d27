"""The public HTTP functions: typed, documented, and the only endpoints that are not private."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import gradio as gr

from visearch.engine import result_to_json
from visearch.errors import PictureError
from visearch.status import short_name
from visearch.types import Query, SearchResult
from visearch.ui import api_boards, api_desk, api_discover, api_product
from visearch.ui.api_types import Area, Count, MaybePhoto, Photo, ProductId, Wanted, Words
from visearch.ui.asking import SHARED, Ask
from visearch.ui.markup import thumbnail_url
from visearch.ui.posted import read_box, read_count, read_filters, read_picture, read_text
from visearch.ui.trust.visitors import Visitors

if TYPE_CHECKING:
    from PIL import Image

    from visearch.live import LiveEngine


def add_api(live: LiveEngine, visitors: Visitors) -> None:
    """Adds `/search`, `/detect`, `/similar`, `/product`, `/catalog` and the rooms' to the Blocks being built."""

    ask = Ask(live, visitors)

    def search(
        text: Words = "",
        image: MaybePhoto = None,
        box: Area = None,
        k: Count = 10,
        filters: Wanted = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Finds products of this shop that mean what some words say, look like a photo, or both; best first. Hits with
        "close": false are only the nearest that there are.

        Args:
            text: Words in English or Chinese; "red leather handbag under 200, not black" limits price and colour, too.
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...), at most 25 MB.
            box: Cuts the photo first: [x0, y0, x1, y1] in pixels of the upright photo, or a box of detect as it is.
            k: How many products, 1 to 500.
            filters: Field to value: {"category": ["Mugs"], "price": {"min": 5, "max": 20}, "in_stock": true}. The
                fields and values that there are come from catalog.

        Returns:
            {"hits": [{"id", "title", "price", "score", "match" (0-100), "close", "image" (address), "url", "why",
            ...}], "total", "close", "notes", "timings_ms", "model", "index", "understood": [{"key", "field", "said",
            "values"}]}: what was read from the words.
        """
        return ask(lambda: _query(text, image, box, k, filters), lambda query: _search(live, query), request)

    def detect(image: Photo = "", request: gr.Request | None = None) -> dict[str, Any]:
        """Finds the things in a photo that can be searched for, the likeliest first: at most eight boxes.

        Args:
            image: A photo as an https address or as a base64 data URI (data:image/jpeg;base64,...), at most 25 MB.

        Returns:
            {"boxes": [{"x0", "y0", "x1", "y1", "label", "score"}], "detector", "timings_ms"}, in pixels of the upright
            photo; a box goes into search as it is.
        """
        return ask(lambda: _photo(image), lambda picture: _detect(live, picture), request)

    def similar(
        product_id: ProductId = "",
        k: Count = 10,
        filters: Wanted = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Finds products that look like one of the catalogue, without itself; best first.

        Args:
            product_id: The id of a hit of another call.
            k: How many products, 1 to 500.
            filters: As in search.

        Returns:
            What search returns.
        """
        return ask(lambda: None, lambda _: _similar(live, product_id, k, filters), request)

    def catalog() -> dict[str, Any]:
        """Tells what this shop sells and what can be filtered: its categories, colours, brands, prices, and the model.

        Returns:
            {"name", "title", "licence", "products": number, "facets": {field: {value: number of products}}, "ranges":
            {field: {"min", "max"}}, "currency", "model", "detector", "reason"}.
        """
        return ask.at_once(lambda: _catalog(live))

    gr.api(search, api_name="search", **SHARED)
    gr.api(detect, api_name="detect", **SHARED)
    gr.api(similar, api_name="similar", **SHARED)
    gr.api(catalog, api_name="catalog")
    for room in (api_product, api_discover, api_boards, api_desk):
        room.add(live, ask)


def _query(text: Any, image: Any, box: Any, k: Any, filters: Any) -> Query:
    # What is cheap to refuse comes before a picture is fetched.
    words, area, most, limits = read_text(text, "text"), read_box(box), read_count(k), read_filters(filters)
    picture = None if image in (None, "") else read_picture(image)
    return Query(words, picture, area, k=most, filters=limits)


def _search(live: LiveEngine, query: Query) -> dict[str, Any]:
    return document_of(live, live.engine().search(query))


def document_of(live: LiveEngine, found: SearchResult) -> dict[str, Any]:
    """The command line's document, without where on this machine the catalogue lies."""
    document, catalog = result_to_json(found, image=thumbnail_url), live.engine().opened.manifest.catalog["id"]
    return {**document, "index": document["index"].replace(catalog, short_name(catalog))}


def _photo(image: Any) -> Image.Image:
    if image in (None, ""):
        raise PictureError("There is no photo.", "Send an https address or a base64 data URI as image.")
    return read_picture(image)


def _detect(live: LiveEngine, picture: Image.Image) -> dict[str, Any]:
    detector = live.detector()
    started = time.perf_counter()
    boxes = detector.detect(picture)
    spent = (time.perf_counter() - started) * 1000
    return {
        "boxes": [asdict(box) for box in boxes],
        "detector": detector.info.name,
        "timings_ms": {"detect": round(spent, 2)},
    }


def _similar(live: LiveEngine, product_id: Any, k: Any, filters: Any) -> dict[str, Any]:
    found = live.engine().similar(read_text(product_id, "product_id"), read_count(k), read_filters(filters))
    return document_of(live, found)


def _catalog(live: LiveEngine) -> dict[str, Any]:
    engine = live.engine()
    model, info, facets = engine.model, engine.opened.manifest.catalog, engine.facets()
    return {
        "name": short_name(info["id"]),
        "title": info["title"],
        "licence": info.get("licence", ""),
        "products": len(engine.opened.products),
        "facets": {name: dict(values) for name, values in facets.values.items()},
        "ranges": {name: {"min": low, "max": high} for name, (low, high) in facets.ranges.items()},
        "currency": facets.currency,
        "model": {"name": model.name, "licence": model.licence, "languages": list(model.languages)},
        "detector": live.detector().info.name,
        "reason": live.status().reason,
    }
