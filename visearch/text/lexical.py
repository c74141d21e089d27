"""Keyword search over what the catalogue says in words: BM25, English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visearch.packages import optional
from visearch.types import Product

FIELDS: Mapping[str, int] = {
    "title": 2,
    "title_zh": 2,
    "description": 1,
    "description_zh": 1,
    "brand": 1,
    "category": 1,
    "subcategory": 1,
    "color": 1,
    "material": 1,
    "pattern": 1,
}
"""Field of a product -> how often its words are counted. A name says more than a description does."""

TITLES: Mapping[str, int] = {"title": 1, "title_zh": 1}

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_CJK}]+|\d+(?:\.\d+)+|[^\W_{_CJK}]+")
_CJK_START = re.compile(rf"[{_CJK}]")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")


def words(text: str) -> list[str]:
    """Lower-cased words of any script; a run of Chinese, Japanese or Korean is one word.

    Full-width forms are folded (NFKC), "men's" is "men", "13.3" stays whole.
    """
    plain = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return [match.group() for match in _TOKEN.finditer(plain)]


def is_cjk(word: str) -> bool:
    """Whether one of `words` is a run of Chinese, Japanese or Korean."""
    return _CJK_START.match(word) is not None


def tokenize(text: str) -> list[str]:
    """`words`, with runs of Chinese, Japanese or Korean as single characters and pairs."""
    tokens: list[str] = []
    for word in words(text):
        if is_cjk(word):
            tokens.extend(word)
            tokens.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            tokens.append(word)
    return tokens


class LexicalIndex:
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75) over some fields of the products, in memory.

    Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; computed by bm25s (MIT).
    Raises VisearchError with the install command when bm25s is missing.
    """

    def __init__(self, products: Sequence[Product], fields: Mapping[str, int] = FIELDS) -> None:
        corpus = [_words(product, fields) for product in products]
        self._size = len(corpus)
        self._bm25 = _bm25(corpus) if any(corpus) else None

    def search(self, text: str, k: int) -> list[tuple[int, float]]:
        """Positions in `products` with their BM25 score, best first; equal scores by position.

        Only products that share a word with `text` come back, at most k of them.
        """
        scores = self.scores(text)
        found = np.flatnonzero(scores > 0)
        best = found[np.argsort(-scores[found], kind="stable")][: max(k, 0)]
        return [(int(position), float(scores[position])) for position in best]

    def scores(self, text: str) -> np.ndarray:
        """float32 (products,): the BM25 score of each product, 0 where no word is shared."""
        known = self._bm25.vocab_dict if self._bm25 is not None else ()
        tokens = [token for token in tokenize(text) if token in known]
        if self._bm25 is None or not tokens:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(tokens), dtype=np.float32)


def _words(product: Product, fields: Mapping[str, int]) -> list[str]:
    return [token for field, times in fields.items() for token in tokenize(str(getattr(product, field) or "")) * times]


def _bm25(corpus: list[list[str]]) -> Any:
    index = optional("bm25s", "bm25s", "Keyword search").BM25()
    index.index(corpus, show_progress=False)
    return index
