"""Filters over product fields: what may be asked, and which products pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.errors import QueryError
from visearch.facets import RATING_STEPS, Mask, TextColumn, fold, span
from visearch.facets import Facets as Facets
from visearch.types import FilterValue, Product
from visearch.where import NUMBERS, TEXTS, Columns, Condition

TEXT_FIELDS = TEXTS
NUMBER_FIELDS = NUMBERS
FLAG_FIELDS = ("in_stock", "on_offer")
FACET_FIELDS = TEXT_FIELDS[:-1]
RANGE_FIELDS = ("price", "rating", "stock", "discount")

_RANGE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)?\s*\.\.\s*(-?\d+(?:\.\d+)?)?\s*$")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class ProductTable:
    """The filterable fields of all products as columns, so that a filter is a few array comparisons."""

    def __init__(self, products: Sequence[Product], labels: Mapping[str, Sequence[str]] | None = None) -> None:
        """`labels`: field -> a label for each product, "" for none, which stands in where the product says nothing."""
        self._labels = labels or {}
        self._n = len(products)
        self._attributes = {_key(name) for p in products for name in p.attributes}
        self._products = products
        self._numbers = {
            name: np.array([_number(getattr(p, name)) for p in products], dtype=np.float64) for name in NUMBER_FIELDS
        }
        self._texts: dict[str, TextColumn] = {}

    def facets(self, filters: Mapping[str, FilterValue] | None = None, among: Mask | None = None) -> Facets:
        """What can be filtered, each field counted over the products that pass the filters of the other fields.

        `among` bool (products,) limits all counts. Raises QueryError as `mask` does.
        """
        return self._count(filters or {}, among) if filters or among is not None else self._all_facets

    @cached_property
    def _all_facets(self) -> Facets:
        # Every search of the page reads these: counting a large catalogue each time would take longer than the search.
        return self._count({})

    def _count(self, filters: Mapping[str, FilterValue], among: Mask | None = None) -> Facets:
        masks: dict[str, Mask] = {} if among is None else {"": among}
        chosen: dict[str, list[object]] = defaultdict(list)
        for name, value in filters.items():
            key = _key(name)
            passing = self._one(key, value)
            masks[key] = masks[key] & passing if key in masks else passing
            chosen[key].extend(value if isinstance(value, tuple) else (value,))
        all_of = _all(masks.values())

        def others(name: str) -> Mask | None:
            return _all(mask for key, mask in masks.items() if key != name) if name in masks else all_of

        values = {name: self.texts(name).counts(others(name), chosen[name]) for name in FACET_FIELDS}
        ranges = {name: span(self._numbers[name], others(name)) for name in RANGE_FIELDS}
        # Where no product is left, the catalogue's own: what was asked for still has a currency.
        currencies = self.texts("currency").counts(all_of) or self.texts("currency").counts(None)
        unrated = others("rating")
        ratings = self._numbers["rating"] if unrated is None else self._numbers["rating"][unrated]
        return Facets(
            {name: counts for name, counts in values.items() if counts},
            {name: ends for name, ends in ranges.items() if ends},
            currencies[0][0] if currencies else "",
            {name: _kept(self._flag(name, "yes"), others(name)) for name in FLAG_FIELDS},
            tuple((step, int((ratings >= step).sum())) for step in RATING_STEPS),
            self._seen,
        )

    @cached_property
    def _seen(self) -> dict[str, int]:
        counts = {
            name: sum(
                bool(other) and not own.strip() for own, other in zip(_texts(self._products, name), labels, strict=True)
            )
            for name, labels in self._labels.items()
        }
        return {name: count for name, count in counts.items() if count}

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """float64 (products,): one of NUMBER_FIELDS, NaN where a product does not say."""
        return self._numbers[name]

    def texts(self, name: str) -> TextColumn:
        """One of TEXT_FIELDS or an attribute, read when it is first asked for."""
        if name not in self._texts:
            said, stand_in = _texts(self._products, name), self._labels.get(name)
            self._texts[name] = TextColumn(
                [own.strip() or other for own, other in zip(said, stand_in, strict=True)] if stand_in else said
            )
        return self._texts[name]

    def mask(self, filters: Mapping[str, FilterValue]) -> Mask:
        """bool (products,): those that pass every filter.

        Raises QueryError for an unknown field or a value that does not fit it.
        """
        passing = np.ones(self._n, dtype=np.bool_)
        for name, value in filters.items():
            passing &= self._one(_key(name), value)
        return passing

    def _one(self, name: str, value: FilterValue) -> Mask:
        if name in NUMBER_FIELDS:
            return _number_mask(name, self._numbers[name], value)
        if name in FLAG_FIELDS:
            return self._flag(name, value)
        if name in TEXT_FIELDS or name in self._attributes:
            if isinstance(value, Mapping):
                raise QueryError(f"{name} is text and has no range.", f"Write {name}=value or {name}=one|two.")
            return self.texts(name).any_of(value if isinstance(value, tuple) else (value,))
        raise QueryError(
            f"There is no filter {name!r:.60}.", f"Use one of: {', '.join(self.fields())} (in_stock=yes, price=10..50)."
        )

    def where(self, filters: Mapping[str, FilterValue]) -> tuple[Condition, ...]:
        """The same filters as data, once `mask` has taken them."""
        return tuple(self._condition(_key(name), value) for name, value in filters.items())

    def _condition(self, name: str, value: FilterValue) -> Condition:
        if name in FLAG_FIELDS:
            wanted, field = fold(value) in _TRUE, "stock" if name == "in_stock" else "discount"
            # As in _flag: who does not say how many there are has the product, and who names no discount gives none.
            rest = wanted if name == "in_stock" else not wanted
            return Condition(field, above=0.0 if wanted else None, high=None if wanted else 0.0, or_unknown=rest)
        if isinstance(value, Mapping):
            return Condition(name, low=value.get("min"), high=value.get("max"))
        several = value if isinstance(value, tuple) else (value,)
        if name in NUMBER_FIELDS:
            return Condition(name, numbers=tuple(float(one) for one in several))
        return Condition(name, name not in TEXT_FIELDS, texts=tuple(fold(one) for one in several))

    def columns(self, positions: npt.NDArray[np.int64]) -> Columns:
        """What `where` is held against, of the products at `positions` int64 (n,)."""
        chosen = [self._products[position] for position in positions.tolist()]
        texts = {}
        for name in TEXT_FIELDS:
            column = self.texts(name)
            folded = [fold(label) for label in column.labels]
            texts[name] = [folded[code] for code in column.codes[positions].tolist()]
        # The first of several that are spelled alike counts, as in _texts.
        told = [{_key(k): fold(v) for k, v in reversed(p.attributes.items())} for p in chosen]
        numbers = {name: self._numbers[name][positions] for name in NUMBER_FIELDS}
        return Columns(positions, [product.id for product in chosen], texts, numbers, told)

    def fields(self) -> list[str]:
        """Every name that `mask` takes."""
        return [*TEXT_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS, *sorted(self._attributes)]

    def _flag(self, name: str, value: FilterValue) -> Mask:
        text = fold(value) if not isinstance(value, (tuple, Mapping)) else ""
        if text not in _TRUE | _FALSE:
            raise QueryError(f"{name} is yes or no, not {value!r:.60}.", f"Write {name}=yes.")
        column = self._numbers["stock" if name == "in_stock" else "discount"]
        # A catalogue that does not say how many it has is taken to have the product.
        holds = ~(column <= 0) if name == "in_stock" else column > 0
        return holds if text in _TRUE else ~holds


def _texts(products: Sequence[Product], name: str) -> list[str]:
    if name in TEXT_FIELDS:
        return list(map(attrgetter(name), products))
    return [next((str(v) for k, v in p.attributes.items() if _key(k) == name), "") for p in products]


def _all(masks: Iterable[Mask]) -> Mask | None:
    """What passes all, None when there is nothing to pass."""
    together: Mask | None = None
    for mask in masks:
        together = mask if together is None else together & mask
    return together


def _kept(mask: Mask, among: Mask | None) -> int:
    return int(np.count_nonzero(mask if among is None else mask & among))


def parse_filters(pairs: Sequence[str]) -> dict[str, FilterValue]:
    """`field=value`, `field=one|two`, `price=10..50`, `price=..50` as the command line gives them.

    Raises QueryError when a pair has no `=`.
    """
    filters: dict[str, FilterValue] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise QueryError(
                f"{pair!r} is not a filter.", "Write field=value, for example category=Mugs or price=10..50."
            )
        filters[name.strip()] = parse_value(value)
    return filters


def parse_value(value: Any) -> FilterValue:
    """One filter value from text or JSON: lists become any-of, `a..b` a range, `a|b` any-of.

    Raises QueryError when the ends of a range are not numbers.
    """
    if isinstance(value, Mapping):
        try:
            return {str(k): float(v) for k, v in value.items() if v is not None}
        except (TypeError, ValueError, OverflowError) as error:
            raise QueryError("The ends of a range must be numbers.", 'Send {"min": 10, "max": 50}.') from error
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if not isinstance(value, str):
        return value
    bounds = _RANGE.match(value)
    if bounds and (bounds[1] or bounds[2]):
        ends = {"min": bounds[1], "max": bounds[2]}
        return {name: float(end) for name, end in ends.items() if end is not None}
    if "|" in value:
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value.strip()


def _number_mask(name: str, column: npt.NDArray[np.float64], value: FilterValue) -> Mask:
    if isinstance(value, Mapping):
        unknown = set(value) - {"min", "max"}
        if unknown:
            raise QueryError(f"A range has min and max, not {', '.join(sorted(unknown))}.", f"Write {name}=10..50.")
        low, high = value.get("min", -np.inf), value.get("max", np.inf)
        if low > high:
            raise QueryError(f"The range of {name} ends ({high:g}) before it starts ({low:g}).", "Swap the two.")
        return (column >= low) & (column <= high)
    wanted = value if isinstance(value, tuple) else (value,)
    try:
        return np.isin(column, [float(v) for v in wanted])
    except (TypeError, ValueError, OverflowError) as error:
        raise QueryError(f"{name} is a number, not {value!r:.60}.", f"Write {name}=20 or {name}=10..50.") from error


def _number(value: float | int | None) -> float:
    return np.nan if value is None else float(value)


def _key(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")
