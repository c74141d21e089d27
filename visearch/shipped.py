"""What comes with visearch so that a first start embeds nothing of the sample."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from visearch.cache import VectorCache
from visearch.models.base import ModelInfo
from visearch.models.sentences import SentenceEncoder

SAMPLE_VECTORS = Path(__file__).resolve().parents[1] / "data" / "encoder" / "sample_vectors.safetensors"
"""The sample's vectors by the embedded encoder, made by data/encoder/sample_vectors.py."""

SAMPLE_PASSAGES = SAMPLE_VECTORS.with_name("sample_passages.safetensors")
"""The vectors of what the sample says, by sentence encoder, made by the same script."""


def bring_vectors(home: Path, model: ModelInfo) -> None:
    """Fills the vector cache with what is shipped, so that a first start embeds nothing of the sample."""
    if not SAMPLE_VECTORS.is_file():
        return
    from safetensors import safe_open

    with safe_open(SAMPLE_VECTORS, framework="numpy") as file:
        metadata = file.metadata()
        if metadata["fingerprint"] == model.fingerprint:
            with VectorCache(home, model) as cache:
                cache.put(json.loads(metadata["sha256"]), file.get_tensor("vectors"))


def bring_passages(home: Path, sentences: Mapping[str, SentenceEncoder]) -> None:
    """The same for what the sample says in words."""
    if not SAMPLE_PASSAGES.is_file():
        return
    from safetensors import safe_open

    with safe_open(SAMPLE_PASSAGES, framework="numpy") as file:
        for name, told in ((name, json.loads(told)) for name, told in file.metadata().items()):
            if name in sentences and sentences[name].info.fingerprint == told["fingerprint"]:
                with VectorCache(home, sentences[name].info) as cache:
                    cache.put(told["keys"], file.get_tensor(name).astype(np.float32))
