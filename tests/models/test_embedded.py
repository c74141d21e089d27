"""The embedded encoder against a second implementation, and what every encoder must keep."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import normalize

from tests.models.reference import Lite2, minilm
from visearch.config import Settings
from visearch.errors import ModelError
from visearch.images import load_image
from visearch.models import MODELS, load_model
from visearch.models.embedded import LOOKS_DIM, POOL_DIM, build_towers, read_heads

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "data" / "sample" / "images"
NAMES = ("teddy-01", "mug-03", "sofa-02", "sneaker-05", "wineglass-01")
TEXTS = ["teddy bear", "a coffee mug", "sofa", "running shoe", "wine glass"]


@pytest.fixture(scope="module")
def embedder():
    return load_model("embedded", Settings())


@pytest.fixture(scope="module")
def pictures():
    return [load_image(IMAGES / f"{name}.jpg") for name in NAMES]


def pixels(picture: Image.Image) -> torch.Tensor:
    """White square, 260 px, -1 to 1: the preprocessing written without open_clip."""
    picture = picture.resize((260, 260), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(picture, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1)[None]


def test_image_tower_equals_a_second_implementation(pictures):
    model, (weight, bias), _ = build_towers()
    x = pixels(pictures[0])
    with torch.inference_mode():
        features = model.visual(x)
        pooled = features[:, :POOL_DIM]
        torch.testing.assert_close(features[:, POOL_DIM:], Lite2().spread(x), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(pooled, Lite2().pool(x), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(pooled @ weight.T + bias, Lite2().logits(x), atol=1e-3, rtol=1e-3)


def test_text_tower_equals_transformers_with_mean_pooling():
    model, _, tokenizer = build_towers()
    texts = [*TEXTS, "", "Ünïcode, commas; and a 350 ml mug", "long words " * 300]
    with torch.inference_mode():
        ours = normalize(model.text(tokenizer(texts)), dim=-1)
    torch.testing.assert_close(ours, minilm(texts), atol=2e-5, rtol=1e-4)


def test_vectors_follow_the_formula(embedder, pictures):
    heads = read_heads()
    t = {name: value.numpy() for name, value in heads.tensors.items()}
    unit = lambda v: v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)  # noqa: E731
    reference = Lite2()
    x = pixels(pictures[1])
    with torch.inference_mode():
        pool, chance = reference.pool(x).numpy(), (reference.logits(x) / heads.temperature).softmax(-1).numpy()[0]
    top = np.argsort(-chance)[: heads.top_classes]
    classes = unit((chance[top, None] / chance[top].sum() * t["class_names"][top]).sum(0))[None]
    linear = unit((pool - t["image_mean"]) @ t["linear_image"])
    joint = unit(np.concatenate([linear, heads.beta * classes], 1))
    spread = reference.spread(x).numpy()
    blocks = [unit(unit(pool) - t["pool_mean"]), heads.texture * unit(unit(spread) - t["spread_mean"])]
    image = unit(np.concatenate([unit(np.concatenate(blocks, 1)), heads.gamma * joint], 1))
    np.testing.assert_allclose(embedder.embed_images(pictures[1:2]), image, atol=2e-4)

    sentence = minilm(["a coffee mug"]).numpy()
    linear = unit((sentence - t["text_mean"]) @ t["linear_text"])
    joint = unit(np.concatenate([linear, heads.beta * unit(sentence - t["name_mean"])], 1))
    text = np.concatenate([np.zeros((1, LOOKS_DIM)), joint], 1)
    np.testing.assert_allclose(embedder.embed_texts(["a coffee mug"]), text, atol=2e-4)


def test_looks_are_most_of_a_vector(embedder, pictures):
    """What is added for words moves the cosine of two pictures by little."""
    rows = embedder.embed_images(pictures)
    looks = normalize(torch.from_numpy(rows[:, :LOOKS_DIM]), dim=-1).numpy()
    np.testing.assert_allclose(rows @ rows.T, looks @ looks.T, atol=0.05)


def test_a_photo_is_looked_at_three_times(embedder, pictures):
    views = embedder.embed_views(pictures[0])
    width, height = pictures[0].size
    middle = pictures[0].crop((round(width * 0.15), round(height * 0.15), round(width * 0.85), round(height * 0.85)))
    assert views.shape == (3, embedder.info.dim)
    np.testing.assert_allclose(views[[0, 2]], embedder.embed_images([pictures[0], middle]), atol=1e-4)


def test_unit_rows_and_the_empty_block(embedder, pictures):
    images, texts = embedder.embed_images(pictures), embedder.embed_texts([*TEXTS, "", "手机"])
    assert images.dtype == texts.dtype == np.float32
    assert images.shape == (5, embedder.info.dim) and texts.shape == (7, embedder.info.dim)
    assert embedder.info.dim == MODELS["embedded"].dim
    np.testing.assert_allclose(np.linalg.norm(images, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-5)
    assert not texts[:, :LOOKS_DIM].any()


def test_words_find_pictures(embedder, pictures):
    scores = embedder.embed_texts(TEXTS) @ embedder.embed_images(pictures).T
    assert scores.argmax(1).tolist() == list(range(5))


def test_nothing_in_nothing_out(embedder):
    assert embedder.embed_images([]).shape == embedder.embed_texts([]).shape == (0, embedder.info.dim)


def test_a_picture_alone_equals_the_picture_in_a_batch(embedder, pictures):
    many = embedder.embed_images(pictures * 4)
    alone = np.concatenate([embedder.embed_images([picture]) for picture in pictures])
    np.testing.assert_allclose(many[:5], alone, atol=1e-4)
    np.testing.assert_allclose(many[15:], alone, atol=1e-4)
    texts = [*TEXTS, "a much longer text that makes the others of the batch wait for it " * 3]
    alone = np.concatenate([embedder.embed_texts([text]) for text in texts])
    np.testing.assert_allclose(embedder.embed_texts(texts), alone, atol=1e-4)


def test_long_texts_are_cut(embedder):
    np.testing.assert_array_equal(embedder.embed_texts(["mug " * 200]), embedder.embed_texts(["mug " * 5000]))


def test_threads_get_the_same_vectors(embedder, pictures):
    expected = embedder.embed_images(pictures), embedder.embed_texts(TEXTS)

    def both(_: int):
        return embedder.embed_images(pictures), embedder.embed_texts(TEXTS)

    with ThreadPoolExecutor(2) as pool:
        for images, texts in pool.map(both, range(4)):
            np.testing.assert_allclose(images, expected[0], atol=1e-5)
            np.testing.assert_allclose(texts, expected[1], atol=1e-5)


@pytest.mark.parametrize("size", [(260, 120), (120, 260)])
def test_pictures_are_padded_with_white(embedder, size):
    picture = Image.new("RGB", size, (180, 40, 40))
    white, black = (Image.new("RGB", (260, 260), shade) for shade in ((255, 255, 255), (0, 0, 0)))
    for square in (white, black):
        square.paste(picture, ((260 - size[0]) // 2, (260 - size[1]) // 2))
    bare, on_white, on_black = embedder.embed_images([picture, white, black])
    np.testing.assert_allclose(bare, on_white, atol=1e-4)
    assert bare @ on_black < 0.98


def test_preprocessing_is_told(embedder):
    assert embedder.info.preprocessing == (
        "fill_color=255 interpolation=bicubic mean=0.5,0.5,0.5 mode=RGB resize_mode=longest size=260 std=0.5,0.5,0.5"
    )


def test_damaged_heads_are_told(tmp_path):
    (tmp_path / "heads").write_bytes(b"not heads")
    with pytest.raises(ModelError, match=r"make_heads"):
        read_heads(tmp_path / "heads")


OFFLINE = """
import socket, sys

def refuse(*args):
    raise AssertionError(f"reached for the network: {args}")

socket.socket.connect = socket.getaddrinfo = refuse
import visearch.models
heavy = {"torch", "open_clip", "timm", "transformers", "numpy.f2py"} & set(sys.modules)
assert not heavy, heavy
from visearch.config import Settings
embedder = visearch.models.load_model("embedded", Settings())
assert embedder.embed_texts(["mug"]).shape[0] == 1
print(embedder.info.weights)
"""


def test_loads_without_network_and_imports_late(embedder, tmp_path):
    """From another folder, in a fresh process, with every connection refused; the fingerprint is the same."""
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE],
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == embedder.info.weights
    assert "UNEXPECTED" not in done.stderr and "Loading weights" not in done.stderr
