"""Words with their places in a text, and phrases looked up in the texts of many products at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from visearch.text.stem import stem

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_TOKEN = re.compile(rf"[{CJK}]|\d+(?:\.\d+)+|[^\W_{CJK}]+")
_TOKEN_OR_END = re.compile(rf"\n|[{CJK}]|\d+(?:\.\d+)+|[^\W_{CJK}]+")
_RUN_OR_END = re.compile(rf"\n|[{CJK}]+|\d+(?:\.\d+)+|[^\W_{CJK}]+")
_ONE_CJK = re.compile(rf"[{CJK}]")

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Token:
    """A word, or one Chinese, Japanese or Korean character; `word` is lower-case, `key` without the plural's s."""

    word: str
    key: str
    start: int
    end: int

    @property
    def cjk(self) -> bool:
        """Whether it is one character of a script without spaces."""
        return _ONE_CJK.match(self.word) is not None


def tokens(text: str) -> list[Token]:
    """The words of a text in its order; "men's" is "men", "13.3" stays whole."""
    plain = _POSSESSIVE.sub(lambda found: " " * len(found.group()), text)
    found = [(match.group().casefold(), match.start(), match.end()) for match in _TOKEN.finditer(plain)]
    return [Token(word, _stem(word), start, end) for word, start, end in found]


def keys(text: str) -> tuple[str, ...]:
    """The keys of the tokens of a text, in the form in which spellings are compared."""
    return tuple(token.key for token in tokens(unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return stem(word)


def runs_with_ends(texts: Iterable[str]) -> list[str]:
    """The words of all texts in lower case, a run of Chinese as one, with "\\n" between two texts."""
    return _RUN_OR_END.findall(_folded(texts))


def _folded(texts: Iterable[str]) -> str:
    whole = "\n".join(text.replace("\n", " ") for text in texts)
    return _POSSESSIVE.sub("", unicodedata.normalize("NFKC", whole).casefold())


class Texts:
    """Texts of the products as runs of keys, so that a phrase is found by its whole words. Safe to read by threads."""

    def __init__(self, texts: Iterable[str]) -> None:
        written = _TOKEN_OR_END.findall(_folded(texts))
        self.words = [word for word in written if word != "\n"]
        """Every word as written, in lower case, with repeats."""
        self.text = f" {' '.join([word if word == chr(10) else _stem(word) for word in written])} "
        ends = [match.start() for match in re.finditer("\n", self.text)]
        self._starts = np.array([0, *ends], dtype=np.int64)
        self._cache = lru_cache(maxsize=2048)(self._find)

    def places(self, phrase: tuple[str, ...]) -> tuple[int, ...]:
        """Where in `text` the keys follow one another: the place of the space before each."""
        return self._cache(phrase)

    def positions(self, phrase: tuple[str, ...]) -> Positions:
        """int64: positions of the products that say the phrase, ascending, each once."""
        return np.unique(self.positions_of(self.places(phrase)))

    def positions_of(self, places: Iterable[int]) -> Positions:
        """int64: the product of each place in `text`."""
        return np.searchsorted(self._starts, np.array(list(places), dtype=np.int64), side="right") - 1

    def _find(self, phrase: tuple[str, ...]) -> tuple[int, ...]:
        wanted = f" {' '.join(phrase)} "
        found, at = [], self.text.find(wanted)
        while at >= 0:
            found.append(at)
            at = self.text.find(wanted, at + 1)
        return tuple(found)


class Typed:
    """What was typed, normalised (NFKC, case kept), with the way back to the letters that were typed.

    `text` may be changed by `replaced`; `said` still gives what stood there at first.
    """

    def __init__(self, text: str, origins: list[tuple[int, int]] | None = None, source: str | None = None) -> None:
        self.source = unicodedata.normalize("NFC", text) if source is None else source
        if origins is None:
            pieces = [(unicodedata.normalize("NFKC", char), i) for i, char in enumerate(self.source)]
            text = "".join(piece for piece, _ in pieces)
            origins = [(i, i + 1) for piece, i in pieces for _ in piece]
        self.text, self._origins = text, origins

    def said(self, start: int, end: int) -> str:
        """The typed letters behind text[start:end]."""
        if start >= end:
            return ""
        return self.source[self._origins[start][0] : self._origins[end - 1][1]].strip()

    def replaced(self, changes: Iterable[tuple[int, int, str]]) -> Typed:
        """With (start, end, other words) put in place, given in the order of the text."""
        text, origins, last = "", [], 0
        for start, end, other in changes:
            text += self.text[last:start] + other
            span = (self._origins[start][0], self._origins[end - 1][1])
            origins += [*self._origins[last:start], *[span] * len(other)]
            last = end
        return Typed(text + self.text[last:], [*origins, *self._origins[last:]], self.source)
