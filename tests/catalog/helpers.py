"""Small catalogues on disk."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.toy import picture_bytes
from visearch.catalog import Catalog, CatalogItem, open_catalog
from visearch.config import Settings

SETTINGS = Settings()
PNG = picture_bytes((200, 30, 30))


def write_pictures(folder: Path, names: Iterable[str]) -> None:
    """One picture a name, each of another colour."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture_bytes((number * 40 % 256, 90, 120)))


def write_csv(path: Path, rows: list[Mapping[str, Any]], delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_json_lines(path: Path, rows: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_shop(folder: Path, rows: list[Mapping[str, Any]] | None = None) -> Path:
    """A folder with products.csv and the pictures a.png, b.png and c.png."""
    write_pictures(folder, ["a.png", "b.png", "c.png"])
    write_csv(
        folder / "products.csv",
        rows or [{"id": name, "title": f"Mug {name}", "image": f"{name}.png"} for name in "abc"],
    )
    return folder


def opened(name: str | Path, **options: Any) -> Catalog:
    return open_catalog(str(name), options.pop("settings", SETTINGS), **options)


def items_of(name: str | Path, **options: Any) -> list[CatalogItem]:
    return list(opened(name, **options))


def ids_of(name: str | Path, **options: Any) -> list[str]:
    return [item.product.id for item in items_of(name, **options)]
