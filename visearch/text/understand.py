"""What a shopper's words ask for: a price, a colour, "without laces", a word with a slip in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from visearch.facets import Mask
from visearch.filters import ProductTable
from visearch.text.chinese import CHINESE
from visearch.text.fillers import FILLERS
from visearch.text.labels import label_terms
from visearch.text.lexical import tokenize
from visearch.text.negation import Negations
from visearch.text.phrases import find_phrases
from visearch.text.spelling import Spelling
from visearch.text.synonyms import FAMILIES, SAME
from visearch.text.tokens import Texts, Token, Typed, keys, tokens
from visearch.text.units import find_sizes
from visearch.text.units import sizes as sizes_of
from visearch.text.vocabulary import FIELDS, Vocabulary
from visearch.types import FilterValue, Product, Term

_JOINERS = r"and|but|or|with|that|which|is|are|at|for|priced|costing"
_BEFORE_CUT = re.compile(rf"(?:(?:\b(?:{_JOINERS})|[,;:、，；：]|而且|并且|且|但是?)\s*)+\0")
_AFTER_CUT = re.compile(rf"\A(?:\0\s*)+(?:(?:(?:{_JOINERS})\b|[,;:、，；：。.!?的])\s*)*")
_AFTER_NOT = ("以外的", "之外的", "以外", "之外", "的")
_DIGIT = re.compile(r"\d")
_EMPTY = FILLERS | set(tokenize("something anything thing things item items product products stuff 的商品东西产品"))


@dataclass(frozen=True)
class Understood:
    """`text` are the words to search with; `terms` what was read from them, in the order of the query."""

    text: str
    terms: tuple[Term, ...]


@dataclass
class _Reading:
    """A query while it is read: `free` tells which letters nothing was read from yet."""

    typed: Typed
    ignore: frozenset[str]
    terms: list[tuple[int, Term]] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        return all(end <= first or start >= last for first, last in self.taken)

    def take(self, start: int, end: int, term: Term) -> None:
        """An ignored term takes its words, too: nothing else is read from them, but they stay in the text."""
        self.taken.append((start, end))
        if term.key in self.ignore:
            return
        if term.key not in {other.key for _, other in self.terms}:
            self.terms.append((start, term))
        if term.hard:
            self.cuts.append((start, end))


class Understanding:
    """Reads queries in the words of one catalogue. Built when it is first used; safe to use from several threads."""

    def __init__(
        self,
        products: Sequence[Product],
        table: ProductTable,
        labels: Mapping[str, Sequence[str]] | None = None,
        known: Iterable[str] = (),
    ) -> None:
        """`labels`: field -> a label for each product ("" for none), used where the product itself says nothing.

        `known` are further right words in lower case, such as a language model's: they are never corrected.
        """
        self._products, self._table, self._labels, self._more = products, table, labels, known

    def of(self, text: str, ignore: Iterable[str] = ()) -> Understood:
        """What `text` asks for. Terms whose key is in `ignore` are not read: their words stay plain words."""
        reading = _Reading(Typed(text), frozenset(ignore))
        self._read_slips(reading)
        self._read_sizes(reading)
        self._read_phrases(reading)
        said = tokens(reading.typed.text)
        self._read_negations(reading, said)
        for start, end, term in label_terms(self.vocabulary, self._titles, reading.typed, said, reading.free):
            reading.take(start, end, term)
        ordered = tuple(term for _, term in sorted(reading.terms, key=lambda pair: pair[0]))
        unchanged = not reading.cuts and not any(term.field == "typo" for term in ordered)
        return Understood(text.strip() if unchanged else _without(reading.typed.text, reading.cuts), ordered)

    def filters(self, terms: Iterable[Term]) -> dict[str, FilterValue]:
        """Filters of the hard terms but negations, as ProductTable.mask takes them; two prices become one range."""
        found: dict[str, FilterValue] = {}
        for term in terms:
            if term.filter is None or not term.hard:
                continue
            before = found.get(term.field)
            found[term.field] = _both(before, term.filter) if before is not None else term.filter
        return found

    def passing(self, terms: Iterable[Term]) -> Mask | None:
        """bool (products,): False for the products that a negation excludes; None when there is no negation."""
        unwanted = [term for term in terms if term.field == "not"]
        if not unwanted:
            return None
        passing = np.ones(len(self._products), dtype=np.bool_)
        for term in unwanted:
            having = np.zeros_like(passing)
            having[self._negations.having(term.negated_field, term.values)] = True
            if term.negated_field:
                column = self.vocabulary.columns[term.negated_field]
                # What a product says of the field counts; its other words only where it says nothing.
                having = column.any_of(term.values) | (having & (column.codes == 0))
            passing &= ~having
        return passing

    def agreement(self, terms: Iterable[Term]) -> npt.NDArray[np.float32]:
        """float32 (products,) in [0, 1]: the share of the preferences among `terms` that a product agrees with.

        Two preferences of one field are one: of "blue and white", a product of either colour agrees.
        """
        fields: dict[str, Mask] = {}
        for term in terms:
            if not term.hard and term.field != "typo":
                mask = self._agreeing(term)
                fields[term.field] = fields[term.field] | mask if term.field in fields else mask
        agreed = np.zeros(len(self._products), dtype=np.float32)
        for mask in fields.values():
            agreed += mask
        return agreed / np.float32(max(len(fields), 1))

    def agreeing(self, product: int | Product, terms: Iterable[Term]) -> dict[str, str]:
        """Field -> the product's own label, for the preferences that it agrees with. `product` may be its position."""
        position = self._position[product.id] if isinstance(product, Product) else product
        found: dict[str, str] = {}
        for term in terms:
            if term.hard or term.field == "typo" or not self._agreeing(term)[position]:
                continue
            label = term.said if term.field == "unit" else self.vocabulary.label(term.field, position)
            found.setdefault(term.field, label)
        return found

    def _agreeing(self, term: Term) -> Mask:
        if term.field != "unit":
            return self.vocabulary.mask(term.field, term.values)
        mask = np.zeros(len(self._products), dtype=np.bool_)
        same = [set(self._sizes.get(value, ())) for value in term.values]
        mask[sorted(set.intersection(*same))] = True
        return mask

    def _read_slips(self, reading: _Reading) -> None:
        changes = []
        sizes = [(size.start, size.end) for size in find_sizes(reading.typed.text)]
        for token in tokens(reading.typed.text):
            key = f"typo:{token.word}"
            if key in reading.ignore or any(start <= token.start < end for start, end in sizes):
                continue
            right = self.spelling.correct(token.word)
            if right:
                said = reading.typed.said(token.start, token.end)
                changes.append((token.start, token.end, right, Term(key, "typo", said, (right,))))
        moved = 0
        for start, end, right, term in changes:
            reading.terms.append((start + moved, term))
            moved += len(right) - (end - start)
        reading.typed = reading.typed.replaced([change[:3] for change in changes])

    def _read_sizes(self, reading: _Reading) -> None:
        for size in find_sizes(reading.typed.text):
            said = reading.typed.said(size.start, size.end)
            reading.take(size.start, size.end, Term(f"unit:{'x'.join(size.values)}", "unit", said, size.values))

    def _read_phrases(self, reading: _Reading) -> None:
        text, currency = reading.typed.text, self._table.facets().currency.upper()
        for phrase in find_phrases(text):
            foreign = bool(phrase.currencies and currency and currency not in phrase.currencies)
            named = self._titles.places(keys(text[phrase.start : phrase.end]))
            if foreign or named or not self._says[phrase.field] or not reading.free(phrase.start, phrase.end):
                continue
            said = reading.typed.said(phrase.start, phrase.end)
            term = Term(phrase.key, phrase.field, said, filter=phrase.filter, hard=True)
            reading.take(phrase.start, phrase.end, term)

    def _read_negations(self, reading: _Reading, said: Sequence[Token]) -> None:
        text = reading.typed.text
        for _, found in self._negations.find(said, text):
            if not reading.free(found.start, found.end):
                continue
            end = found.end + next((len(mark) for mark in _AFTER_NOT if text.startswith(mark, found.end)), 0)
            key = f"not:{found.field}:{found.name}" if found.field else f"not:{found.name}"
            words = reading.typed.said(found.start, end)
            term = Term(key, "not", words, found.values, negated_field=found.field, hard=True)
            reading.take(found.start, end, term)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The catalogue's labels by their spellings."""
        return Vocabulary(self._table, self._labels)

    @cached_property
    def spelling(self) -> Spelling:
        """The catalogue's words, and who corrects others to them."""
        shop = [*CHINESE, *(word for group in SAME for word in group), *FAMILIES]
        shop += [word for group in FAMILIES.values() for word in group]
        known = {token.word for text in shop for token in tokens(text)}
        own = [*self._titles.words, *self._label_words()]
        return Spelling([*own, *self.vocabulary.words], {*self._everything.words, *known, *self._more})

    def _label_words(self) -> list[str]:
        columns = [self.vocabulary.columns[name] for name in FIELDS]
        return [token.word for column in columns for label in column.labels for token in tokens(label)]

    @cached_property
    def _titles(self) -> Texts:
        return Texts(f"{product.title} | {product.title_zh}" for product in self._products)

    @cached_property
    def _everything(self) -> Texts:
        return Texts(map(_all_words, self._products))

    @cached_property
    def _negations(self) -> Negations:
        return Negations(self.vocabulary, self._titles, self._everything)

    @cached_property
    def _sizes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, product in enumerate(self._products):
            words = _all_words(product)
            for size in sizes_of(words) if _DIGIT.search(words) else ():
                found.setdefault(size, []).append(position)
        return found

    @cached_property
    def _says(self) -> dict[str, bool]:
        """Which of the hard fields the catalogue knows anything of: without a price, "under 50" would hide all."""
        columns = {"price": "price", "rating": "rating", "in_stock": "stock", "on_offer": "discount"}
        return {name: bool((~np.isnan(self._table.numbers(column))).any()) for name, column in columns.items()}

    @cached_property
    def _position(self) -> dict[str, int]:
        return {product.id: position for position, product in enumerate(self._products)}


def _all_words(product: Product) -> str:
    own = (product.title, product.title_zh, product.description, product.description_zh, product.material)
    return " | ".join([*own, *map(str, product.attributes.values())])


def _both(one: FilterValue, other: FilterValue) -> FilterValue:
    """What two filters of one field ask for together, the first where they exclude each other."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return one
    ends = {**one, **other}
    for end, closer in (("min", max), ("max", min)):
        if end in one and end in other:
            ends[end] = closer(one[end], other[end])
    return ends if ends.get("min", -np.inf) <= ends.get("max", np.inf) else one


def _without(text: str, cuts: Sequence[tuple[int, int]]) -> str:
    """`text` without the cuts and the words that joined them to the rest; empty when only fillers are left."""
    for start, end in sorted(cuts, reverse=True):
        text = f"{text[:start]} \0 {text[end:]}"
    text = _AFTER_CUT.sub("", _BEFORE_CUT.sub("\0", text).strip())
    left = " ".join(text.replace("\0", " ").split()).strip(" ,;:、，；：")
    if cuts and all(token.word in _EMPTY for token in tokens(left)):
        return ""
    return left
