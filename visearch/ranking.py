"""What words add to a product's score: keywords, meaning, looks, and what the shopper prefers, in one sum.

    score = 12 * keywords + meaning + 0.3 * looks + preference * agreement

keywords
    BM25 as a share of the most that a product could get for these words (visearch.text.lexical), in [0, 1].
meaning
    text against text: the mean over the sentence encoders of z = (cosine - mean) / spread of random pairs of products.
looks
    text against pictures, as a z in the same way. A product that says nothing has its looks for meaning too.
agreement
    the share of colour, material, kind, brand and size read from the query that the product has.

Scores are summed, not ranks: a rank forgets whether the first was far ahead. As every part is measured in spreads of
unrelated pairs, one set of weights serves all catalogues and languages. The weights were chosen on half A of the text
queries of the sample and eight catalogues: `python -m visearch.evaluate.words` prints them beside half B.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from visearch.calibration import Calibration
from visearch.models.sentences import SentenceEncoder
from visearch.recent import VISITORS_KEEP_S, Recent
from visearch.store import OpenIndex
from visearch.text.lexical import LexicalIndex, TfIdfIndex
from visearch.types import RowIds, Scores, Vectors

KEYWORDS, MEANING, LOOKS, PREFERENCE = 12.0, 1.0, 0.3, 3.0
RRF_K = 60
"""The constant of reciprocal rank fusion, as its authors had it (Cormack, Clarke and Buettcher, SIGIR 2009)."""

ANCHORS: Mapping[str, tuple[float, float, float, float]] = {
    "hybrid": (-3.0, 2.0, 10.5, 14.0),
    "bm25": (0.0, 0.3, 0.65, 0.85),
    "tfidf": (0.0, 0.2, 0.6, 1.0),
    "text": (-2.0, 0.8, 2.8, 4.0),
    "rrf": (0.0, 1 / (RRF_K + 1), 2 / (RRF_K + 1), 3 / (RRF_K + 1)),
}
"""Scores at match 0, 50, 90 and 100: on half A, queries of other catalogues stay below 50 three times of four, and a
right first product is between 50 and 100."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Added:
    """What is added to `looks` times the cosine of a row: `values` float32 (products,), -inf for one that is no answer.

    `parts` holds what the values are made of, by name, each float32 (products,); `anchors` are the scores at match 0,
    50, 90 and 100. `low` is the cosine of random pairs, in the same unit as the cosines.
    """

    values: Floats
    looks: float
    low: float
    parts: Mapping[str, Floats]
    anchors: tuple[float, float, float, float]

    def shares(self, position: int, score: float) -> dict[str, float]:
        """How much each part has in the score of one product; they sum to 1, {} when nothing speaks for it."""
        told = {name: max(0.0, float(values[position])) for name, values in self.parts.items()}
        if self.looks:
            # What is left of the score, without its mean: the cosine above that of random pairs.
            told["picture"] = max(0.0, score - float(self.values[position]) - self.looks * self.low)
        total = sum(told.values())
        return {name: value / total for name, value in told.items() if value > 0} if total > 0 else {}


