"""Everything that a catalogue lets one search for, as short phrases with the number of their products."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from visearch.facets import TextColumn
from visearch.filters import ProductTable
from visearch.text.chinese import chinese_of, english_of
from visearch.text.lexical import is_cjk
from visearch.types import Product

_LONGEST = 60
_SHORTEST = 8
_SHORTEST_ZH = 5
_ENGLISH_END = re.compile(r"[,;|(（]|\s[-–—]\s")
_CHINESE_END = re.compile(r"[,，;；|]|\s")


@dataclass(frozen=True)
class Entry:
    """A phrase, what it is (category, color, material, brand, title) and how many products it stands for.

    `label` is the catalogue's own word where the phrase is a translation.
    """

    text: str
    kind: str
    count: int
    label: str = ""


def entries_of(products: Sequence[Product], table: ProductTable) -> tuple[list[Entry], list[Entry]]:
    """(labels and pairs of them, titles), each with the most products first, in both languages where it is known."""
    found: dict[str, Entry] = {}
    for entry in (*_kinds(table), *_brands(table), *_pairs(table, "color"), *_pairs(table, "material")):
        before = found.get(entry.text.casefold())
        if before is None or before.count < entry.count:
            found[entry.text.casefold()] = entry
    titles = Counter(
        title for product in products for title in (shortened(product.title), shortened(product.title_zh)) if title
    )
    named = [Entry(text, "title", count) for text, count in titles.items() if text.casefold() not in found]
    return sorted(found.values(), key=_most), sorted(named, key=_most)


def shortened(title: str) -> str:
    """The telling part of a title: what stands before its first comma, at most 60 letters, cut at a word."""
    title = " ".join(title.split())
    chinese = not title.isascii() and sum(map(is_cjk, title)) * 2 > len(title.replace(" ", ""))
    least = _SHORTEST_ZH if chinese else _SHORTEST
    ends = (match.start() for match in (_CHINESE_END if chinese else _ENGLISH_END).finditer(title))
    short = title[: next((end for end in ends if end >= least), len(title))].strip()
    return short if len(short) <= _LONGEST else short[: _LONGEST + 1].rpartition(" ")[0] or short[:_LONGEST]


def _most(entry: Entry) -> tuple[int, int, str]:
    return -entry.count, len(entry.text), entry.text


def _kinds(table: ProductTable) -> Iterator[Entry]:
    for field in ("category", "subcategory"):
        for label, count in table.texts(field).counts(None):
            for name in _names(label):
                yield Entry(name, "category", count, "" if name == label else label)


def _brands(table: ProductTable) -> Iterator[Entry]:
    for label, count in table.texts("brand").counts(None):
        yield Entry(label, "brand", count)


def _pairs(table: ProductTable, field: str) -> Iterator[Entry]:
    """A colour or a material with the kinds that come in it: "green cushions", 绿色靠垫."""
    first, kind = table.texts(field), _kind_column(table)
    both = (first.codes > 0) & (kind.codes > 0)
    width = len(kind.labels)
    numbers, counts = np.unique(first.codes[both].astype(np.int64) * width + kind.codes[both], return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        one, other = first.labels[number // width], kind.labels[number % width]
        # Of "Rug, flatwoven" and "Quilt cover and 4 pillowcases" only the name.
        yield Entry(_joined(_plain(one), _plain(other.partition(",")[0])), field, count)
        chinese = chinese_of(one) + chinese_of(other) if chinese_of(one) and chinese_of(other) else ""
        if chinese:
            yield Entry(chinese, field, count)


def _kind_column(table: ProductTable) -> TextColumn:
    """The finer kind of each product, the coarse one where there is none."""
    fine, coarse = table.texts("subcategory"), table.texts("category")
    return TextColumn(
        fine.labels[one] or coarse.labels[other] for one, other in zip(fine.codes, coarse.codes, strict=True)
    )


def _joined(one: str, other: str) -> str:
    return one + other if is_cjk(one[-1:]) and is_cjk(other[:1]) else f"{one} {other}"


def _plain(label: str) -> str:
    """Lower case inside of a phrase, unless the word has capitals of its own: T-shirts, iPhone."""
    return " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in label.split())


def _names(label: str) -> Iterator[str]:
    """A label, and its name in the other language."""
    yield label
    other = chinese_of(label) if label.isascii() else next(iter(english_of(label)), "")
    if other:
        yield other
