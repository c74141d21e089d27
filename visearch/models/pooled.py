"""The embedded encoder as an Embedder that can say more: what words mean, and which regions make two pictures alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize

from visearch.cjk import has_cjk
from visearch.models.embedded import IMAGE_SIZE, TEXT_DIM
from visearch.models.multilingual import has_multilingual, multilingual
from visearch.models.openclip import OpenClipEmbedder
from visearch.models.regions import Regions
from visearch.recent import Recent
from visearch.types import Vectors

# Five convolutions of stride 2 pad 260 -> 130 -> 65 -> 33 -> 17 -> 9: an even side only after its end (TensorFlow's
# "same"), so that place i of the last map looks at pixel 32 i + 3.
_STRIDE, _START = 32, 3.5


class EmbeddedEmbedder(OpenClipEmbedder):
    """OpenClipEmbedder whose picture vectors are made from one average over a map of features.

    Its words are English; Chinese, Japanese and Korean are read through visearch.models.multilingual where that is
    installed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A query's words are asked for twice: as a direction for pictures, and as a sentence.
        self._last: Recent[Tensor] = Recent(8)

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """Texts -> float32 (n, 384), unit rows: what the text tower makes of them, before the heads.

        Better than `embed_texts` for holding texts against texts (MiniLM was trained for that).
        """
        listed = list(texts)
        out = np.empty((len(listed), TEXT_DIM), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(listed), self._batch):
                rows = normalize(self._sentences(listed[start : start + self._batch]), dim=-1)
                out[start : start + len(rows)] = rows.float().cpu().numpy()
        return out

    def _text_batch(self, texts: list[str]) -> Tensor:
        return normalize(self._model.text.proj(self._sentences(texts)), dim=-1)

    def _sentences(self, texts: list[str]) -> Tensor:
        return self._last.get(texts[0], lambda: self._read(texts)) if len(texts) == 1 else self._read(texts)

    def _read(self, texts: list[str]) -> Tensor:
        with self._tokenizing:
            tokens = self._tokenizer(texts).to(self._device)
        tower = self._model.text
        mask = (tokens != tower.config.pad_token_id).long()
        rows = tower.pooler(tower.transformer(input_ids=tokens, attention_mask=mask), mask)
        foreign = [place for place, text in enumerate(texts) if has_cjk(text)]
        if foreign and has_multilingual():
            read = multilingual().as_minilm([texts[place] for place in foreign])
            rows[foreign] = torch.from_numpy(read).to(rows)
        return rows

    def regions(self, picture: Image.Image, other: Image.Image) -> tuple[Regions, Regions]:
        """What each place adds to the cosine of the pooled features, exactly.

        With F the mean of the places' features f_p, and G that of the other picture,
        cos(F, G) = sum over p of <f_p, G> / (P |F| |G|): the values of either picture, with those of the padding, sum
        up to the cosine of the pooled blocks (Zhou et al., Learning Deep Features for Discriminative Localization,
        2016, arXiv:1512.04150, with another picture in the place of a class).
        """
        with torch.inference_mode():
            maps = self._feature_maps([picture, other])
            pooled = maps.mean(dim=(2, 3))
            scale = pooled.norm(dim=1).prod() * maps.shape[2] * maps.shape[3]
            # The first picture's places against the second's mean, and the other way round.
            values = torch.einsum("nchw,nc->nhw", maps, pooled.flip(0)) / scale
        first, second = values.float().cpu().numpy()
        return _placed(first, picture), _placed(second, other)

    def _feature_maps(self, pictures: list[Image.Image]) -> Tensor:
        """(n, channels, rows, columns), whose mean over the places is what the image head gets."""
        pixels = torch.stack([self._preprocess(picture) for picture in pictures])
        pixels = pixels.to(self._device, memory_format=torch.channels_last)
        return self._model.visual.trunk.forward_features(pixels)


def _placed(values: np.ndarray, picture: Image.Image) -> Regions:
    """Where the places lie on the picture, which stands in the middle of a padded square."""
    scale = IMAGE_SIZE / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    rows, columns = values.shape
    ys = (_STRIDE * np.arange(rows) + _START - (IMAGE_SIZE - height) / 2) / height
    xs = (_STRIDE * np.arange(columns) + _START - (IMAGE_SIZE - width) / 2) / width
    return Regions(values.astype(np.float32), ys.astype(np.float32), xs.astype(np.float32))
