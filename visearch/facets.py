"""What can be filtered and how many products each choice would show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

RATING_STEPS = (4.0, 3.0)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Facets:
    """What can be filtered: values with counts (most common first) and closed ranges of numbers.

    A field's own filter does not limit its own counts, so that a second value can be chosen beside the first.
    `values` have a count of 0 only when they are chosen. `flags` says of `in_stock` and `on_offer` how many products
    a yes would keep; `ratings` are (stars, products rated so or better), the best first. `seen` says for how many
    products the value of a field is from their pictures, as their records say nothing.
    """

    values: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    currency: str = ""
    flags: Mapping[str, int] = field(default_factory=dict)
    ratings: Sequence[tuple[float, int]] = ()
    seen: Mapping[str, int] = field(default_factory=dict)


class TextColumn:
    """One text field of all products as numbers: `codes` int32 (products,), 0 where a product says nothing.

    Spellings that differ only in case share a code; the most common one is the label. Codes follow the labels'
    alphabet, so that equal counts come in that order.
    """

    def __init__(self, values: Iterable[str]) -> None:
        written = list(values)
        # Values repeat: each spelling is folded once, and products only look its code up.
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for spelling, count in Counter(written).items():
            spellings[fold(spelling)][spelling] += count
        spellings.pop("", None)
        named = sorted((found.most_common(1)[0][0].strip(), folded) for folded, found in spellings.items())
        self.labels = ["", *(label for label, _ in named)]
        self._code = {folded: code for code, (_, folded) in enumerate(named, 1)}
        of = {spelling: self._code[folded] for folded, found in spellings.items() for spelling in found}
        self.codes = np.array([of.get(value, 0) for value in written], dtype=np.int32)

    def any_of(self, wanted: Iterable[object]) -> Mask:
        """bool (products,): those with one of the values."""
        chosen = np.zeros(len(self.labels), dtype=np.bool_)
        for value in wanted:
            folded = fold(value)
            if folded in self._code or not folded:
                chosen[self._code.get(folded, 0)] = True
        return chosen[self.codes]

    def counts(self, mask: Mask | None, chosen: Iterable[object] = ()) -> list[tuple[str, int]]:
        """(label, products of `mask`), most common first, without zeros except for the `chosen` values."""
        numbers = np.bincount(self.codes if mask is None else self.codes[mask], minlength=len(self.labels))
        numbers[0] = 0
        order = np.argsort(-numbers, kind="stable")
        found = [(self.labels[code], int(numbers[code])) for code in order[: np.count_nonzero(numbers)]]
        shown = {fold(label) for label, _ in found}
        empty = {fold(value): str(value).strip() for value in chosen}
        for folded, value in empty.items():
            if folded and folded not in shown:
                found.append((self.labels[self._code[folded]] if folded in self._code else value, 0))
        return found


def span(column: npt.NDArray[np.float64], mask: Mask | None) -> tuple[float, float] | None:
    """Least and greatest known number of the products of `mask`, None when there is none."""
    known = column if mask is None else column[mask]
    known = known[~np.isnan(known)]
    return (float(known.min()), float(known.max())) if len(known) else None


def fold(value: object) -> str:
    """The form in which values are compared."""
    return str(value).strip().casefold()
