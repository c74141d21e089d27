"""Writes the catalogue's tables for whatever has been rendered so far."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from data.studio.queries import answers, text_queries
from data.studio.scenes_list import boxes_file
from data.studio.table import Variant, by_id

PRODUCT_COLUMNS = (
    "id", "title", "description", "category", "subcategory", "brand", "color", "material", "pattern", "price",
    "currency", "rating", "reviews", "stock", "discount", "barcode", "title_zh", "description_zh", "image",
)  # fmt: skip
FAMILY_COLUMNS = ("product_id", "family", "twin", "differs", "brand_mark")
QUERY_COLUMNS = ("query_image", "query_text", "relevant_ids", "kind")
BOX_COLUMNS = ("image", "width", "height", "label", "product_id", "x0", "y0", "x1", "y1")
SCENE_SIZE = (640, 512)


def rendered(out: Path) -> list[Variant]:
    """The products that have a picture, kind by kind."""
    return [variant for variant in by_id().values() if (out / variant.image).exists()]


def product_row(variant: Variant) -> dict[str, Any]:
    """One line of products.csv."""
    texts = {name: getattr(variant, name) for name in PRODUCT_COLUMNS if hasattr(variant, name)}
    price = f"{variant.shop['price']:.2f}"
    return {**texts, **variant.facets, **variant.shop, "price": price, "currency": "USD"}


def family_row(variant: Variant) -> dict[str, Any]:
    """One line of families.csv."""
    twin = {"twin": variant.twin.of, "differs": variant.twin.differs} if variant.twin else {"twin": "", "differs": ""}
    mark = "yes" if variant.mark else ""
    return {"product_id": variant.id, "family": variant.family, **twin, "brand_mark": mark}


def query_rows(out: Path, variants: list[Variant]) -> list[dict[str, str]]:
    """Photos first, by file name; then the texts that some product answers."""
    shot = sorted((variant.photo, variant.id) for variant in variants if (out / variant.photo).exists())
    rows = [
        {"query_image": photo, "query_text": "", "relevant_ids": name, "kind": "photo"} for photo, name in shot
    ]  # fmt: skip
    for query in text_queries():
        found = answers(query, variants)
        if found:
            rows.append(
                {"query_image": "", "query_text": query.text, "relevant_ids": "|".join(found), "kind": query.kind}
            )
    return rows


def box_rows(out: Path) -> list[dict[str, Any]]:
    """The boxes of every rendered scene: those read in this run, else those already in boxes.csv."""
    known = _known_boxes(out / "scenes" / "boxes.csv")
    rows: list[dict[str, Any]] = []
    for picture in sorted((out / "scenes").glob("*.jpg")):
        fresh = boxes_file(picture.stem)
        rows += _fresh_boxes(picture.name, fresh) if fresh.exists() else known.get(f"scenes/{picture.name}", [])
    return rows


def _known_boxes(table: Path) -> dict[str, list[dict[str, Any]]]:
    known: dict[str, list[dict[str, Any]]] = {}
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known.setdefault(row["image"], []).append(row)
    return known


def _fresh_boxes(name: str, file: Path) -> list[dict[str, Any]]:
    width, height = SCENE_SIZE
    rows = []
    for box in json.loads(file.read_text()):
        corner = {key: box[key] for key in ("x0", "y0", "x1", "y1")}
        label = by_id()[box["product"]].subcategory
        size = {"image": f"scenes/{name}", "width": width, "height": height}
        rows.append({**size, "label": label, "product_id": box["product"], **corner})
    return rows


def write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A CSV file with line feeds; what is not a column is left out."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_tables(out: Path) -> dict[str, int]:
    """products.csv, families.csv, queries.csv and scenes/boxes.csv; returns how many rows each has.

    SOURCE.md and the texts that people wrote (reviews, support, campaigns) are left alone.
    """
    variants = rendered(out)
    (out / "scenes").mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[Iterable[str], list[Any]]] = {
        "products.csv": (PRODUCT_COLUMNS, [product_row(variant) for variant in variants]),
        "families.csv": (FAMILY_COLUMNS, [family_row(v) for v in variants if v.family or v.twin or v.mark]),
        "queries.csv": (QUERY_COLUMNS, query_rows(out, variants)),
        "scenes/boxes.csv": (BOX_COLUMNS, box_rows(out)),
    }
    for name, (columns, rows) in tables.items():
        write(out / name, columns, rows)
    return {name: len(rows) for name, (_, rows) in tables.items()}
