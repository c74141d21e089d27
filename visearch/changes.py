"""What is in an index after a change, and what is said of what was left out on the way."""

from __future__ import annotations

from visearch.catalog.base import Report, Skipped
from visearch.errors import CatalogError, StoreError
from visearch.generation import Content
from visearch.models.base import ModelInfo
from visearch.store import OpenIndex
from visearch.types import Product


def changed(opened: OpenIndex, model: ModelInfo, products: list[Product], skipped: Report) -> Content:
    """The content of an index that was `opened`, with these products; it keeps what it knows about its catalogue."""
    manifest = opened.manifest
    before = Report(manifest.skipped, [Skipped(**entry) for entry in manifest.skipped_first])
    catalog = {**manifest.catalog, "total": len(products)}
    return Content(catalog, model, products, manifest.limit, joined(before, skipped))


def without(opened: OpenIndex, gone: set[str]) -> list[Product]:
    """The products that are left. Raises StoreError when one of `gone` is not there, or nothing would be left."""
    catalog_id = opened.manifest.catalog["id"]
    unknown = sorted(gone - {product.id for product in opened.products})
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise StoreError(
            f"The index of {catalog_id!r} has no product {', '.join(map(repr, unknown[:5]))}{more}; nothing was "
            "removed.",
            "Give ids of products that are in the index.",
        )
    kept = [product for product in opened.products if product.id not in gone]
    if not kept:
        raise StoreError(
            f"That would remove all {len(opened.products)} products of {catalog_id!r}; nothing was removed.",
            "Leave at least one product, or index another catalogue.",
        )
    return kept


def joined(first: Report, second: Report) -> Report:
    """One report after the other, of which the first 100 reasons are kept."""
    return Report(
        first.count + second.count,
        (first.first + second.first)[:100],
        first.repaired + second.repaired,
        (first.repairs + second.repairs)[:100],
    )


def nothing(what: str, skipped: Report) -> CatalogError:
    """What to say when no product of `what` can be used."""
    reasons = "; ".join(f"{entry.row}: {entry.reason}" for entry in skipped.first[:3])
    if not skipped.count:
        return CatalogError(f"There is no product in {what}.", "Check that it has rows.")
    return CatalogError(
        f"No product in {what} can be used: {skipped.count} rows or pictures were left out. First: {reasons}",
        "Check that the picture column names pictures that can be read.",
    )
