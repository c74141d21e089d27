"""Texts by how their words start."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from visearch.text.lexical import is_cjk, words
from visearch.text.tokens import runs_with_ends

Numbers = npt.NDArray[np.int64]

_CHARACTERS = 6
"""Chinese is looked up by so many characters from each place on; longer runs are compared in the texts themselves."""

_SLIP_FROM = 4
_LAST = "\U0010ffff"


class Prefixes:
    """Which texts have words that start so; Chinese from any character on. Safe to read from several threads."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        number: dict[str, int] = {}
        pairs_word: list[int] = []
        pairs_text: list[int] = []
        place = 0
        # All texts at once: a call for each of 100,000 titles takes seconds.
        for word in runs_with_ends(texts):
            if word == "\n":
                place += 1
                continue
            for start in _starts(word):
                pairs_word.append(number.setdefault(start, len(number)))
                pairs_text.append(place)
        self._words = sorted(number)
        rank = np.empty(len(number), dtype=np.int64)
        rank[[number[word] for word in self._words]] = np.arange(len(number))
        ranks = rank[np.array(pairs_word, dtype=np.int64)] if pairs_word else np.zeros(0, dtype=np.int64)
        order = np.argsort(ranks, kind="stable")
        self._places = np.array(pairs_text, dtype=np.int64)[order]
        # A range of words is one slice of the places.
        self._from = np.searchsorted(ranks[order], np.arange(len(number) + 1))
        self._starts_of = lru_cache(maxsize=32)(self._all_starts)
        self._latin = [word for word in self._words if word.isascii() and len(word) >= _SLIP_FROM]

    def words_of(self, typed: str) -> list[str]:
        """The words of what was typed, in the form in which they are looked up."""
        return words(typed)

    def find(self, typed: Sequence[str]) -> Numbers:
        """int64: numbers of the texts that have words which start as each of `typed`, ascending."""
        mask: npt.NDArray[np.bool_] | None = None
        for word in typed:
            one = self._one(word)
            mask = one if mask is None else mask & one
        found = np.flatnonzero(mask) if mask is not None else np.zeros(0, dtype=np.int64)
        long = [word for word in typed if is_cjk(word) and len(word) > _CHARACTERS]
        return (
            found
            if not long
            else np.array([n for n in found.tolist() if all(w in _plain(self._texts[n]) for w in long)], dtype=np.int64)
        )

    def find_near(self, typed: Sequence[str]) -> Numbers:
        """As `find`, with one slip in each word that no text has."""
        corrected = [word if self._has(word) else self._near(word) for word in typed]
        if not all(corrected):
            # A run of Chinese that no text has as a whole: its halves may stand apart.
            return self._apart(typed) if any(is_cjk(word) for word in typed) else np.zeros(0, dtype=np.int64)
        return self.find(corrected)

    def _apart(self, typed: Sequence[str]) -> Numbers:
        pieces = [piece for word in typed for piece in (_pairs(word) if is_cjk(word) else [word])]
        return self.find(pieces) if pieces != list(typed) else np.zeros(0, dtype=np.int64)

    def _one(self, word: str) -> npt.NDArray[np.bool_]:
        mask = np.zeros(len(self._texts), dtype=np.bool_)
        low, high = self._range(word)
        mask[self._places[self._from[low] : self._from[high]]] = True
        return mask

    def _has(self, word: str) -> bool:
        low, high = self._range(word)
        return high > low

    def _range(self, word: str) -> tuple[int, int]:
        start = word[:_CHARACTERS] if is_cjk(word) else word
        return bisect_left(self._words, start), bisect_left(self._words, start + _LAST)

    def _near(self, typed: str) -> str:
        """The start of a word that is one slip away; the word with the most texts where there are several."""
        if len(typed) < _SLIP_FROM or not typed.isascii():
            return ""
        lengths = (len(typed), len(typed) + 1, len(typed) - 1)
        found = [
            start
            for length in lengths
            for start, _, _ in process.extract(
                typed, self._starts_of(length), scorer=OSA.distance, score_cutoff=1, limit=None
            )
        ]
        return min((self._cost(typed, start) for start in found), default=(0, 0, ""))[2]

    def _all_starts(self, length: int) -> list[str]:
        return list(dict.fromkeys(word[:length] for word in self._latin if len(word) >= length))

    def _cost(self, typed: str, start: str) -> tuple[int, int, str]:
        low, high = self._range(start)
        return (start[0] != typed[0], -int(self._from[high] - self._from[low]), start)


def _starts(word: str) -> list[str]:
    if not is_cjk(word):
        return [word]
    return [word[i : i + _CHARACTERS] for i in range(len(word))]


def _pairs(word: str) -> list[str]:
    return re.findall("..?", word) if len(word) > 2 else [word]


def _plain(text: str) -> str:
    return " ".join(words(text))
