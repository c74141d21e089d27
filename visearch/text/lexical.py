"""Keyword search over what the catalogue says in words: BM25 and TF-IDF, English and Chinese."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from visearch.cjk import CJK
from visearch.packages import optional
from visearch.text.chinese import chinese_of
from visearch.text.fillers import FILLERS
from visearch.text.stem import stem
from visearch.text.units import sizes
from visearch.types import Product, Scores

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

LABELS = ("category", "subcategory", "color", "material", "pattern")
"""Fields whose values are said in Chinese too."""

TITLES: Mapping[str, int] = {"title": 1, "title_zh": 1}

_TOKEN = re.compile(rf"[{CJK}]+|\d+(?:\.\d+)+|[^\W_{CJK}]+")
_CJK_START = re.compile(rf"[{CJK}]")
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


def search_tokens(text: str) -> list[str]:
    """`tokenize` without words that say nothing, plurals as singulars, and sizes in one spelling too ("350ml")."""
    said = [token for token in tokenize(text) if token not in FILLERS]
    return [token if is_cjk(token) else stem(token) for token in said] + sorted(sizes(text))


def product_tokens(product: Product, fields: Mapping[str, int] = FIELDS) -> list[str]:
    """The `search_tokens` of a product's fields, and of its labels in Chinese where the project knows them."""
    tokens = [t for name, n in fields.items() for t in search_tokens(str(getattr(product, name) or "")) * n]
    for name in LABELS:
        tokens += search_tokens(chinese_of(str(getattr(product, name) or "")))
    return tokens


def plain_tokens(product: Product, fields: Mapping[str, int] = FIELDS) -> list[str]:
    """The words of a product's fields as they stand."""
    return [token for name, n in fields.items() for token in tokenize(str(getattr(product, name) or "")) * n]


class LexicalIndex:
    """BM25 (Lucene's variant, k1 = 1.5, b = 0.75) over the words of products, in memory.

    Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; computed by bm25s (MIT).
    Raises VisearchError with the install command when bm25s is missing.
    """

    def __init__(self, corpus: Sequence[Sequence[str]], tokens: Callable[[str], list[str]] = tokenize) -> None:
        """`corpus` holds the tokens of each product, `tokens` makes those of a query."""
        self._size, self._tokens = len(corpus), tokens
        self._documents = Counter(token for said in corpus for token in set(said))
        self._bm25 = _bm25(corpus) if self._documents else None

    @classmethod
    def plain(cls, products: Sequence[Product], fields: Mapping[str, int] = FIELDS) -> LexicalIndex:
        """Words as they stand: the classic keyword search, with Chinese as characters and pairs."""
        return cls([plain_tokens(product, fields) for product in products])

    @classmethod
    def full(cls, products: Sequence[Product]) -> LexicalIndex:
        """Plurals, sizes and Chinese labels brought together: the keyword part of the hybrid search."""
        return cls([product_tokens(product) for product in products], search_tokens)

    @property
    def speaks(self) -> bool:
        """Whether there is any word at all."""
        return self._bm25 is not None

    def search(self, text: str, k: int) -> list[tuple[int, float]]:
        """Positions in the corpus with their BM25 score, best first; equal scores by position.

        Only products that share a word with `text` come back, at most k of them.
        """
        scores = self.scores(text)
        found = np.flatnonzero(scores > 0)
        best = found[np.argsort(-scores[found], kind="stable")][: max(k, 0)]
        return [(int(position), float(scores[position])) for position in best]

    def scores(self, text: str) -> Scores:
        """float32 (products,): the BM25 score of each product, 0 where no word is shared."""
        tokens = [token for token in self._tokens(text) if token in self._documents]
        if self._bm25 is None or not tokens:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(tokens), dtype=np.float32)

    def shares(self, text: str) -> Scores:
        """float32 (products,) in [0, 1]: `scores` as a share of what a product made of these words would get at most.

        So it means the same for short and long queries and in every catalogue. A word that nobody has counts with the
        weight of the rarest: a product with half of the words is half an answer, also when it is the best one.
        """
        most = sum(self._weight(token) for token in self._tokens(text))
        return self.scores(text) / np.float32(max(most, 1e-9))

    def _weight(self, token: str) -> float:
        """Lucene's idf, to which the score of a word rises with its count: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        n = self._documents[token]
        return math.log1p((self._size - n + 0.5) / (n + 0.5))


class TfIdfIndex:
    """Cosine of TF-IDF vectors (sublinear tf, smoothed idf) by scikit-learn, over the same plain words as BM25.

    Salton and Buckley, Term-weighting approaches in automatic text retrieval, 1988. Raises VisearchError with the
    install command when scikit-learn is missing.
    """

    def __init__(self, products: Sequence[Product], fields: Mapping[str, int] = FIELDS) -> None:
        corpus = [plain_tokens(product, fields) for product in products]
        self._size = len(corpus)
        text = optional("sklearn.feature_extraction.text", "scikit-learn", "TF-IDF")
        self._vectorizer = text.TfidfVectorizer(analyzer=_as_they_are, sublinear_tf=True, dtype=np.float32)
        self._matrix = self._vectorizer.fit_transform(corpus) if any(corpus) else None

    def scores(self, text: str) -> Scores:
        """float32 (products,) in [0, 1]: the cosine, 0 where no word is shared."""
        if self._matrix is None:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray((self._matrix @ self._vectorizer.transform([tokenize(text)]).T).todense()).ravel()


def _as_they_are(tokens: list[str]) -> list[str]:
    return tokens


def _bm25(corpus: Sequence[Sequence[str]]) -> Any:
    index = optional("bm25s", "bm25s", "Keyword search").BM25()
    index.index([list(said) for said in corpus], show_progress=False)
    return index
