"""Catalogues on disk: a folder with products.csv, a folder of pictures, a table file, and the sample."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from visearch.catalog.base import CatalogInfo
from visearch.catalog.fetch import Fetcher
from visearch.catalog.mapping import IMAGE, TEXT
from visearch.catalog.pictures import ENDINGS, PICTURE_ROW_COLUMNS, picture_row
from visearch.catalog.reading import TableCatalog, source_of
from visearch.catalog.tables import READERS, Table, csv_table, open_table, stream
from visearch.errors import CatalogError

SAMPLE_DIR = Path(__file__).resolve().parents[2] / "data" / "sample"
PRODUCTS = "products.csv"
QUERIES = "queries.csv"

_LICENCE = re.compile(r"licen[cs]e(?: stated there)?\s*:\s*((?:[^.,;\n]|\.(?=\w))+)", re.IGNORECASE)


def open_sample(limit: int | None = None, mapping: Mapping[str, str] | None = None) -> TableCatalog:
    """The catalogue that comes with the project: 480 rendered products, CC0, with queries.

    Raises CatalogError when data/sample is missing, as in an installation without the repository.
    """
    if not (SAMPLE_DIR / PRODUCTS).is_file():
        raise CatalogError(
            f"The sample catalogue is missing: there is no {SAMPLE_DIR / PRODUCTS}.",
            "Run from a clone of the repository, or name a catalogue of your own.",
        )
    # Plain, because importing `datasets` takes longer than the rest of the first page's start.
    table = csv_table(SAMPLE_DIR / PRODUCTS, plain=True)
    info = CatalogInfo("sample", "Sample catalogue (rendered)", "CC0-1.0", str(SAMPLE_DIR), total=_total(table, limit))
    source = source_of(table, "The sample catalogue", mapping, SAMPLE_DIR)
    return TableCatalog(info, [source], limit, fetcher=None, queries_file=SAMPLE_DIR / QUERIES)


def open_folder(
    name: str,
    folder: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    limit: int | None = None,
    offline: bool = False,
) -> TableCatalog:
    """A folder with products.csv, or else a folder of pictures. Raises CatalogError when it is neither."""
    if (folder / PRODUCTS).is_file():
        return open_file(name, folder / PRODUCTS, mapping=mapping, limit=limit, offline=offline)
    metadata = sorted(path for suffix in READERS for path in folder.rglob(f"metadata{suffix}"))
    if metadata:
        return _open_tables(name, folder, metadata, mapping, limit, offline)
    tables = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in READERS)
    if tables:
        others = [table for table in tables if table not in (QUERIES, "boxes.csv")]
        hint = f", or open the file itself: {folder / others[0]}" if others else ""
        raise CatalogError(
            f"The folder {folder} has {', '.join(tables[:5])} but no {PRODUCTS}.",
            f"Name the table of the products {PRODUCTS}{hint}.",
        )
    return _open_pictures(name, folder, limit)


def open_file(
    name: str,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    limit: int | None = None,
    offline: bool = False,
) -> TableCatalog:
    """A .csv, .tsv, .jsonl, .ndjson or .parquet file; queries.csv beside a products.csv belongs to it."""
    folder = path.parent
    table = open_table(path)
    queries = folder / QUERIES if path.name == PRODUCTS else None
    title = folder.resolve().name if path.stem == Path(PRODUCTS).stem else path.stem
    return TableCatalog(
        CatalogInfo(name, title, _licence(folder), str(path.resolve()), total=_total(table, limit)),
        [source_of(table, f"The catalogue {path}", mapping, folder)],
        limit,
        fetcher=None if offline else Fetcher(),
        queries_file=queries,
    )


def _open_tables(
    name: str,
    folder: Path,
    paths: list[Path],
    mapping: Mapping[str, str] | None,
    limit: int | None,
    offline: bool,
) -> TableCatalog:
    sources = [source_of(open_table(path), f"The table {path}", mapping, path.parent) for path in paths]
    totals = [source.table.total for source in sources]
    known = None if None in totals else min(sum(total or 0 for total in totals), limit or 1 << 60)
    info = CatalogInfo(name, folder.resolve().name, _licence(folder), str(folder.resolve()), total=known)
    return TableCatalog(info, sources, limit, "stem", fetcher=None if offline else Fetcher())


def _open_pictures(name: str, folder: Path, limit: int | None) -> TableCatalog:
    paths = picture_files(folder)
    if not paths:
        raise CatalogError(
            f"The folder {folder} holds no catalogue: neither a {PRODUCTS} nor pictures.",
            "Put a products.csv with the columns id, title and image there, or pictures in folders that are "
            "named after their category.",
        )

    def read() -> Iterator[tuple[str, Mapping[str, Any] | str]]:
        found = stream("imagefolder", paths, drop_labels=True, drop_metadata=True)
        for cells in found:
            path = PurePosixPath(Path(cells["image"]["path"]).relative_to(folder.resolve()).as_posix())
            yield str(path), picture_row(path, str(path))

    kinds = {"image": IMAGE, **dict.fromkeys(PICTURE_ROW_COLUMNS, TEXT)}
    table = Table(kinds, read, total=len(paths))
    info = CatalogInfo(name, folder.resolve().name, _licence(folder), str(folder.resolve()), total=_total(table, limit))
    return TableCatalog(info, [source_of(table, name, None, folder)], limit, fetcher=None)


def picture_files(folder: Path) -> list[Path]:
    """All picture files below a folder by name, without hidden ones."""
    found = []
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(base, name) for name in files if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS
        ]
    return sorted(found)


def _total(table: Table, limit: int | None) -> int | None:
    if table.total is None or limit is None:
        return table.total
    return min(table.total, limit)


def _licence(folder: Path) -> str:
    """What "Licence: ..." in the folder's SOURCE.md or README.md says, or ""."""
    for name in ("SOURCE.md", "README.md"):
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        found = _LICENCE.search(text)
        if found:
            return " ".join(found.group(1).replace('"', "").split())[:100]
    return ""
