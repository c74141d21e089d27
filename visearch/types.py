"""The data that moves between the parts: plain frozen dataclasses and array aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

Vectors: TypeAlias = npt.NDArray[np.float32]
"""float32 (n, dim), C-contiguous, every row of unit L2 norm."""

RowIds: TypeAlias = npt.NDArray[np.int64]
"""int64, row numbers of an index (a row is one picture), not product ids."""

Scores: TypeAlias = npt.NDArray[np.float32]
"""float32, cosine similarity in [-1, 1], higher is better."""

FilterValue: TypeAlias = str | float | int | bool | tuple["str | float | int", ...] | Mapping[str, float]
"""One value (equals), a tuple (any of), or a mapping with `min` and/or `max` (a closed range)."""

SORTS = ("match", "price", "-price", "rating", "discount")
"""Best match first, cheapest first, dearest first, best rated first, greatest discount first."""

RANKERS = ("hybrid", "bm25", "tfidf", "text", "picture", "rrf", "caption")
"""How words are ranked: all ways together; one way alone (keywords by BM25 or TF-IDF, meaning of the text, looks);
ranks instead of scores (RRF); for a photo, the sentence that describes it by BM25."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright picture; x1 and y1 are exclusive."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str = ""
    score: float = 1.0


@dataclass(frozen=True)
class Product:
    """One product of a catalogue. Empty strings and None mean that the catalogue does not say.

    `image` is the picture reference as the catalogue gives it (several joined by `|`); `pictures` are the
    sha256 hex digests of the pictures' bytes, filled in when the catalogue is indexed. `price` and
    `list_price` are in `currency`; `discount` is a percentage 0-100; `rating` is 0-5.
    """

    id: str
    title: str = ""
    description: str = ""
    category: str = ""
    subcategory: str = ""
    brand: str = ""
    color: str = ""
    material: str = ""
    pattern: str = ""
    price: float | None = None
    list_price: float | None = None
    currency: str = ""
    discount: float | None = None
    rating: float | None = None
    reviews: int | None = None
    stock: int | None = None
    barcode: str = ""
    url: str = ""
    title_zh: str = ""
    description_zh: str = ""
    image: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """One thing that was understood from the words of a query.

    `key` is stable and readable ("color:red", "price:..50", "not:material:leather", "typo:hanbdag"); `field` is price,
    rating, in_stock, on_offer, color, material, pattern, category, subcategory, brand, unit, typo or not; `said` are
    the words that it was read from, as they were typed. `values` are the catalogue's own labels that are meant, for a
    typo the corrected words, for a not what is excluded: labels of `negated_field`, or with "" a word anywhere.
    `filter` is what limits a price, a rating or a flag. A `hard` term limits the products; any other is a preference.
    """

    key: str
    field: str
    said: str
    values: tuple[str, ...] = ()
    filter: FilterValue | None = None
    negated_field: str = ""
    hard: bool = False


@dataclass(frozen=True)
class Query:
    """What a person asks. At least one of `text`, `image`, `more_like` is needed.

    `box` cuts `image` first. `more_like` and `less_like` are product ids. `weights["text"]` in [0, 1] is the
    share of the words when there are a photo and words (default 0.5), `weights["context"]` that of the whole photo
    beside its box (default 0), `weights["colors"]` what of its colours counts where nothing but a photo is asked
    (default 1). `sort` is one of SORTS; `offset` leaves out that many products of the same order.
    `ranker` is one of RANKERS; `ignore` holds keys of terms that shall be plain words.
    """

    text: str = ""
    image: Image.Image | None = None
    box: Box | None = None
    more_like: tuple[str, ...] = ()
    less_like: tuple[str, ...] = ()
    k: int = 10
    filters: Mapping[str, FilterValue] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    sort: str = "match"
    offset: int = 0
    ranker: str = "hybrid"
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One product of an answer: `score` is the raw cosine, `match` the calibrated 0-100 that people see.

    With a photo and words, `score` also holds what the catalogue's own words add (visearch.lift), so it may pass 1.

    `close` is False below the calibrated floor: the nearest that there is, but not close.
    """

    product: Product
    score: float
    match: float
    close: bool = True
    picture: str = ""
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchResult:
    """Hits in the order that was asked for; `notes` are sentences for the person who asked.

    `total` counts the products that pass the filters; `close` those that are close among the nearest that were looked
    at: offset + k for the order of the match, 500 for any other. `understood` is what was read from the words.
    """

    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]
    model_id: str
    index_id: str
    notes: tuple[str, ...] = ()
    total: int = 0
    close: int = 0
    understood: tuple[Term, ...] = ()
