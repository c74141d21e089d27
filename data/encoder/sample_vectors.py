"""Computes the sample's vectors once, so that a first start need not: `python -m data.encoder.sample_vectors`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save as to_bytes

from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.gather import DECODE_SIDE
from visearch.images import load_image, sha256
from visearch.models import load_model
from visearch.models.sentences import load_sentences
from visearch.passages import passage_texts, text_key
from visearch.prepare import FIRST_CATALOG, FIRST_MODEL
from visearch.shipped import SAMPLE_PASSAGES, SAMPLE_VECTORS


def main() -> None:
    """Writes float32 (pictures, dim) and, as metadata, the pictures' sha256 and the model's fingerprint; then texts."""
    settings = Settings(offline=True)
    embedder = load_model(FIRST_MODEL, settings)
    data = [picture.read() for item in open_catalog(FIRST_CATALOG, settings) for picture in item.pictures]
    batches = [
        embedder.embed_images([load_image(picture, DECODE_SIDE) for picture in data[start : start + 32]])
        for start in range(0, len(data), 32)
    ]
    metadata = {"fingerprint": embedder.info.fingerprint, "sha256": json.dumps([sha256(picture) for picture in data])}
    Path(SAMPLE_VECTORS).write_bytes(to_bytes({"vectors": np.concatenate(batches)}, metadata=metadata))
    _write_passages(settings)


def _write_passages(settings: Settings) -> None:
    """Half precision (texts, dim) by encoder; as metadata its fingerprint and the texts' keys."""
    products = [item.product for item in open_catalog(FIRST_CATALOG, settings)]
    arrays, metadata = {}, {}
    for name, encoder in load_sentences(settings).items():
        texts = passage_texts(products, encoder)
        arrays[name] = encoder.embed_passages(texts).astype(np.float16)
        told = {"fingerprint": encoder.info.fingerprint, "keys": [text_key(text) for text in texts]}
        metadata[name] = json.dumps(told)
    Path(SAMPLE_PASSAGES).write_bytes(to_bytes(arrays, metadata=metadata))


if __name__ == "__main__":
    main()
