"""What buyers say of a product, and of those that look like it, from reviews.csv beside a catalogue.

Columns: product_id, rating (1 to 5), text, date (ISO), language. Rows that cannot be used are left out and counted.
Highlights are what says most of what all of them say: those whose words' TF-IDF vector has the greatest
part of the others' in common (the centroid's cosine, as in MEAD: Radev et al., Information Processing & Management 40,
2004), each next one less alike those already chosen (MMR); praise (4 and 5 stars) and complaint (up to 3) apart. A
short review stands as a whole, as its sentences need each other.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from visearch.catalog.beside import REVIEWS
from visearch.engine import SearchEngine
from visearch.errors import CatalogError
from visearch.shop.kept import kept
from visearch.types import Hit

PRAISE, COMPLAINT = 4, 3
"""Stars from which a review praises, and up to which it finds fault."""
CHOSEN = 2
"""Highlights of a kind."""
REPEATS = 0.5
"""How much a highlight loses by being like one that was chosen before."""
WHOLE = 260
"""Characters up to which a review is a highlight as a whole; of longer ones it is a sentence."""
MOST_TEXT = 2000
MOST_ROWS = 1_000_000
_COLUMNS = ("product_id", "rating", "text")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")


@dataclass(frozen=True)
class Review:
    """One review: 1 to 5 stars; `date` is ISO or empty, `language` a BCP 47 tag or empty."""

    product: str
    rating: float
    text: str
    date: str = ""
    language: str = ""


@dataclass(frozen=True)
class Highlight:
    """A review or a sentence of it, as it was written."""

    text: str
    rating: float
    product: str
    date: str = ""
    language: str = ""


@dataclass(frozen=True)
class Voices:
    """What `n` reviews say: their mean, how many gave 1, 2, 3, 4 and 5 stars, and the sentences that stand for them."""

    n: int = 0
    mean: float | None = None
    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    praise: tuple[Highlight, ...] = ()
    complaint: tuple[Highlight, ...] = ()


@dataclass(frozen=True)
class Near:
    """A product's own voices, and those of the look-alikes that were asked beside it."""

    own: Voices
    alike: Voices
    lookalikes: tuple[Hit, ...]


@dataclass(frozen=True)
class Reviews:
    """All reviews of a catalogue by product; `sample` where they were written for the demonstration."""

    by_product: Mapping[str, tuple[Review, ...]] = field(default_factory=dict)
    skipped: int = 0
    sample: bool = False

    def __bool__(self) -> bool:
        return bool(self.by_product)

    def of(self, product_ids: Iterable[str], language: str = "en") -> Voices:
        """What is said of these products; highlights in `language` where there are any in it."""
        found = [review for i in product_ids for review in self.by_product.get(i, ())]
        if not found:
            return Voices()
        stars = Counter(min(5, max(1, round(review.rating))) for review in found)
        counts = (stars[1], stars[2], stars[3], stars[4], stars[5])
        own = [review for review in found if review.language.startswith(language)] or found
        praise = highlights([one for one in own if one.rating >= PRAISE])
        complaint = highlights([one for one in own if one.rating <= COMPLAINT])
        return Voices(len(found), sum(one.rating for one in found) / len(found), counts, praise, complaint)


def reviews_of(engine: SearchEngine) -> Reviews:
    """The reviews beside the engine's catalogue, read once; none where there is no reviews.csv.

    Raises CatalogError when the file cannot be read or lacks a column.
    """
    return kept(engine, _read)


def near(engine: SearchEngine, product_id: str, k: int = 6, language: str = "en") -> Near:
    """What is said of a product and, apart from it, of its k closest look-alikes that have reviews.

    Raises QueryError for an unknown product.
    """
    reviews = reviews_of(engine)
    engine.product(product_id)
    hits = engine.similar(product_id, 4 * k).hits if reviews else ()
    alike = tuple(hit for hit in hits if hit.close and hit.product.id in reviews.by_product)[:k]
    return Near(reviews.of([product_id], language), reviews.of([hit.product.id for hit in alike], language), alike)


# ---------------------------------------------------------------------- reading


def _read(engine: SearchEngine) -> Reviews:
    catalog = str(engine.opened.manifest.catalog["id"])
    path = engine.opened.beside(REVIEWS)
    known = {product.id for product in engine.opened.products}
    return read_reviews(path, known, catalog == "sample") if path else Reviews()


def read_reviews(path: Path, known: Iterable[str], sample: bool = False) -> Reviews:
    """Those of `known` products. Raises CatalogError when the file cannot be read or lacks a column."""
    products = set(known)
    by_product: dict[str, list[Review]] = defaultdict(list)
    skipped = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise CatalogError(f"{path.name} has no column {missing[0]!r}.", f"It needs {', '.join(_COLUMNS)}.")
            for number, row in enumerate(rows):
                review = _review(row) if number < MOST_ROWS else None
                if review is None or review.product not in products:
                    skipped += 1
                else:
                    by_product[review.product].append(review)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(f"{path.name} cannot be read: {error}.", "Save it as CSV in UTF-8.") from error
    newest = {i: tuple(sorted(found, key=lambda one: one.date, reverse=True)) for i, found in by_product.items()}
    return Reviews(newest, skipped, sample)


def _review(row: Mapping[str, str | None]) -> Review | None:
    try:
        rating = float(row.get("rating") or "")
    except ValueError:
        return None
    text = " ".join((row.get("text") or "").split())[:MOST_TEXT]
    if not 1 <= rating <= 5 or not text:
        return None
    date = (row.get("date") or "").strip()[:10]
    language = (row.get("language") or "").strip().lower()[:12]
    return Review((row.get("product_id") or "").strip(), rating, text, date if _DATE.fullmatch(date) else "", language)


# ---------------------------------------------------------------------- highlights


def highlights(reviews: Sequence[Review], n: int = CHOSEN) -> tuple[Highlight, ...]:
    """The n that say most of what all say, no two of one review; the newer of equal ones first."""
    said = [
        Highlight(sentence, review.rating, review.product, review.date, review.language)
        for review in reviews
        for sentence in _sentences(review.text)
    ]
    if not said:
        return ()
    source = [number for number, review in enumerate(reviews) for _ in _sentences(review.text)]
    vectors = vectors_of([one.text for one in said])
    centre = vectors.mean(axis=0)
    worth = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    chosen: list[int] = []
    while len(chosen) < n:
        free = [i for i in range(len(said)) if source[i] not in {source[c] for c in chosen}]
        if not free:
            break
        repeated = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(said))
        chosen.append(max(free, key=lambda i: (worth[i] - REPEATS * repeated[i], -i)))
    return tuple(said[i] for i in chosen)


def _sentences(text: str) -> list[str]:
    if len(text) <= WHOLE:
        return [text]
    return [sentence for found in _SENTENCE.findall(text) if len(sentence := found.strip()) > 1]


def vectors_of(sentences: Sequence[str]) -> np.ndarray:
    """float64 (n, words), unit rows: TF-IDF over these texts alone."""
    from visearch.text.lexical import search_tokens

    counted = [Counter(search_tokens(sentence)) for sentence in sentences]
    words = {word: i for i, word in enumerate(sorted({word for one in counted for word in one}))}
    table = np.zeros((len(sentences), max(len(words), 1)))
    for row, one in enumerate(counted):
        for word, times in one.items():
            table[row, words[word]] = times
    table *= np.log((1 + len(sentences)) / (1 + (table > 0).sum(axis=0))) + 1
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
