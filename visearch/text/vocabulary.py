"""What a catalogue's labels are called in words: every spelling of its colours, materials, kinds and brands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from visearch.facets import Mask, TextColumn
from visearch.filters import ProductTable
from visearch.text.chinese import chinese_spellings, english_of
from visearch.text.fillers import FILLERS
from visearch.text.lexical import tokenize
from visearch.text.synonyms import FAMILIES, NOT_LABELS, NOT_LABELS_ZH, SAME
from visearch.text.tokens import Token, keys, tokens

FIELDS = ("subcategory", "category", "brand", "color", "material", "pattern")
"""Where labels come from; the earlier is meant when a word is as good a label of two."""

BASIC_COLORS = tokenize("beige black blue brown gold gray green grey orange pink purple red silver white yellow")
"""Names that hardly ever mean anything else than a colour."""

_EXACT, _PART, _OTHER = 0, 1, 2
Key = tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """Labels that some words may stand for, the likeliest first, and how many words of the text they take.

    `name` is the label, or what several labels have in common ("bag" of Laptop Bag and Duffel Bag), in lower case.
    """

    field: str
    labels: tuple[str, ...]
    length: int
    name: str


class Vocabulary:
    """The labels of a catalogue by their spellings, English and Chinese. Safe to read from several threads.

    Only what the catalogue has is in it: "navy" means Navy Blue where there is such a label, Blue where there is none.
    """

    def __init__(self, table: ProductTable, labels: Mapping[str, Sequence[str]] | None = None) -> None:
        """`labels`: field -> a label for each product ("" for none), used where the product itself says nothing."""
        extra = labels or {}
        self.columns = {field: _column(table.texts(field), extra.get(field)) for field in FIELDS}
        self._counts = {
            field: np.bincount(column.codes, minlength=len(column.labels)) for field, column in self.columns.items()
        }
        self.words: set[str] = set()
        """Every word of a spelling, in lower case."""
        # spelling -> field -> [(how close, label's code)]
        self._meant: dict[Key, dict[str, list[tuple[int, int]]]] = {}
        for field, column in self.columns.items():
            for code, label in enumerate(column.labels[1:], 1):
                for spelling, (level, written) in _spellings(field, label).items():
                    self._meant.setdefault(spelling, {}).setdefault(field, []).append((level, code))
                    self.words.update(token.word for token in tokens(written))
        self._longest = max((len(spelling) for spelling in self._meant), default=0)

    def longest(self, said: Sequence[Token], start: int) -> Meaning | None:
        """The longest spelling that starts at a token; None where there is none, or its words mean another thing."""
        for length in range(min(self._longest, len(said) - start), 0, -1):
            meaning = self.meaning(tuple(token.key for token in said[start : start + length]))
            if meaning is not None:
                return None if length == 1 and _in_pair(said, start) else meaning
        return None

    def meaning(self, spelling: Key) -> Meaning | None:
        """What a spelling stands for: exact labels before parts of labels, those before labels of its family."""
        fields = self._meant.get(spelling)
        if not fields:
            return None
        field = min(fields, key=lambda name: (min(fields[name])[0], -self._products(name, fields[name])))
        found = fields[field]
        if min(found)[0] < _OTHER:
            found = [(level, code) for level, code in found if level < _OTHER]
        counts, column = self._counts[field], self.columns[field]
        ordered = sorted(found, key=lambda pair: (pair[0], -counts[pair[1]], pair[1]))
        labels = tuple(dict.fromkeys(column.labels[code] for _, code in ordered))
        one = len(labels) == 1 or ordered[0][0] == _EXACT
        return Meaning(field, labels, len(spelling), labels[0].casefold() if one else " ".join(spelling))

    def _products(self, field: str, found: list[tuple[int, int]]) -> int:
        return int(sum(self._counts[field][code] for code in {code for _, code in found}))

    def mask(self, field: str, labels: Sequence[str]) -> Mask:
        """bool (products,): those with one of the labels."""
        return self.columns[field].any_of(labels)

    def label(self, field: str, position: int) -> str:
        """What a product says of a field, or what `labels` say of it."""
        column = self.columns[field]
        return column.labels[column.codes[position]]


def _column(column: TextColumn, extra: Sequence[str] | None) -> TextColumn:
    if extra is None:
        return column
    return TextColumn(column.labels[code] or other for code, other in zip(column.codes, extra, strict=True))


def _in_pair(said: Sequence[Token], start: int) -> bool:
    one = said[start].key
    after = said[start + 1].key if start + 1 < len(said) else ""
    before = said[start - 1].key if start else ""
    return (one, after) in _PAIRS or (said[start].cjk and (before, one) in _PAIRS)


def _spellings(field: str, label: str) -> dict[Key, tuple[int, str]]:
    """Spelling -> (how close it is to the label, as it is written), the closest where there are several."""
    found: dict[Key, tuple[int, str]] = {}

    def add(text: str, level: int) -> None:
        spelling = keys(text)
        if all(word.isdigit() or word in FILLERS for word in spelling):
            return
        found[spelling] = min((level, text), found.get(spelling, (level, text)))

    add(label, _EXACT)
    if field == "brand":
        return found
    for other in _others(label):
        add(other, _EXACT)
    for part in _parts(field, label):
        for other in (part, *_others(part)):
            add(other, _PART)
    if field == "color":
        for name, level in _family(label).items():
            for other in (name, *chinese_spellings(name)):
                add(other, level)
    return found


def _others(text: str) -> set[str]:
    """The same in other words and in the other language."""
    spelling = keys(text)
    same = {other for group in _GROUPS.get(spelling, ()) for other in group}
    english = set(english_of(text)) | {other for name in english_of(text) for other in _group_of(name)}
    chinese = {word for name in {text, *same, *english} for word in chinese_spellings(name)}
    return same | english | chinese


def _parts(field: str, label: str) -> set[str]:
    """What a label of several words may be called for short: its head, or the parts of "this and that"."""
    text = label
    for mark in ("/", "&", " and ", "、", "+", ";"):
        text = text.replace(mark, "|")
    pieces = {piece.strip() for piece in text.split("|")} | {piece for piece in label.split() if not piece.isascii()}
    pieces |= {label.partition(",")[0].strip()}
    words = keys(label.partition(",")[0])
    # The last word is what a thing is: a running shoe is a shoe. Of a colour each name counts: black-brown.
    names = [word for word in words if (word,) in _COLOR_KEYS] if field == "color" else list(words[-1:])
    return {piece for piece in {*pieces, *(name for name in names if name.isascii())} if piece and piece != label}


def _family(label: str) -> dict[str, int]:
    """The basic colours that a label is one of, and the finer names that fall back to a basic one."""
    spelling = keys(label)
    basic = {name for part in (spelling, *((word,) for word in spelling)) for name in _FAMILY_OF.get(part, ())}
    finer = {name for name, group in FAMILIES.items() if keys(name) == spelling for name in group}
    return dict.fromkeys(finer, _OTHER) | dict.fromkeys(basic, _PART)


def _group_of(name: str) -> set[str]:
    return {other for group in _GROUPS.get(keys(name), ()) for other in group}


_GROUPS: dict[Key, list[tuple[str, ...]]] = {}
for _group in SAME:
    for _word in _group:
        _GROUPS.setdefault(keys(_word), []).append(_group)
_FAMILY_OF: dict[Key, tuple[str, ...]] = {}
for _basic, _finer in FAMILIES.items():
    for _word in _finer:
        _FAMILY_OF[keys(_word)] = (*_FAMILY_OF.get(keys(_word), ()), _basic)
_COLOR_KEYS = {keys(word) for word in (*BASIC_COLORS, *(word for group in FAMILIES.values() for word in group))}
_PAIRS = frozenset(
    [keys(f"{word} {after}") for word, others in NOT_LABELS.items() for after in others.split()]
    + [keys(pair) for pair in NOT_LABELS_ZH.split()]
)