class WordRanking:
    """Ranks one catalogue's products by words. What it needs is built when it is first asked. Thread-safe."""

    def __init__(
        self,
        opened: OpenIndex,
        calibration: Calibration,
        sentences: Callable[[], Mapping[str, SentenceEncoder]] = dict,
    ) -> None:
        self._opened, self._calibration, self._sentences = opened, calibration, sentences
        self._size = len(opened.products)
        self._asked: Recent[Vectors] = Recent(keep_s=VISITORS_KEEP_S)

    @property
    def silent(self) -> bool:
        """Whether the catalogue says nothing in words, so that only looks can rank."""
        return not self._full.speaks

    def of(self, text: str, ranker: str, vector: Vectors, agreement: Floats | None = None) -> Added:
        """What `text` adds for one of RANKERS but picture and caption.

        `vector` (1, dim), of any length, is what rows are multiplied with: the words' own, and perhaps liked products.
        """
        if ranker == "hybrid":
            return self._hybrid(text, vector, agreement)
        if ranker == "rrf":
            return self._fused_ranks(text, vector)
        scores = {"bm25": self._bm25, "tfidf": self._tfidf, "text": self._meaning_alone}[ranker](text)
        return Added(scores, 0.0, 0.0, {"words" if ranker != "text" else "meaning": scores}, ANCHORS[ranker])

    def parts(self, text: str, vector: Vectors, agreement: Floats | None = None) -> dict[str, Floats]:
        """float32 (products,) each: keywords, meaning, looks and perhaps agreement, before they are weighted."""
        meaning = self._meaning_or_looks(text, vector)
        parts = {"keywords": self._full.shares(text), "meaning": meaning, "looks": self._z(vector)}
        return parts if agreement is None else {**parts, "agreement": agreement}

    def _hybrid(self, text: str, vector: Vectors, agreement: Floats | None) -> Added:
        low, spread = self._calibration.text[0], self._calibration.text_spread
        words = np.float32(KEYWORDS) * self._full.shares(text)
        parts = {"words": words, "meaning": np.float32(MEANING) * self._meaning_or_looks(text, vector)}
        if agreement is not None:
            parts["wishes"] = np.float32(PREFERENCE) * agreement
        looks = LOOKS / spread
        values = sum(parts.values(), np.full(self._size, -looks * low, dtype=np.float32))
        return Added(values.astype(np.float32), looks, low, parts, ANCHORS["hybrid"])

    def _meaning_or_looks(self, text: str, vector: Vectors) -> Floats:
        """The meaning's z, for a product that says nothing that is read its looks' z."""
        meaning, known = self._meaning(text)
        return meaning if known.all() else np.where(known, meaning, self._z(vector, ~known)).astype(np.float32)

    def _z(self, vector: Vectors, wanted: npt.NDArray[np.bool_] | None = None) -> Floats:
        return ((self._looks(vector, wanted) - self._calibration.text[0]) / self._calibration.text_spread).astype(
            np.float32
        )

    def _fused_ranks(self, text: str, vector: Vectors) -> Added:
        words, (meaning, known) = self._full.shares(text), self._meaning(text)
        lists = {"words": (words, words > 0), "meaning": (meaning, known), "picture": (self._looks(vector), None)}
        parts = {name: _reciprocal_ranks(scores, among) for name, (scores, among) in lists.items()}
        return Added(sum(parts.values(), np.zeros(self._size, np.float32)), 0.0, 0.0, parts, ANCHORS["rrf"])

    def _bm25(self, text: str) -> Floats:
        shares = self._plain.shares(text)
        return np.where(shares > 0, shares, -np.inf).astype(np.float32)

    def _tfidf(self, text: str) -> Floats:
        scores = self._weighted.scores(text)
        return np.where(scores > 0, scores, -np.inf).astype(np.float32)

    def _meaning_alone(self, text: str) -> Floats:
        meaning, known = self._meaning(text)
        return np.where(known, meaning, -np.inf).astype(np.float32)

    def _meaning(self, text: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """float32 (products,) z of text against text, and for which products it is known."""
        total = np.zeros(self._size, dtype=np.float32)
        count = np.zeros(self._size, dtype=np.float32)
        for name, rows in self._opened.passages.items():
            encoder = self._encoders.get(name)
            if encoder is None or encoder.info.fingerprint != rows.fingerprint or not encoder.reads_query(text):
                continue
            asked = self._asked.get((name, text), partial(encoder.embed_queries, [text]))
            z = (rows.vectors @ asked[0] - rows.mean) / rows.spread
            best = np.full(self._size, -np.inf, dtype=np.float32)
            np.maximum.at(best, rows.product, z.astype(np.float32))
            has = np.isfinite(best)
            total[has] += best[has]
            count[has] += 1
        return (total / np.maximum(count, 1)).astype(np.float32), count > 0

    def _looks(self, vector: Vectors, wanted: npt.NDArray[np.bool_] | None = None) -> Floats:
        """float32 (products,): the best dot product of each product's pictures; of a large index only those of the
        products that are `wanted`, -inf for the others."""
        vectors, owner = self._opened.vectors, self._opened.row_product
        best = np.full(self._size, -np.inf, dtype=np.float32)
        if wanted is None or len(owner) <= EXACT_UP_TO:
            np.maximum.at(best, owner, np.asarray(vectors @ vector[0], dtype=np.float32))
            return best
        rows = np.flatnonzero(wanted[owner])
        for start in range(0, len(rows), _LOOK_AT_ONCE):
            part = rows[start : start + _LOOK_AT_ONCE]
            np.maximum.at(best, owner[part], np.asarray(vectors[part] @ vector[0], dtype=np.float32))
        return best

    @cached_property
    def _encoders(self) -> Mapping[str, SentenceEncoder]:
        return self._sentences()

    @cached_property
    def _full(self) -> LexicalIndex:
        return LexicalIndex.full(self._opened.products)

    @cached_property
    def _plain(self) -> LexicalIndex:
        return LexicalIndex.plain(self._opened.products)

    @cached_property
    def _weighted(self) -> TfIdfIndex:
        return TfIdfIndex(self._opened.products)


def ranked_rows(
    opened: OpenIndex, vector: Vectors, wanted: int, allowed: RowIds | None, added: Added
) -> tuple[RowIds, Scores]:
    """The rows with the best `added.looks * <row, vector> + added.values`: int64 and float32 (m,), best first.

    Up to EXACT_UP_TO rows every one is scored. In a larger index those are that are among the best by looks or whose
    product is among the best by words, `wanted` (at least DEPTH) of each: a product that is far down in both lists is
    none of the best of the sum.
    """
    among = np.arange(len(opened.row_product), dtype=np.int64) if allowed is None else allowed
    if len(among) > EXACT_UP_TO:
        among = _candidates(opened, vector, max(wanted, DEPTH), allowed, among, added)
    values = added.values[opened.row_product[among]]
    scores = values + np.float32(added.looks) * _dots(opened, vector, among)
    order = np.lexsort((among, -scores))
    order = order[np.isfinite(scores[order])][:wanted]
    return among[order], scores[order].astype(np.float32)


EXACT_UP_TO = 20_000
DEPTH = 1000
_LOOK_AT_ONCE = 4096


def _dots(opened: OpenIndex, vector: Vectors, among: RowIds) -> Floats:
    # Picking rows copies them, which takes longer than multiplying all of a small index.
    if len(opened.row_product) <= EXACT_UP_TO:
        return np.asarray(opened.vectors @ vector[0], dtype=np.float32)[among]
    return np.asarray(opened.vectors[among] @ vector[0], dtype=np.float32)


def _candidates(
    opened: OpenIndex, vector: Vectors, depth: int, allowed: RowIds | None, among: RowIds, added: Added
) -> RowIds:
    values = added.values[opened.row_product[among]]
    by_words = among[np.argpartition(-values, min(depth, len(among) - 1))[:depth]]
    if not added.looks:
        return np.sort(by_words)
    unit = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return np.union1d(by_words, opened.index.search(unit, depth, allowed)[0][0])


def _reciprocal_ranks(scores: Floats, among: npt.NDArray[np.bool_] | None) -> Floats:
    found = np.flatnonzero(among) if among is not None else np.arange(len(scores))
    out = np.zeros(len(scores), dtype=np.float32)
    order = found[np.argsort(-scores[found], kind="stable")]
    out[order] = 1 / (RRF_K + 1 + np.arange(len(found)))
    return out
