"""A sentence encoder whose meaning is which of a few ideas a text names, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visearch.cjk import has_cjk
from visearch.models.base import ModelInfo
from visearch.types import Vectors

IDEAS = (
    {"sofa", "couch", "sit", "seat", "沙发"},
    {"mug", "cup", "drink", "杯子"},
    {"lamp", "light", "read", "台灯"},
    {"bag", "carry", "手提包"},
)


class ToySentences:
    """One number an idea. `chinese` says whether Chinese passages are read; `asked` counts the passages."""

    def __init__(self, name: str = "toy-sentences", chinese: bool = True, description_share: float = 0.5) -> None:
        self.info = ModelInfo(name, len(IDEAS) + 1, "v1", "ideas", "CC0-1.0")
        self.description_share = description_share
        self.chinese = chinese
        self.asked = 0

    def reads_query(self, text: str) -> bool:
        return True

    def reads_passage(self, text: str) -> bool:
        return self.chinese or not has_cjk(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [[*(float(any(word in text.lower() for word in idea)) for idea in IDEAS), 0.2] for text in texts]
        found = np.array(rows, dtype=np.float32).reshape(len(texts), len(IDEAS) + 1)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return self.embed_queries(texts)
