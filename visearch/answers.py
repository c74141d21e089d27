"""Answers as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visearch.types import Hit, SearchResult, Term


def hit_to_json(hit: Hit, image: Callable[[str], str] = lambda sha: sha) -> dict[str, Any]:
    """The JSON of one hit; `image` turns a picture's sha256 into what the reader can open."""
    product = hit.product
    fields = ("title", "brand", "category", "subcategory", "color", "price", "list_price", "currency", "discount")
    document: dict[str, Any] = {"id": product.id, **{name: getattr(product, name) for name in fields}}
    document |= {"rating": product.rating, "reviews": product.reviews, "stock": product.stock, "url": product.url}
    document |= {"score": round(hit.score, 6), "match": round(hit.match, 1), "close": hit.close}
    return document | {"image": image(hit.picture) if hit.picture else "", "why": dict(hit.why)}


def result_to_json(result: SearchResult, image: Callable[[str], str] = lambda sha: sha) -> dict[str, Any]:
    """The document that `search --json` prints and `/search` answers."""
    return {
        "hits": [hit_to_json(hit, image) for hit in result.hits],
        "timings_ms": {name: round(value, 2) for name, value in result.timings_ms.items()},
        "model": result.model_id,
        "index": result.index_id,
        "notes": list(result.notes),
        "total": result.total,
        "close": result.close,
        "understood": [_term_to_json(term) for term in result.understood],
    }


def _term_to_json(term: Term) -> dict[str, Any]:
    return {"key": term.key, "field": term.field, "said": term.said, "values": list(term.values)}
