"""What a catalogue is: products with their pictures, one after the other, and what is known about the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from visearch.types import Box, Product


@dataclass(frozen=True)
class Picture:
    """One picture of a product, not read yet. `ref` names it in messages; `read` returns its bytes.

    `stable` is True when `ref` always means the same bytes (a pinned revision), so that a build that resumes
    need not read it again. `read` raises PictureError.
    """

    ref: str
    read: Callable[[], bytes]
    stable: bool = False


@dataclass(frozen=True)
class CatalogItem:
    """A product and its pictures, best first."""

    product: Product
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class CatalogInfo:
    """`id` is the name it was opened with; `total` is None while it cannot be told without reading all."""

    id: str
    title: str
    licence: str = ""
    source: str = ""
    revision: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Skipped:
    """One row or picture that was left out, with the reason."""

    row: str
    reason: str


@dataclass(frozen=True)
class LabelledQuery:
    """One row of queries.csv: `relevant` are product ids; `image` is read only when it is used."""

    kind: str
    relevant: frozenset[str]
    text: str = ""
    image: Picture | None = None
    box: Box | None = None


@dataclass
class Report:
    """What was left out (`count`, `first`) or mended (`repaired`, `repairs`) while a catalogue was read.

    The first 100 reasons of each are kept, all are counted. A repaired row is in the catalogue, for example
    with a price that could not be read left empty.
    """

    count: int = 0
    first: list[Skipped] = field(default_factory=list)
    repaired: int = 0
    repairs: list[Skipped] = field(default_factory=list)

    def add(self, row: str, reason: str) -> None:
        """Counts one row or picture that was left out."""
        self.count += 1
        if len(self.first) < 100:
            self.first.append(Skipped(row, reason))

    def repair(self, row: str, reason: str) -> None:
        """Counts one value that was mended in a row that stays."""
        self.repaired += 1
        if len(self.repairs) < 100:
            self.repairs.append(Skipped(row, reason))

    def clear(self) -> None:
        """Back to nothing, before the catalogue is read again."""
        self.count = self.repaired = 0
        self.first.clear()
        self.repairs.clear()


class Catalog(Protocol):
    """Products in a fixed order. Iterating twice gives the same; bad rows are skipped and put in `report`."""

    info: CatalogInfo
    report: Report

    def __iter__(self) -> Iterator[CatalogItem]: ...

    def queries(self) -> list[LabelledQuery]:
        """The labelled queries that come with it, or none."""
        ...
