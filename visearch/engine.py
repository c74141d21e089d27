"""The answers: from a Query to ranked products."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from PIL import Image

from visearch.answers import hit_to_json as hit_to_json
from visearch.answers import result_to_json as result_to_json
from visearch.calibration import FLOOR, Calibration, match
from visearch.captions.base import Captioner
from visearch.clock import Clock
from visearch.closeness import DEPTH, Centre, closeness, mean_of
from visearch.colormatch import ColorMatch, Floats
from visearch.describe import Describer, Description
from visearch.errors import QueryError
from visearch.facets import Facets
from visearch.filters import ProductTable
from visearch.gtin import CodeTable
from visearch.images import crop
from visearch.lift import LEVELS, Lifts, nearest
from visearch.limits import Limits, Shelves
from visearch.models.base import Embedder, ModelInfo
from visearch.models.dictionary import EnglishWords
from visearch.models.sentences import SentenceEncoder
from visearch.order import MATCH, Page
from visearch.order import MAX_K as MAX_K
from visearch.question import Question, Questions, check, unit
from visearch.ranking import Added, WordRanking, ranked_rows
from visearch.seen import Seen, sure_labels
from visearch.store import OpenIndex
from visearch.text.understand import Understanding, Understood
from visearch.types import Box, FilterValue, Hit, Product, Query, RowIds, Scores, SearchResult, Term, Vectors

_TIE_ROOM = 16


class SearchEngine:
    """Answers over one opened index with one encoder. Safe to call from several threads.

    `embedder` may be a function that gives it; the first query that needs it calls that, so that opening needs no
    weights. `sentences` gives the encoders by which words are held against what the catalogue says, `captioner` the
    model that puts photos into words, where there is one.
    """

    def __init__(
        self,
        opened: OpenIndex,
        embedder: Embedder | Callable[[], Embedder],
        sentences: Callable[[], Mapping[str, SentenceEncoder]] = dict,
        captioner: Callable[[], Captioner] | None = None,
    ) -> None:
        self.opened = opened
        self.model = ModelInfo(**opened.manifest.model)
        self.table = ProductTable(opened.products, sure_labels(self.seen))
        self._load: Callable[[], Embedder] = embedder if callable(embedder) else lambda: embedder
        self._loaded: Embedder | None = None
        self._calibration = Calibration.from_dict(opened.manifest.calibration)
        self._positions = {p.id: i for i, p in enumerate(opened.products)}
        self._rows: dict[int, list[int]] = defaultdict(list)
        for row, position in enumerate(opened.row_product.tolist()):
            self._rows[position].append(row)
        self._most_pictures = max((len(rows) for rows in self._rows.values()), default=1)
        self._lock = threading.Lock()
        self._understanding = Understanding(opened.products, self.table, known=EnglishWords())
        self._shelves = Shelves(opened.products, self.table)
        self._ranking = WordRanking(opened, self._calibration, sentences)
        self._describer = Describer(opened, self.embedder, captioner)
        lifts = Lifts(opened.products, self._calibration.photo_spread)
        self._centre = Centre.of(opened.vectors, self._calibration.centring)
        self._colors = ColorMatch(opened.thumbnail)
        self._questions = Questions(self.embedder, self._product_vector, self._calibration, lifts, self._centre)

    def search(self, query: Query) -> SearchResult:
        """The `query.k` products that look or mean most like the query, best first, ties by product id.

        With another `query.sort`, the close products among the 500 nearest in that order. Raises QueryError when there
        is nothing to search for, k, offset or sort is out of range, or a filter or id is unknown; PictureError when
        the box leaves nothing of the photo.
        """
        clock = Clock()
        page = Page(query.k, query.offset, query.sort)
        check(query)
        if query.ranker == "caption":
            query = self._captioned(query)
            clock.lap("describe")
        understood = self.understand(query.text, query.ignore)
        clock.lap("understand")
        query = replace(query, text=understood.text)
        limits = Limits(query.filters, frozenset(query.less_like), understood.terms)
        if understood.terms and not query.text and query.image is None and not query.more_like:
            return self._browsed(page, limits, clock)
        question = self._questions.of(query)
        clock.lap("embed")
        if query.text and not question.photo and query.ranker != "picture" and not self._ranking.silent:
            question = replace(question, added=self._added(query, understood.terms, question))
            clock.lap("words")
        return self._answer(question, page, limits, clock)

    def understand(self, text: str, ignore: Collection[str] = ()) -> Understood:
        """What the words of a query ask for; keys in `ignore` stay plain words, "*" leaves all of them so."""
        if not text.strip() or "*" in ignore:
            return Understood(text.strip(), ())
        return self._understanding.of(text, ignore)

    def describe(self, image: Image.Image, box: Box | None = None, lang: str = "en") -> Description:
        """A photo, or its box, in words of this catalogue. Raises PictureError for an empty box, ModelError when the
        captioner cannot be had."""
        vector = self._questions.picture_vector(image, box)
        return self._describer.of(image if box is None else crop(image, box), vector, lang)

    def warm_up(self) -> None:
        """Loads and builds what the first search would wait for. Raises as `search` does."""
        self.search(Query("warm 3 cm wrod"))
        self.describe(Image.new("RGB", (32, 32)))

    @cached_property
    def seen(self) -> list[Seen]:
        """What the products' pictures show of what their records leave empty; one a product, or none at all."""
        return [Seen.from_dict(one) for one in self.opened.seen]

    def seen_of(self, product_id: str) -> Seen:
        """What a product's pictures show of what its record leaves empty. Raises QueryError for an unknown id."""
        position = self._position(product_id)
        return self.seen[position] if self.seen else Seen()

    def _captioned(self, query: Query) -> Query:
        """The photo's description, with what was typed, as keywords."""
        if query.image is None:
            raise QueryError("There is no photo to describe.", "Give a photo, or rank words by another way.")
        said = self.describe(query.image, query.box).sentence
        if not said:
            raise QueryError("The photo could not be put into words.", "Search with the photo, or type some words.")
        text = f"{said} {query.text}".strip()
        return replace(query, text=text, image=None, box=None, ranker="bm25", ignore=("*",))

    def parts(self, text: str) -> dict[str, Scores]:
        """float32 (products,) each: what the words' score is made of before it is weighted (visearch.ranking)."""
        understood = self.understand(text)
        question = self._questions.of(Query(understood.text or text))
        return self._ranking.parts(understood.text or text, question.words, self._agreement(understood.terms))

    def _added(self, query: Query, terms: tuple[Term, ...], question: Question) -> Added:
        return self._ranking.of(query.text, query.ranker, question.words, self._agreement(terms))

    def _agreement(self, terms: tuple[Term, ...]) -> Scores | None:
        preferences = [term for term in terms if not term.hard and term.field != "typo"]
        return self._understanding.agreement(preferences) if preferences else None

    def similar(
        self,
        product_id: str,
        k: int = 10,
        filters: Mapping[str, FilterValue] | None = None,
        sort: str = MATCH,
        offset: int = 0,
    ) -> SearchResult:
        """Products that look like one of the catalogue, without itself. Raises QueryError as `search` does."""
        clock, page = Clock(), Page(k, offset, sort)
        (question,) = self._questions.of_pictures(self._product_vector(product_id))
        return self._answer(question, page, Limits(filters or {}, frozenset({product_id})), clock)

    def nearest_to(
        self,
        vectors: Vectors,
        k: int = 10,
        filters: Mapping[str, FilterValue] | None = None,
        plain: bool = False,
        colors: Sequence[Floats] = (),
    ) -> list[tuple[Hit, ...]]:
        """The k products nearest to each picture vector of the encoder, best first; `plain` ones are directions, whose
        scores are cosines. `colors` are those of the pictures, where they count. Raises QueryError as `search`."""
        page = Page(k)
        opened, allowed, total = self._allowed(Limits(filters or {}))
        asked = self._questions.of_directions(vectors) if plain else self._questions.of_pictures(vectors, colors)
        return [tuple(self._hits(question, page.k, allowed, opened)) if total else () for question in asked]

    def rescored(self, hit: Hit, vector: Vectors) -> Hit:
        """The same hit with score and match as for the encoder's picture vector `vector` (dim,)."""
        row = self._picture_rows[hit.picture]
        score = float(closeness(self._centre(vector[None]), self._centre(self.opened.vectors[row : row + 1]))[0])
        found = float(match(np.array([score]), self._calibration.anchors(1.0, 0.0))[0])
        return replace(hit, score=score, match=found, close=found >= FLOOR)

    @cached_property
    def _picture_rows(self) -> dict[str, int]:
        return {sha: row for row, sha in enumerate(self.opened.row_picture)}

    @cached_property
    def mean_vector(self) -> Vectors:
        """float32 (dim,): the mean of at most 2,000 of the pictures' vectors, evenly spaced; not of unit norm."""
        return mean_of(self.opened.vectors)

    def product(self, product_id: str) -> Product:
        """Raises QueryError when the catalogue has no such id."""
        return self.opened.products[self._position(product_id)]

    def by_code(self, text: str) -> tuple[Product, ...]:
        """The products that a barcode, a product id or a shop's address names exactly; none when nothing does."""
        return tuple(self.opened.products[position] for position in self._codes.find(text))

    @cached_property
    def _codes(self) -> CodeTable:
        return CodeTable(self.opened.products)

    def facets(self, filters: Mapping[str, FilterValue] | None = None, terms: Collection[Term] = ()) -> Facets:
        """What can be filtered, each field counted over the products that pass the filters of the other fields.

        `terms` are those of an answer: what its words limit is not counted.
        """
        if not any(term.hard for term in terms):
            return self.table.facets(filters)
        among = Limits(terms=tuple(terms)).passing(self.table, self._understanding, self._position)
        return self.table.facets(filters, among)

    def browse(
        self, k: int = 24, filters: Mapping[str, FilterValue] | None = None, offset: int = 0, sort: str = MATCH
    ) -> SearchResult:
        """Products without a query. Raises QueryError as `search` does.

        There is no match to sort by, so that order takes one category after the other: the first page is varied.
        """
        return self._browsed(Page(k, offset, sort), Limits(filters or {}), Clock())

    def _browsed(self, page: Page, limits: Limits, clock: Clock) -> SearchResult:
        passing = limits.passing(self.table, self._understanding, self._position)
        chosen = self._shelves.page(passing, page)
        hits = tuple(Hit(p, 0.0, 0.0, True, p.pictures[0] if p.pictures else "") for p in chosen)
        total = int(passing.sum())
        return self._result(hits, clock, total, total, limits.terms)

    def embedder(self) -> Embedder:
        """The encoder; loads it the first time."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _product_vector(self, product_id: str) -> Vectors:
        rows = self._rows[self._position(product_id)]
        return unit(np.asarray(self.opened.vectors[rows], dtype=np.float32).sum(0, keepdims=True))

    def _position(self, product_id: str) -> int:
        if product_id not in self._positions:
            raise QueryError(
                f"There is no product {product_id!r} in this catalogue.",
                "Take an id from the results.",
                "no_product",
            )
        return self._positions[product_id]

    # ------------------------------------------------------------------ direction -> products

    def _answer(self, question: Question, page: Page, limits: Limits, clock: Clock) -> SearchResult:
        opened, allowed, total = self._allowed(limits)
        ranked = self._hits(question, page.reach, allowed, opened) if total else []
        hits, close = page.cut(ranked), sum(hit.close for hit in ranked)
        if question.added is not None:
            hits = tuple(self._told(hit, question.added, limits.terms) for hit in hits)
        clock.lap("search")
        return self._result(hits, clock, total, close, limits.terms)

    def _allowed(self, limits: Limits) -> tuple[OpenIndex, RowIds | None, int]:
        return limits.among(self.opened, self.table, self._understanding, self._position)

    def _hits(self, question: Question, k: int, allowed: RowIds | None, opened: OpenIndex) -> list[Hit]:
        reachable = len(self.opened.row_product) if allowed is None else len(allowed)
        # Room for ties at the cut, and for products whose other pictures take places.
        wanted = min(reachable, k * self._most_pictures + _TIE_ROOM)
        if question.added is not None:
            best = self._group(*ranked_rows(opened, question.words, wanted, allowed, question.added))
            anchors = np.array(question.added.anchors)
        else:
            depth, score = max(wanted, min(reachable, DEPTH)), question.scorer(self._centre)
            best = self._group(*nearest(opened, question.vector, depth, allowed, question.lift, score))
            if question.colors is not None:
                best = self._colors.ranked(best, opened.row_picture, question.colors, question.color_weight)
            anchors = self._calibration.anchors(question.photo, question.text)
        if question.lift is not None:
            anchors = anchors + question.lift.most * LEVELS
        matches = match(np.array([score for _, score, _ in best]), anchors)
        hits = [
            Hit(self.opened.products[position], score, float(m), bool(m >= FLOOR), self.opened.row_picture[row])
            for (position, score, row), m in zip(best, matches, strict=True)
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.product.id))
        return hits[:k]

    def _told(self, hit: Hit, added: Added, terms: tuple[Term, ...]) -> Hit:
        """The hit with the shares of its parts in the score, and the preferences that it agrees with."""
        position = self._positions[hit.product.id]
        agrees = self._understanding.agreeing(position, terms) if terms else {}
        shares = added.shares(position, hit.score)
        return replace(hit, why={**hit.why, "shares": shares, "agrees": agrees})

    def _group(self, rows: RowIds, scores: Scores) -> list[tuple[int, float, int]]:
        """(product position, score, row) of each product's best picture, best first."""
        seen: dict[int, tuple[int, float, int]] = {}
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            position = int(self.opened.row_product[row])
            if position not in seen:
                seen[position] = (position, score, row)
        return list(seen.values())

    def _result(
        self, hits: tuple[Hit, ...], clock: Clock, total: int, close: int, terms: tuple[Term, ...] = ()
    ) -> SearchResult:
        manifest = self.opened.manifest
        notes = () if close or not hits else ("Nothing close in this catalogue: these are the nearest.",)
        index_id = f"{manifest.catalog['id']} ({manifest.index_id})"
        timings = clock.timings_ms()
        return SearchResult(hits, timings, self.model.name, index_id, notes, total, close, terms)
