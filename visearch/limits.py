"""What an answer may hold, and the order of products when nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from visearch.facets import Mask
from visearch.filters import ProductTable
from visearch.index.remote import RemoteIndex
from visearch.order import MATCH, Page, varied
from visearch.store import OpenIndex
from visearch.text.understand import Understanding
from visearch.types import FilterValue, Product, RowIds, Term
from visearch.where import Where


@dataclass(frozen=True)
class Limits:
    """What may be found: what passes the filters and the hard terms, without some products (by id)."""

    filters: Mapping[str, FilterValue] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()

    def passing(self, table: ProductTable, understanding: Understanding, position: Callable[[str], int]) -> Mask:
        """bool (products,). Raises QueryError for an unknown filter or id."""
        passing = table.mask(self.filters) & table.mask(understanding.filters(self.terms))
        wanted = understanding.passing(self.terms)
        if wanted is not None:
            passing &= wanted
        for product_id in self.without:
            passing[position(product_id)] = False
        return passing

    def among(
        self, opened: OpenIndex, table: ProductTable, understanding: Understanding, position: Callable[[str], int]
    ) -> tuple[OpenIndex, RowIds | None, int]:
        """What to ask, rows that may be found (None for all of them) and how many products they are of.

        A vector server is told the filters instead of the rows, where they can be told. Raises as `passing` does.
        """
        mask = self.passing(table, understanding, position)
        total = int(mask.sum())
        if total == len(mask):
            return opened, None, total
        rows = np.flatnonzero(mask[opened.row_product]).astype(np.int64)
        # A negation looks into all words of a product, which a server does not know.
        if isinstance(opened.index, RemoteIndex) and all(term.field != "not" for term in self.terms):
            conditions = table.where(self.filters) + table.where(understanding.filters(self.terms))
            where = Where(conditions, tuple(sorted(map(position, self.without))))
            opened = replace(opened, index=opened.index.limited(where, rows))
        return opened, rows, total


class Shelves:
    """Products without a question."""

    def __init__(self, products: Sequence[Product], table: ProductTable) -> None:
        self._products, self._table = products, table

    def page(self, passing: Mask, page: Page) -> list[Product]:
        """Those of `passing` that stand on the page. Without a field to sort by, one category after the other."""
        if page.sort == MATCH:
            found = varied([self._products[position] for position in np.flatnonzero(passing).tolist()])
            return found[page.offset :][: page.k]
        positions = self._by_id[passing[self._by_id]]
        places = page.places(self._table.numbers(page.field)[positions])
        return [self._products[position] for position in positions[places].tolist()]

    @cached_property
    def _by_id(self) -> RowIds:
        return np.array(sorted(range(len(self._products)), key=lambda i: self._products[i].id), np.int64)
