"""The packaged SSD against OpenCV's reading of the same graph, and the detector around it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.ops import batched_nms

from visearch.config import Settings
from visearch.detect import MAX_BOXES, load_detector
from visearch.detect.anchors import decoded
from visearch.detect.embedded import BOXES, EmbeddedDetector, load_embedded
from visearch.detect.specs import DETECTORS
from visearch.errors import ModelError
from visearch.models import runtimes

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
SCENE = SAMPLE / "scenes" / "desk-1.jpg"

# COCO class, score and corners of the best boxes, as cv2.dnn of OpenCV 5.0 gives them from the package's files.
REFERENCE = {
    "scenes/desk-1.jpg": [
        (64, 0.9797, (0.0313, 0.0939, 0.2625, 0.6343)),
        (86, 0.6346, (0.7103, 0.3295, 0.9024, 0.6245)),
        (74, 0.5836, (0.7133, 0.3344, 0.9027, 0.6204)),
        (47, 0.4130, (0.6809, 0.5864, 0.7754, 0.7468)),
    ],
    "queries/sofa-01-photo.jpg": [
        (62, 0.9402, (0.1302, 0.2609, 0.8095, 0.8016)),
        (63, 0.4441, (0.1349, 0.2607, 0.8108, 0.8055)),
        (62, 0.2266, (0.2339, 0.2927, 0.4881, 0.4848)),
    ],
}


@pytest.fixture(scope="module")
def detector() -> EmbeddedDetector:
    return load_detector("embedded", Settings(offline=True))  # type: ignore[return-value]


@pytest.mark.parametrize("name", REFERENCE)
def test_the_net_gives_the_boxes_of_opencv(detector, name):
    small = Image.open(SAMPLE / name).convert("RGB").resize((300, 300), Image.Resampling.BILINEAR)
    found = decoded(*detector._towers.run(BOXES, np.array(small)[None]), 300, 300)
    boxes, scores = (torch.from_numpy(part[0]) for part in found)
    place, number = (scores > 0.1).nonzero(as_tuple=True)
    best = batched_nms(boxes[place], scores[place, number], number, 0.6)[: len(REFERENCE[name])]
    for at, (wanted_class, wanted_score, corners) in zip(best, REFERENCE[name], strict=True):
        assert int(number[at]) + 1 == wanted_class
        assert float(scores[place, number][at]) == pytest.approx(wanted_score, abs=0.01)
        np.testing.assert_allclose(boxes[place][at].numpy(), corners, atol=0.003)


@pytest.mark.parametrize("size", [(300, 300), (540, 405), (173, 540), (96, 331)])
def test_many_pictures_at_once_give_the_same(detector, size):
    """At any size, each anchor has its codes."""
    pixels = np.random.default_rng(0).integers(0, 256, (2, size[1], size[0], 3), dtype=np.uint8)
    together, one = detector._towers.run(BOXES, pixels), detector._towers.run(BOXES, pixels[1:])
    for many, alone in zip(together, one, strict=True):
        np.testing.assert_allclose(many[1:], alone, atol=1e-3)
    boxes, scores = decoded(*one, *size)
    assert boxes.shape[:2] == scores.shape[:2] and scores.shape[2] == 90 and boxes.min() >= 0 and boxes.max() <= 1


def test_openvino_sees_what_torch_sees(detector, tmp_path, monkeypatch):
    """At any size: the export has no sizes in it."""
    monkeypatch.setattr(runtimes, "GPUS", ())
    settings = Settings(home=tmp_path, offline=True, runtime="openvino-f32")
    fast = load_embedded(DETECTORS["embedded"], settings)
    fast.quicken()
    again = load_embedded(DETECTORS["embedded"], settings)
    assert fast.runtime == again.runtime == "openvino f32"
    for size in ((300, 300), (540, 405), (173, 540)):
        pixels = np.random.default_rng(0).integers(0, 256, (1, size[1], size[0], 3), dtype=np.uint8)
        for ours, theirs in zip(again._towers.run(BOXES, pixels), detector._towers.run(BOXES, pixels), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-3, err_msg=str(size))
    assert [box.label for box in again.detect(Image.open(SCENE))] == [
        b.label for b in detector.detect(Image.open(SCENE))
    ]


def test_a_scene_gives_its_things(detector):
    picture = Image.open(SCENE)
    boxes = detector.detect(picture)
    labels = [box.label for box in boxes]
    assert 3 <= len(boxes) <= MAX_BOXES and "Plant" in labels and len(set(labels)) == len(labels)
    for box in boxes:
        assert 0 <= box.x0 < box.x1 <= picture.width and 0 <= box.y0 < box.y1 <= picture.height
        assert 0 <= box.score <= 1
    plant = boxes[labels.index("Plant")]
    np.testing.assert_allclose([plant.x0, plant.y0, plant.x1, plant.y1], [20, 48, 168, 325], atol=12)


def test_a_product_picture_gives_one_or_two(detector):
    for name in ("book-01", "sneaker-01", "handbag-01"):
        assert 1 <= len(detector.detect(Image.open(SAMPLE / "images" / f"{name}.jpg"))) <= 2


def test_boxes_grow_with_the_picture(detector):
    picture = Image.open(SCENE).convert("RGB")
    small, large = detector.detect(picture), detector.detect(picture.resize((picture.width * 4, picture.height * 4)))
    assert large[0].label == small[0].label
    np.testing.assert_allclose([large[0].x0, large[0].y1], [small[0].x0 * 4, small[0].y1 * 4], atol=60)


@pytest.mark.parametrize(("mode", "size"), [("RGB", (8, 8)), ("RGB", (6000, 210)), ("L", (90, 300)), ("RGBA", (1, 40))])
def test_any_size_and_mode_gives_something(detector, mode, size):
    (box,) = detector.detect(Image.new(mode, size))
    assert 0 <= box.x0 < box.x1 <= size[0] and 0 <= box.y0 < box.y1 <= size[1] and box.label == "Item 1"


def test_threads_get_the_same_answer(detector):
    picture = Image.open(SCENE).convert("RGB")
    alone = detector.detect(picture)
    with ThreadPoolExecutor(4) as pool:
        assert all(answer == alone for answer in pool.map(detector.detect, [picture] * 4))


def test_other_weights_are_refused(tmp_path):
    other = tmp_path / "frozen_inference_graph.pb"
    other.write_bytes(b"something else")
    with pytest.raises(ModelError, match="not the expected ones") as caught:
        load_embedded(DETECTORS["embedded"], path=other)
    assert "pip install" in caught.value.hint
    with pytest.raises(ModelError, match="cannot be read"):
        load_embedded(DETECTORS["embedded"], path=tmp_path / "none.pb")
