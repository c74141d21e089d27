"""Tables that may lie beside a catalogue's products: reviews, support texts, campaigns, scenes with boxes."""

from __future__ import annotations

from pathlib import Path

from visearch.catalog import local_path

REVIEWS = "reviews.csv"
"""product_id, rating (1 to 5), text, date (ISO), language ("en", "zh", ...)."""
SUPPORT = "support.csv"
"""category, subcategory (empty for all of the category), text, text_zh: what customer service says of a kind."""
CAMPAIGNS = "campaigns.csv"
"""name, name_zh, start, end (ISO dates, both included), slots (places in one list), product_ids (joined by |)."""
SCENES = "scenes/boxes.csv"
"""image, product_id, x0, y0, x1, y1: which products stand together in one picture."""
TABLES = (REVIEWS, SUPPORT, CAMPAIGNS)
QUERIES = "queries.csv"
"""query_image, query_text, relevant_ids (joined by |): what `evaluate` asks."""
ALL = (*TABLES, SCENES, QUERIES)
"""What travels with an index to a vector server."""


def beside(catalog: str, name: str) -> Path | None:
    """The file `name` beside the products of the catalogue that is named so, or None: a hub data set has none."""
    found = local_path(catalog)
    if found is None:
        return None
    path = (found if found.is_dir() else found.parent) / name
    return path if path.is_file() else None
