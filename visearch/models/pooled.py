"""The embedded encoder as an Embedder that can say more: what words mean, and which regions make two pictures alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from visearch.cjk import has_cjk
from visearch.models.multilingual import has_multilingual, multilingual
from visearch.models.openclip import BATCH, OpenClipEmbedder
from visearch.models.regions import Regions
from visearch.models.towers import WORDS, Array
from visearch.recent import VISITORS_KEEP_S, Recent
from visearch.types import Vectors

# Five convolutions of stride 2 pad 260 -> 130 -> 65 -> 33 -> 17 -> 9: an even side only after its end (TensorFlow's
# "same"), so that place i of the last map looks at pixel 32 i + 3.
_STRIDE, _START = 32, 3.5

SENTENCE_DIM = 384

MIDDLES = (0.85, 0.7)
"""Sides of the middles of a photo that are looked at beside the whole, as shares of its sides."""

CENTRING = 0.8
"""Share of a catalogue's mean that pictures are compared without. This and MIDDLES were chosen on half A of the photos
of five catalogues."""

COLOR_WEIGHT = 0.2
"""What the agreement of colours counts beside closeness (visearch.colormatch), chosen on half A of six catalogues."""


class EmbeddedEmbedder(OpenClipEmbedder):
    """OpenClipEmbedder whose picture vectors are made from one average over a map of features.

    It looks at a photo three times (visearch.closeness). Its words are English; Chinese, Japanese and Korean are read
    through visearch.models.multilingual where that is installed.
    """

    centring = CENTRING
    color_weight = COLOR_WEIGHT

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A query's words are asked for twice: as a direction for pictures, and as a sentence.
        self._last: Recent[Array] = Recent(8, VISITORS_KEEP_S)

    def embed_views(self, picture: Image.Image) -> Vectors:
        """The picture and its middle, twice: float32 (3, dim), unit rows."""
        return self.embed_images([picture, *(_middle(picture, share) for share in MIDDLES)])

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """Texts -> float32 (n, 384), unit rows: what the text tower makes of them, before the heads.

        Better than `embed_texts` for holding texts against texts (MiniLM was trained for that).
        """
        out = np.empty((len(texts), SENTENCE_DIM), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            rows = self._sentences(list(texts[start : start + BATCH]))
            out[start : start + len(rows)] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return out

    def _text_rows(self, texts: list[str]) -> Array:
        return self._towers.run(WORDS, self._sentences(texts))[0]

    def _sentences(self, texts: list[str]) -> Array:
        if len(texts) > 1:
            return self._said(texts)
        return self._last.get(texts[0], lambda: self._said(texts))

    def _said(self, texts: list[str]) -> Array:
        rows = np.array(self._texts(texts)[0], dtype=np.float32)
        foreign = [place for place, text in enumerate(texts) if has_cjk(text)]
        if foreign and has_multilingual():
            rows[foreign] = multilingual().as_minilm([texts[place] for place in foreign])
        return rows

    def regions(self, picture: Image.Image, other: Image.Image) -> tuple[Regions, Regions]:
        """What each place adds to the cosine of the pooled features, exactly.

        With F the mean of the places' features f_p, and G that of the other picture,
        cos(F, G) = sum over p of <f_p, G> / (P |F| |G|): the values of either picture, with those of the padding, sum
        up to the cosine of the pooled blocks (Zhou et al., Learning Deep Features for Discriminative Localization,
        2016, arXiv:1512.04150, with another picture in the place of a class).
        """
        maps = np.asarray(self._image_rows([picture, other])[1], dtype=np.float32)
        pooled = maps.mean(axis=(2, 3))
        scale = np.linalg.norm(pooled, axis=1).prod() * maps.shape[2] * maps.shape[3]
        # The first picture's places against the second's mean, and the other way round.
        first, second = np.einsum("nchw,nc->nhw", maps, pooled[::-1]) / scale
        side = self._pixels.size[0]
        return _placed(first, picture, side), _placed(second, other, side)


def _middle(picture: Image.Image, share: float) -> Image.Image:
    (width, height), rest = picture.size, (1 - share) / 2
    box = (round(width * rest), round(height * rest), round(width * (1 - rest)), round(height * (1 - rest)))
    return picture.crop(box)


def _placed(values: np.ndarray, picture: Image.Image, side: int) -> Regions:
    """Where the places lie on the picture, which stands in the middle of a padded square."""
    scale = side / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)
    rows, columns = values.shape
    ys = (_STRIDE * np.arange(rows) + _START - (side - height) / 2) / height
    xs = (_STRIDE * np.arange(columns) + _START - (side - width) / 2) / width
    return Regions(values.astype(np.float32), ys.astype(np.float32), xs.astype(np.float32))
