"""What to type next: kinds, colours of kinds, brands and titles that the catalogue has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from visearch.filters import ProductTable
from visearch.text.lexical import is_cjk
from visearch.text.phrasebook import Entry, entries_of
from visearch.text.prefixes import Prefixes
from visearch.types import Product

LABELS_FIRST = 3
"""So many kinds, attributes and brands come before the titles."""

_LOOKED_AT = 400


@dataclass(frozen=True)
class Suggestion:
    """`text` to search for; `kind` is category, color, material, brand or title; `count` its products.

    text[start : start + length] is what was typed of it, 0 letters when it was typed with a slip.
    """

    text: str
    kind: str
    count: int
    start: int
    length: int


class Suggestions:
    """Built when it is first asked; safe to ask from several threads."""

    def __init__(self, products: Sequence[Product], table: ProductTable) -> None:
        self._products, self._table = products, table

    def of(self, typed: str, k: int = 8, lang: str = "en") -> tuple[Suggestion, ...]:
        """At most k things that start as `typed` does, in any of their words, the most products first.

        Several words may come in any order, the last one as far as it is typed; one slip is forgiven when nothing else
        fits. Nothing typed: the most common kinds, in Chinese with `lang` "zh".
        """
        words = self._index.words_of(typed)
        if k <= 0 or (typed.strip() and not words):
            return ()
        if not words:
            return tuple(_shown(entry, 0, 0) for entry in self._most_common(k, lang))
        found, near = self._index.find(words), False
        if not len(found):
            found, near = self._index.find_near(words), True
        plain = _lower(" ".join(typed.split()))
        ranked = self._firsts(found)
        if not near:
            ranked.sort(key=lambda number: (*_rank(self._entries[number].text, plain), number))
        chosen = _mixed([self._entries[number] for number in ranked], k, typed, lang)
        return tuple(_shown(entry, *_place(entry.text, plain, words)) for entry in chosen)

    def _firsts(self, found: np.ndarray) -> list[int]:
        """The first of the labels and of the titles: entries are in the order of their products."""
        labels = found[found < self._labels]
        return [*labels[:_LOOKED_AT].tolist(), *found[len(labels) : len(labels) + _LOOKED_AT].tolist()]

    def _most_common(self, k: int, lang: str) -> list[Entry]:
        kinds = [entry for entry in self._entries[: self._labels] if entry.kind == "category"]
        said = [entry for entry in kinds if _chinese(entry.text) == (lang == "zh")]
        shown = {entry.label or entry.text for entry in said}
        # A kind without a name in the language is shown by its own.
        others = [entry for entry in kinds if not entry.label and entry.text not in shown]
        return [*said, *others][:k]

    @cached_property
    def _all(self) -> tuple[list[Entry], int, Prefixes]:
        labels, titles = entries_of(self._products, self._table)
        entries = [*labels, *titles]
        return entries, len(labels), Prefixes([entry.text for entry in entries])

    @property
    def _entries(self) -> list[Entry]:
        return self._all[0]

    @property
    def _labels(self) -> int:
        return self._all[1]

    @property
    def _index(self) -> Prefixes:
        return self._all[2]


def _mixed(found: Sequence[Entry], k: int, typed: str, lang: str) -> list[Entry]:
    """Some labels, then titles, then the labels that are left; in the language that is typed."""
    asked = _chinese(typed) or (lang == "zh" and not any(map(str.isalpha, typed)))
    same = [entry for entry in found if _chinese(entry.text) == asked] or list(found)
    # The first of each text, whatever its case.
    unique = list({entry.text.casefold(): entry for entry in reversed(same)}.values())[::-1]
    labels = _varied([entry for entry in unique if entry.kind != "title"])
    titles = [entry for entry in unique if entry.kind == "title"]
    return [*labels[:LABELS_FIRST], *titles, *labels[LABELS_FIRST:]][:k]


def _varied(labels: list[Entry]) -> list[Entry]:
    """The first of each kind before their seconds: kinds of things, then colours, materials and brands."""
    turn: dict[str, int] = {}
    order = []
    for place, entry in enumerate(labels):
        turn[entry.kind] = turn.get(entry.kind, 0) + 1
        order.append((turn[entry.kind], place, entry))
    return [entry for _, _, entry in sorted(order, key=lambda one: one[:2])]


def _chinese(text: str) -> bool:
    return not text.isascii() and any(map(is_cjk, text))


def _rank(text: str, typed: str) -> tuple[int, int]:
    """Texts that start with what was typed, then those that have it in one piece, then the others."""
    at, length = _place(text, typed, [typed])
    return (0, int(at > 0)) if length else (1, 0)


def _place(text: str, typed: str, words: Sequence[str]) -> tuple[int, int]:
    """Where the typed words stand in a text, else the last one of them."""
    plain = _lower(text)
    for part in (typed, words[-1]):
        at = plain.find(part)
        while at > 0 and not (is_cjk(plain[at]) or not plain[at - 1].isalnum()):
            at = plain.find(part, at + 1)
        if at >= 0:
            return at, len(part)
    return 0, 0


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def _shown(entry: Entry, start: int, length: int) -> Suggestion:
    return Suggestion(entry.text, entry.kind, entry.count, start, length)
