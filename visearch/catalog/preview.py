"""A look at a catalogue before it is indexed: its first rows, what its columns are taken for, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from visearch.catalog import is_upload, local_path, open_catalog
from visearch.catalog.base import CatalogInfo, CatalogItem, Picture, Report
from visearch.catalog.fetch import Fetcher, is_url
from visearch.catalog.folder import PRODUCTS
from visearch.catalog.mapping import Mapped, find_columns
from visearch.catalog.pictures import PictureReader
from visearch.catalog.reading import Source, TableCatalog
from visearch.catalog.rows import RowReader
from visearch.catalog.settle import settle
from visearch.catalog.tables import READERS, csv_table, open_table
from visearch.catalog.values import line_of
from visearch.config import Settings
from visearch.errors import CatalogError, PictureError
from visearch.images import load_image, thumbnail

ROWS = 6
MOST_CHECKED = 20_000
"""Rows of a file that are checked; of a hub data set, which is read over the network, 50."""
_HUB_CHECKED = 50
THUMB_SIDE = 144
_FETCH_S = 6.0
_LONGEST = 300

_KINDS = (
    ("no_file", "there is no picture "),
    ("outside", "leads out of the catalogue's folder"),
    ("offline", "cannot be fetched while offline"),
    ("bad_price", "the price "),
    ("bad_price", "the list price "),
    ("twice", "was there already"),
    ("no_title", "no title"),
    ("no_id", "no id"),
    ("bad_value", "cannot be read"),
    ("no_picture", "no picture"),
)


@dataclass(frozen=True)
class Row:
    """One row as it is: its cells as text, a JPEG of its first picture or b"", and why it would be left out."""

    cells: Mapping[str, str]
    picture: bytes = b""
    reason: str = ""


@dataclass(frozen=True)
class Preview:
    """`columns` in order; `mapping` is field -> column ("image" may name several, joined by `|`).

    `checked` of `total` rows were looked at (`total` None when unknown), `usable` of them make a product; `faults`
    counts what is wrong by kind and `examples` holds (row, reason) of the first. `problem` says why it cannot be
    indexed like this, "" when it can.
    """

    info: CatalogInfo
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: tuple[Row, ...]
    total: int | None
    checked: int
    usable: int
    faults: Mapping[str, int]
    examples: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass
class _Counted(Report):
    """A report that also counts by kind."""

    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, row: str, reason: str) -> None:
        super().add(row, reason)
        self.kinds[_kind(reason)] += 1

    def repair(self, row: str, reason: str) -> None:
        super().repair(row, reason)
        self.kinds[_kind(reason)] += 1


def _kind(reason: str) -> str:
    return next((kind for kind, part in _KINDS if part in reason), "other")


def preview(name: str, settings: Settings, mapping: Mapping[str, str] | None = None) -> Preview:
    """Reads the first rows of the catalogue `name` with `mapping` in place of what is guessed.

    Pictures of an uploaded catalogue are put where its table names them. Raises CatalogError when it cannot be
    opened at all, or `mapping` names what there is not.
    """
    catalog, problem = _opened(name, settings, mapping)
    source, path = catalog.sources[0], local_path(name)
    table = path / PRODUCTS if path is not None and path.is_dir() else path
    if table is not None and READERS.get(table.suffix.lower()) is csv_table and table.is_file():
        # The same rows, without the seconds that importing `datasets` takes.
        source = replace(source, table=csv_table(table, plain=True))
    if path is not None and is_upload(path, settings.home) and source.root is not None:
        settle(source.root, source.table, source.mapped.pictures)
    looked = _looked_at(catalog, source, MOST_CHECKED if path is not None else _HUB_CHECKED)
    if not problem and not looked.usable:
        first = f" The first: {looked.examples[0][1]}." if looked.examples else ""
        problem = f"No row has a picture that can be found.{first}"
    return replace(looked, problem=problem)


def _opened(name: str, settings: Settings, mapping: Mapping[str, str] | None) -> tuple[TableCatalog, str]:
    """The catalogue; where no column holds pictures, with none, and the sentence that says so."""
    try:
        opened = open_catalog(name, settings, mapping=mapping)
        if not isinstance(opened, TableCatalog):
            raise CatalogError(f"The catalogue {name} has no table to look at.")
        return opened, ""
    except CatalogError as error:
        path = local_path(name)
        path = path / PRODUCTS if path is not None and path.is_dir() else path
        if path is None or not path.is_file():
            raise
        table = open_table(path)
        if not table.kinds:
            raise
        others = {key: column for key, column in (mapping or {}).items() if key != "image"}
        guessed = find_columns(table.kinds, table.samples, {**others, "image": next(iter(table.kinds))})
        guessed = Mapped(guessed.fields, (), guessed.rest)
        info = CatalogInfo(name, path.parent.name if path.name == PRODUCTS else path.stem)
        return TableCatalog(info, [Source(table, guessed, path.parent)], fetcher=None), error.message


def _looked_at(catalog: TableCatalog, source: Source, most: int) -> Preview:
    report, items, cells_of = _Counted(), list[tuple[int, CatalogItem]](), list[Mapping[str, Any]]()
    for row, reason in source.table.broken:
        report.add(row, reason)
    # Nothing is fetched here: an address counts as a picture until it is tried.
    download = (lambda url: lambda: b"") if catalog.fetcher else None
    pictures = PictureReader(catalog.info.id, source.root, source.base_url, source.hub_prefix, download)
    reader = RowReader(source.mapped, pictures, report, catalog.row_id)
    checked = usable = 0
    reasons: dict[int, str] = {}
    for row, cells in islice(source.table.read(), most):
        checked += 1
        if isinstance(cells, str):
            report.add(row, cells)
            continue
        before = report.count
        item = next(reader.items([(row, cells)]), None)
        usable += item is not None
        if len(cells_of) < ROWS:
            if item is not None:
                items.append((len(cells_of), item))
            elif report.count > before and report.first:
                reasons[len(cells_of)] = report.first[-1].reason
            cells_of.append(cells)
    thumbs = _thumbs(items, catalog.fetcher)
    rows = tuple(
        Row({name: _shown(cells.get(name)) for name in source.table.kinds}, thumbs.get(n, b""), reasons.get(n, ""))
        for n, cells in enumerate(cells_of)
    )
    mapped = dict(source.mapped.fields)
    if source.mapped.pictures:
        mapped["image"] = "|".join(source.mapped.pictures)
    examples = tuple((one.row, one.reason) for one in (*report.first, *report.repairs)[:20])
    total = catalog.info.total if catalog.info.total is not None else source.table.total
    return Preview(
        catalog.info, tuple(source.table.kinds), mapped, rows, total, checked, usable, dict(report.kinds), examples
    )


def _shown(value: Any) -> str:
    if isinstance(value, (bytes, bytearray)) or (isinstance(value, dict) and value.get("bytes")):
        return "…"
    if isinstance(value, dict):
        value = value.get("path") or ""
    if isinstance(value, str) and value[:5].lower() == "data:":
        return "data:…"
    return line_of(value)[:_LONGEST]


def _thumbs(items: Sequence[tuple[int, CatalogItem]], fetcher: Fetcher | None) -> dict[int, bytes]:
    hurried = replace(fetcher, timeout_s=_FETCH_S, attempts=1, _client=None) if fetcher else None
    with ThreadPoolExecutor(ROWS) as pool:
        made = pool.map(lambda one: _thumb(one[1].pictures[0], hurried), items)
        return {number: data for (number, _), data in zip(items, made, strict=True)}


def _thumb(picture: Picture, fetcher: Fetcher | None) -> bytes:
    try:
        data = fetcher.fetch(picture.ref) if fetcher and is_url(picture.ref) else picture.read()
        return thumbnail(load_image(data, max_side=2 * THUMB_SIDE), THUMB_SIDE)
    except (PictureError, OSError):
        return b""
