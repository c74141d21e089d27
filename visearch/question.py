"""A query as a direction in the encoder's space."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from visearch.calibration import Calibration
from visearch.errors import QueryError
from visearch.images import crop
from visearch.lift import Lift, Lifts
from visearch.models.base import Embedder
from visearch.ranking import Added
from visearch.recent import Recent
from visearch.types import RANKERS, Box, Query, Vectors

_CACHED_QUERIES = 256
MOST_TEXT = 2000
"""Characters of a query: no encoder reads more than a part of that."""
_LIKE_SHARE = 0.5


@dataclass(frozen=True)
class Question:
    """A query as a direction: `vector` (1, dim) of unit norm = photo * image part + text * text part.

    `lift` is what the catalogue's own words add, where there are a photo and words; `added` where there are only words:
    then a row's score is that of visearch.ranking.
    """

    vector: Vectors
    photo: float
    text: float
    lift: Lift | None = None
    added: Added | None = None

    @property
    def words(self) -> Vectors:
        """The direction in units of the words' own vector, for a question with words."""
        return self.vector / np.float32(self.text)


class Questions:
    """Turns queries into directions, and keeps the vectors of the last pictures and words. Thread-safe."""

    def __init__(
        self,
        embedder: Callable[[], Embedder],
        product_vector: Callable[[str], Vectors],
        calibration: Calibration,
        lifts: Lifts,
    ) -> None:
        self._embedder = embedder
        self._product_vector = product_vector
        self._calibration = calibration
        self._lifts = lifts
        self._vectors: Recent[Vectors] = Recent(_CACHED_QUERIES)

    def of(self, query: Query) -> Question:
        """Raises QueryError for a query that asks nothing or weighs wrongly, PictureError for an empty box."""
        _check(query)
        photo = None if query.image is None else self._photo_vector(query.image, query)
        liked = [self._product_vector(i) for i in query.more_like]
        if photo is None and liked and not query.text:
            photo, liked = unit(np.sum(liked, axis=0)), []
        words = self._text_vector(query.text) if query.text.strip() else None
        share = _share(query, photo is not None, words is not None)
        # Words score in a narrower range than photos do: the spreads make half a share mean half a say.
        scale = self._calibration.photo_spread / self._calibration.text_spread
        weights = [1 - share, share * scale]
        vector = weights[0] * (0 if photo is None else photo) + weights[1] * (0 if words is None else words)
        for like in liked:
            vector = vector + _LIKE_SHARE / len(liked) * like
        for unlike in (self._product_vector(i) for i in query.less_like):
            vector = vector - _LIKE_SHARE / len(query.less_like) * unlike
        norm = max(float(np.linalg.norm(vector)), 1e-9)
        direction = np.ascontiguousarray(vector / norm, dtype=np.float32)
        return Question(direction, weights[0] / norm, weights[1] / norm, self._lifts.of(query.text, share, norm))

    def _photo_vector(self, image: Image.Image, query: Query) -> Vectors:
        part = self.picture_vector(image, query.box)
        context = _context(query)
        return unit((1 - context) * part + context * self.picture_vector(image, None)) if context else part

    def picture_vector(self, image: Image.Image, box: Box | None) -> Vectors:
        """float32 (1, dim): the encoder's vector of a picture or its box. Raises PictureError for an empty box."""
        if box is not None:
            image = crop(image, box)
        digest = hashlib.sha256(image.tobytes())
        key = f"image:{image.size}:{digest.hexdigest()}"
        return self._vectors.get(key, lambda: self._embedder().embed_images([image]))

    def _text_vector(self, text: str) -> Vectors:
        return self._vectors.get(f"text:{text}", lambda: self._embedder().embed_texts([text.strip()]))


def unit(vector: Any) -> Vectors:
    """The same direction with length 1, float32."""
    return np.ascontiguousarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def check(query: Query) -> None:
    """Raises QueryError for an unknown ranker or endless words."""
    if len(query.text) > MOST_TEXT:
        raise QueryError(f"The words are {len(query.text):,} characters long.", f"Give at most {MOST_TEXT:,}.")
    if query.ranker not in RANKERS:
        raise QueryError(f"There is no ranker {query.ranker!r}.", f"Use one of: {', '.join(RANKERS)}.")


def _check(query: Query) -> None:
    if not query.text.strip() and query.image is None and not query.more_like:
        raise QueryError("There is nothing to search for.", "Give a photo, some words, or both.")
    if query.box is not None and query.image is None:
        raise QueryError("A box needs a photo to be cut from.", "Give the photo too.")


def _share(query: Query, has_photo: bool, has_words: bool) -> float:
    if not (has_photo and has_words):
        return float(has_words)
    share = float(query.weights.get("text", 0.5))
    if not 0 <= share <= 1:
        raise QueryError(f"The weight of the words is {share:g}.", "It must be between 0 (photo only) and 1.")
    return share


def _context(query: Query) -> float:
    share = float(query.weights.get("context", 0.0)) if query.box is not None else 0.0
    if not 0 <= share <= 1:
        raise QueryError(f"The weight of the context is {share:g}.", "It must be between 0 (the box alone) and 1.")
    return share
