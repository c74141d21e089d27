"""A photo in words: what is seen in it, and one sentence to search with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from visearch.captions.base import Captioner
from visearch.captions.specs import NONE
from visearch.colors import picture_palette
from visearch.models.base import Embedder
from visearch.seen import Seen, Seer, sentence
from visearch.store import OpenIndex
from visearch.types import Vectors


@dataclass(frozen=True)
class Description:
    """`sentence` are words to search with; `seen` what they are made of, with how sure each is; `by` who said it.

    A captioning model's sentence is its own (English); `seen` is told beside it. It is "" where none shall be made.
    """

    sentence: str
    seen: Seen
    by: str = "zero-shot"


class Describer:
    """Describes pictures in the words of one catalogue. What it needs is built when it is first asked. Thread-safe."""

    def __init__(
        self,
        opened: OpenIndex,
        embedder: Callable[[], Embedder],
        captioner: Callable[[], Captioner] | None = None,
    ) -> None:
        self._opened, self._embedder, self._captioner = opened, embedder, captioner

    def of(self, image: Image.Image, vector: Vectors, lang: str = "en") -> Description:
        """`image` is the part that is asked about, `vector` (1, dim) its own; `lang` "en" or "zh".

        Raises ModelError when the captioner that was chosen cannot be had.
        """
        seen = self._seer.of(vector, picture_palette(image))
        if self._captioner:
            captioner = self._captioner()
            said = captioner.caption(image)
            if said or captioner.info.name == NONE:
                return Description(said, seen, captioner.info.name)
        return Description(sentence(seen, lang), seen)

    @cached_property
    def _seer(self) -> Seer:
        opened = self._opened
        return Seer(
            opened.products, opened.vectors, opened.row_product, lambda texts: self._embedder().embed_texts(texts)
        )
