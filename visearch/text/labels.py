"""Colours, materials, patterns, kinds and brands in a query: preferences, in the catalogue's own labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from visearch.text.fillers import FILLERS
from visearch.text.tokens import Texts, Token, Typed
from visearch.text.vocabulary import BASIC_COLORS, Meaning, Vocabulary
from visearch.types import Term

_KINDS = ("category", "subcategory")
_DETERMINERS = frozenset(("a", "an", "the", "my", "your", "our", "his", "her", "their", "some"))
_SEEKING = frozenset(("looking", "look", "search", "searching", "shopping", "asking", "want", "need", "hunting"))
_AGREE = 0.24
"""Words that stand together in titles whose products mostly have another label mean another thing: the smoothed share
of products with the label, (n_label + 1) / (n + 2), below which they are left alone. By it two titles prove nothing."""


@dataclass(frozen=True)
class _Found:
    first: int
    meaning: Meaning

    @property
    def last(self) -> int:
        return self.first + self.meaning.length


def label_terms(
    vocabulary: Vocabulary, titles: Texts, typed: Typed, said: Sequence[Token], free: Callable[[int, int], bool]
) -> Iterator[tuple[int, int, Term]]:
    """(start, end, preference) for each label that the free words of a query name, the longest first."""
    found: list[_Found] = []
    at = 0
    while at < len(said):
        meaning = vocabulary.longest(said, at)
        if meaning is None or not free(said[at].start, said[at + meaning.length - 1].end):
            at += 1
            continue
        found.append(_Found(at, meaning))
        at += meaning.length
    for number, one in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        if _is_modifier(one, after, said, typed.text) or _is_purpose(one, said):
            continue
        if not _meant(one, vocabulary, titles, said):
            continue
        start, end = said[one.first].start, said[one.last - 1].end
        field, labels = one.meaning.field, one.meaning.labels
        # A label of every product tells none from another.
        if not vocabulary.mask(field, labels).all():
            yield start, end, Term(f"{field}:{one.meaning.name}", field, typed.said(start, end), labels)


def _is_modifier(one: _Found, after: _Found | None, said: Sequence[Token], text: str) -> bool:
    """Whether a kind only says what the next kind is for: the camera of a camera bag."""
    if after is None or after.first != one.last or one.meaning.field not in _KINDS or after.meaning.field not in _KINDS:
        return False
    return text[said[one.last - 1].end : said[after.first].start].strip(" -") == ""


def _is_purpose(one: _Found, said: Sequence[Token]) -> bool:
    """Whether a kind only says where or for what a thing is: a seat for the kitchen."""
    if one.meaning.field not in _KINDS:
        return False
    at = one.first - 1
    while at >= 0 and said[at].word in _DETERMINERS:
        at -= 1
    return at > 0 and said[at].word == "for" and said[at - 1].word not in _SEEKING


def _meant(one: _Found, vocabulary: Vocabulary, titles: Texts, said: Sequence[Token]) -> bool:
    field, labels = one.meaning.field, one.meaning.labels
    own = tuple(token.key for token in said[one.first : one.last])
    # A finer name of a colour may also be a thing: cream, peach, rose.
    phrases = [own] if field == "color" and own[-1] not in BASIC_COLORS else []
    if one.first > 0 and said[one.first - 1].word not in FILLERS:
        phrases.append((said[one.first - 1].key, *own))
    if one.last < len(said) and said[one.last].word not in FILLERS:
        phrases.append((*own, said[one.last].key))
    mask = None
    for phrase in phrases:
        products = titles.positions(phrase)
        if len(products) == 0:
            continue
        mask = vocabulary.mask(field, labels) if mask is None else mask
        if (int(mask[products].sum()) + 1) / (len(products) + 2) < _AGREE:
            return False
    return True
