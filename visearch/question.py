"""A query as a direction in the encoder's space."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from visearch.calibration import Calibration
from visearch.closeness import Centre, closeness, color_weight_of, direction, views_of
from visearch.colormatch import Floats, colors_of_photo
from visearch.errors import QueryError
from visearch.images import crop
from visearch.lift import Lift, Lifts
from visearch.models.base import Embedder
from visearch.ranking import Added
from visearch.recent import VISITORS_KEEP_S, Recent
from visearch.types import RANKERS, Box, Query, Scores, Vectors

_CACHED_QUERIES = 256
MOST_TEXT = 2000
"""Characters of a query: no encoder reads more than a part of that."""
_LIKE_SHARE = 0.5


@dataclass(frozen=True)
class Question:
    """A query as a direction: `vector` (1, dim) of unit norm = photo * image part + text * text part.

    `lift` is what the catalogue's own words add, where there are a photo and words; `added` where there are only words:
    then a row's score is that of visearch.ranking. `views` (v, dim), centred, are what the image part was made of; with
    them a row's score is `photo` times the closeness to these and its product with `rest` (1, dim), what is no photo.
    `colors` are a photo's, where nothing but a photo is asked and the encoder gives them a `color_weight`.
    """

    vector: Vectors
    photo: float
    text: float
    lift: Lift | None = None
    added: Added | None = None
    views: Vectors | None = None
    rest: Vectors | None = None
    colors: Floats | None = None
    color_weight: float = 0.0

    def scorer(self, centre: Centre) -> Callable[[Vectors], Scores] | None:
        """Rows (n, dim) of the index -> float32 (n,), before any lift; None when their cosine with `vector` is it."""
        if self.views is None:
            return None
        views, photo, rest = self.views, np.float32(self.photo), self.rest

        def score(gallery: Vectors) -> Scores:
            found = photo * closeness(views, centre(gallery))
            return np.asarray(found if rest is None else found + gallery @ rest[0], dtype=np.float32)

        return score

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
        centre: Centre,
    ) -> None:
        self._embedder = embedder
        self._product_vector = product_vector
        self._calibration = calibration
        self._lifts = lifts
        self._centre = centre
        self._vectors: Recent[Vectors] = Recent(_CACHED_QUERIES, VISITORS_KEEP_S, name="query_vectors")

    def of(self, query: Query) -> Question:
        """Raises QueryError for a query that asks nothing or weighs wrongly, PictureError for an empty box."""
        _check(query)
        views = None if query.image is None else self._views(query.image, query)
        liked = [self._product_vector(i) for i in query.more_like]
        if views is None and liked and not query.text:
            views, liked = self._centre(unit(np.sum(liked, axis=0))), []
        photo = None if views is None else direction(views)
        words = self._text_vector(query.text) if query.text.strip() else None
        share = _share(query, photo is not None, words is not None)
        # Words score in a narrower range than photos do: the spreads make half a share mean half a say.
        scale = self._calibration.photo_spread / self._calibration.text_spread
        weights = [1 - share, share * scale]
        rest: Any = 0 if words is None else weights[1] * words
        for like in liked:
            rest = rest + _LIKE_SHARE / len(liked) * like
        for unlike in (self._product_vector(i) for i in query.less_like):
            rest = rest - _LIKE_SHARE / len(query.less_like) * unlike
        vector = rest if photo is None else weights[0] * photo + rest
        norm = max(float(np.linalg.norm(vector)), 1e-9)
        lift = self._lifts.of(query.text, share, norm)
        scaled = None if isinstance(rest, int) else _floats(rest / norm)
        asked = Question(_floats(vector / norm), weights[0] / norm, weights[1] / norm, lift, views=views, rest=scaled)
        if query.image is None or scaled is not None or not (share := _in_colors(query)):
            return asked
        return self._colored(asked, colors_of_photo(query.image, query.box), share)

    def of_pictures(self, vectors: Vectors, colors: Sequence[Floats] = ()) -> list[Question]:
        """One for each of the encoder's vectors (n, dim) of pictures; their `colors` count where they are given."""
        views = [self._centre(vector[None]) for vector in vectors]
        asked = [Question(direction(own), 1.0, 0.0, views=own) for own in views]
        return [self._colored(one, own) for one, own in zip(asked, colors, strict=True)] if colors else asked

    @staticmethod
    def of_directions(vectors: Vectors) -> list[Question]:
        """One for each direction (n, dim) of unit norm: rows score by their cosine with it."""
        return [Question(vector[None], 1.0, 0.0) for vector in vectors]

    def _colored(self, question: Question, colors: Floats, share: float = 1.0) -> Question:
        worth = share * color_weight_of(self._embedder())
        return replace(question, colors=colors, color_weight=worth) if worth else question

    def _views(self, image: Image.Image, query: Query) -> Vectors:
        """float32 (v, dim), centred: of the box, of the whole photo, or of both together."""
        context = _context(query)
        if query.box is None:
            return self._whole(image)
        part = self._centre(self.picture_vector(image, query.box))
        if not context:
            return part
        mixed = (1 - context) * part + context * self._whole(image)
        return _floats(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9))

    def _whole(self, image: Image.Image) -> Vectors:
        key = f"views:{_key(image)}"
        return self._centre(self._vectors.get(key, lambda: views_of(self._embedder(), image)))

    def picture_vector(self, image: Image.Image, box: Box | None) -> Vectors:
        """float32 (1, dim): the encoder's vector of a picture or its box. Raises PictureError for an empty box."""
        if box is not None:
            image = crop(image, box)
        return self._vectors.get(f"image:{_key(image)}", lambda: self._embedder().embed_images([image]))

    def _text_vector(self, text: str) -> Vectors:
        return self._vectors.get(f"text:{text}", lambda: self._embedder().embed_texts([text.strip()]))


def _floats(rows: Any) -> Vectors:
    return np.ascontiguousarray(rows, dtype=np.float32)


def _key(image: Image.Image) -> str:
    return f"{image.size}:{hashlib.sha256(image.tobytes()).hexdigest()}"


def unit(vector: Any) -> Vectors:
    """The same direction with length 1, float32."""
    return np.ascontiguousarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def check(query: Query) -> None:
    """Raises QueryError for an unknown ranker or endless words."""
    if len(query.text) > MOST_TEXT:
        message, most = f"The words are {len(query.text):,} characters long.", f"{MOST_TEXT:,}"
        raise QueryError(message, f"Give at most {most}.", "too_long", size=f"{len(query.text):,}", most=most)
    if query.ranker not in RANKERS:
        raise QueryError(f"There is no ranker {query.ranker!r}.", f"Use one of: {', '.join(RANKERS)}.")


def _check(query: Query) -> None:
    if not query.text.strip() and query.image is None and not query.more_like:
        raise QueryError("There is nothing to search for.", "Give a photo, some words, or both.", "nothing_asked")
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


def _in_colors(query: Query) -> float:
    share = float(query.weights.get("colors", 1.0))
    if not 0 <= share <= 1:
        raise QueryError(f"The weight of the colours is {share:g}.", "It must be between 0 (looks alone) and 1.")
    return share
