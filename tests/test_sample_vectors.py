"""The vectors that are shipped with the sample are those that the embedded encoder computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open

from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.images import load_image, sha256
from visearch.models import load_model
from visearch.models.sentences import load_sentences
from visearch.passages import passage_texts, text_key
from visearch.prepare import Choice, build_index
from visearch.shipped import SAMPLE_PASSAGES, SAMPLE_VECTORS


def test_shipped_vectors_are_the_encoders_own() -> None:
    settings = Settings(offline=True)
    embedder = load_model("embedded", settings)
    with safe_open(SAMPLE_VECTORS, framework="numpy") as file:
        metadata, vectors = file.metadata(), file.get_tensor("vectors")
    assert metadata["fingerprint"] == embedder.info.fingerprint, "run `python -m data.encoder.sample_vectors`"
    names = json.loads(metadata["sha256"])
    data = [picture.read() for item in open_catalog("sample", settings) for picture in item.pictures]
    assert names == [sha256(picture) for picture in data] and len(vectors) == len(data)
    some = [0, 100, len(data) - 1]
    again = embedder.embed_images([load_image(data[i], 1024) for i in some])
    np.testing.assert_allclose(again, vectors[some], atol=1e-4)


def test_shipped_passages_are_the_encoders_own() -> None:
    settings = Settings(offline=True)
    products = [item.product for item in open_catalog("sample", settings)]
    with safe_open(SAMPLE_PASSAGES, framework="numpy") as file:
        told = {name: json.loads(text) for name, text in file.metadata().items()}
        for name, encoder in load_sentences(settings).items():
            assert told[name]["fingerprint"] == encoder.info.fingerprint, "run `python -m data.encoder.sample_vectors`"
            texts = passage_texts(products, encoder)
            assert told[name]["keys"] == [text_key(text) for text in texts]
            shipped = file.get_tensor(name)[[0, -1]]
            np.testing.assert_allclose(encoder.embed_passages([texts[0], texts[-1]]), shipped, atol=2e-3)


def test_a_first_start_embeds_nothing_of_the_sample(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, offline=True)
    choice = Choice("sample", "embedded", "")
    report = build_index(settings, choice, lambda: load_model("embedded", settings))
    assert (report.products, report.embedded) == (480, 0)
