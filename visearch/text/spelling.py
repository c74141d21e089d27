"""Slips of the finger: words that a catalogue does not know, and the word of the catalogue that was probably meant."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from visearch.text.common import COMMON
from visearch.text.stem import stem

SHORTEST = 4
"""Shorter words are never corrected: too many others are one letter away."""

LONG = 9
"""From this length on two slips are one word still."""

_RARE = 2
_ENDINGS = ("y", "ed", "ing", "er", "ers", "ish", "less", "ful", "ly", "ness")
"""Woody, striped, sleeveless: words made of others."""
_FREQUENT = 0.12
_FIRST_LETTER = 0.5


class Spelling:
    """Corrects words by the catalogue's own. Safe to use from several threads."""

    def __init__(self, words: Iterable[str], known: Iterable[str] = ()) -> None:
        """`words` (with repeats) are what may be meant, `known` is merely right."""
        counts = Counter(word for word in words if _plain(word))
        self._known = {*counts, *known, *COMMON}
        self._stems = {stem(word) for word in self._known}
        self._by_length: dict[int, list[str]] = {}
        for word in counts:
            if len(word) >= SHORTEST - 1:
                self._by_length.setdefault(len(word), []).append(word)
        self._counts = counts
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def knows(self, word: str) -> bool:
        """Whether a word in lower case is right: as it is, in singular or plural, or as two words in one."""
        if word in self._known or stem(word) in self._stems or self._is_derived(word):
            return True
        return any(self._part(word[:i]) and self._part(word[i:]) for i in range(3, len(word) - 2))

    def _is_derived(self, word: str) -> bool:
        parts = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= 3)
        return any(part in self._known or f"{part}e" in self._known for part in parts)

    def _part(self, word: str) -> bool:
        return self._counts[word] >= _RARE or (word in COMMON and len(word) >= SHORTEST)

    def _correct(self, word: str) -> str:
        """The word of the catalogue that was probably meant; empty when it is right or nothing is close enough."""
        if len(word) < SHORTEST or not _plain(word) or self.knows(word):
            return ""
        most = 2 if len(word) >= LONG else 1
        near: list[tuple[float, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            found = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=most, limit=None
            )
            near += [(self._cost(word, other, distance), other) for other, distance, _ in found]
        return min(near)[1] if near else ""

    def _cost(self, word: str, other: str, distance: float) -> float:
        # A slip rarely hits the first letter; of two words as near, the more common one was meant.
        first = 0.0 if word[0] == other[0] else _FIRST_LETTER
        return distance + first - _FREQUENT * math.log1p(self._counts[other])


def _plain(word: str) -> bool:
    return word.isascii() and word.isalpha()
