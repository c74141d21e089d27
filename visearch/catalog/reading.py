"""The one catalogue class: a table, the meaning of its columns, and where its pictures are."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from visearch.catalog.base import CatalogInfo, CatalogItem, LabelledQuery, Report
from visearch.catalog.fetch import Fetcher, Prefetcher
from visearch.catalog.mapping import Mapped, find_columns
from visearch.catalog.pictures import PictureReader
from visearch.catalog.queries import read_queries
from visearch.catalog.rows import RowReader
from visearch.catalog.tables import Table
from visearch.errors import CatalogError


@dataclass(frozen=True)
class Source:
    """One table with the folder, or the address, that its relative picture paths start from."""

    table: Table
    mapped: Mapped
    root: Path | None = None
    base_url: str = ""
    hub_prefix: str = ""


@dataclass
class TableCatalog:
    """A catalogue in one or more tables. `report` tells about the last reading, `dead_pictures` about URLs.

    `limit` is the number of products after which reading stops. `row_id` says what an id is made of where
    none is given: the row's number, or with "stem" the path of its first picture.
    """

    info: CatalogInfo
    sources: Sequence[Source]
    limit: int | None = None
    row_id: str = ""
    stable: bool = False
    fetcher: Fetcher | None = field(default_factory=Fetcher)
    queries_file: Path | None = None
    report: Report = field(default_factory=Report)

    @property
    def dead_pictures(self) -> Mapping[str, str]:
        """Picture addresses that could not be fetched, with the reason."""
        return self.fetcher.dead if self.fetcher else {}

    def __iter__(self) -> Iterator[CatalogItem]:
        """Raises CatalogError when nothing usable is found, or the rest cannot be read."""
        self.report.clear()
        prefetcher = Prefetcher(self.fetcher) if self.fetcher else None
        items = self._items(prefetcher)
        with closing(prefetcher.ahead(items) if prefetcher else items) as ordered:
            yield from ordered

    def _items(self, prefetcher: Prefetcher | None) -> Generator[CatalogItem, None, None]:
        found = 0
        ids: set[str] = set()
        for source in self.sources:
            for row, reason in source.table.broken:
                self.report.add(row, reason)
            pictures = PictureReader(
                self._picture_name(),
                source.root,
                source.base_url,
                source.hub_prefix,
                prefetcher.download if prefetcher else None,
                self.stable,
            )
            reader = RowReader(source.mapped, pictures, self.report, self.row_id, ids)
            left = None if self.limit is None else self.limit - found
            with closing(_usable(source.table, self.report)) as rows:
                for item in islice(reader.items(rows), left):
                    found += 1
                    yield item
            if self.limit is not None and found >= self.limit:
                break
        if not found:
            raise self._nothing()

    def _picture_name(self) -> str:
        return f"{self.info.id}@{self.info.revision}" if self.info.revision else self.info.id

    def _nothing(self) -> CatalogError:
        why = f" {self.report.count} rows were left out, the first because: " if self.report.count else ""
        first = f"{self.report.first[0].reason}." if self.report.first else ""
        return CatalogError(
            f"The catalogue {self.info.id} has no usable product.{why}{first}",
            "A product needs at least one picture.",
        )

    def queries(self) -> list[LabelledQuery]:
        """The labelled queries of its queries.csv, or none."""
        return read_queries(self.queries_file) if self.queries_file else []


def source_of(
    table: Table,
    what: str,
    mapping: Mapping[str, str] | None = None,
    root: Path | None = None,
    base_url: str = "",
) -> Source:
    """A table with its columns found. Raises CatalogError when it is empty or has no picture column."""
    if table.total == 0:
        raise CatalogError(f"{what} is empty.", "It needs at least one row with a picture.")
    return Source(table, find_columns(table.kinds, table.samples, mapping, what), root, base_url)


def _usable(table: Table, report: Report) -> Generator[tuple[str, Mapping[str, Any]], None, None]:
    for row, cells in table.read():
        if isinstance(cells, str):
            report.add(row, cells)
        else:
            yield row, cells
