"""What a catalogue says of a product, as texts for an encoder of sentences."""

from __future__ import annotations

from visearch.text.chinese import chinese_of
from visearch.types import Product

MOST_DESCRIPTION = 300
"""Characters of a description: its first sentences say what the thing is, the rest how to wash it."""

_LABELS = ("color", "material", "pattern")


def name_passage(product: Product) -> str:
    """Title, colour, material, pattern, kind and brand in the catalogue's main language; "" when it says nothing."""
    kind = product.subcategory or product.category
    said = [product.title, *(getattr(product, label) for label in _LABELS), kind, product.brand]
    return ", ".join(part for part in said if part)


def chinese_passage(product: Product) -> str:
    """The Chinese title with what is known of it in Chinese; "" where there is no Chinese title."""
    if not product.title_zh:
        return ""
    kind = product.subcategory or product.category
    said = [chinese_of(str(getattr(product, label))) for label in _LABELS]
    return " ".join(part for part in (product.title_zh, *said, chinese_of(kind)) if part)


def description_passage(product: Product) -> str:
    """The beginning of the description, in whatever language there is one."""
    return (product.description or product.description_zh)[:MOST_DESCRIPTION]
