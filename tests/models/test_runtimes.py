"""OpenVINO against torch: the same vectors, made once, loaded without torch, and never trusted blindly."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.models.tiny import write_tiny
from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.models import exports, load_model, openvino_towers, runtimes
from visearch.models import loader as loading

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ["a red mug", "", "striped cotton shirt for children"]


def pictures() -> list[Image.Image]:
    rng = np.random.default_rng(1)
    small = [Image.fromarray(rng.integers(0, 256, (5, 4, 3), dtype=np.uint8)) for _ in range(5)]
    return [one.resize((90, 70), Image.Resampling.BICUBIC) for one in small]


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> str:
    monkeypatch.setattr(runtimes, "GPUS", ())
    return f"local-dir:{write_tiny(tmp_path / 'tiny')}"


def settings(tmp_path: Path, runtime: str = "openvino-f32") -> Settings:
    return Settings(home=tmp_path / "home", offline=True, runtime=runtime)


def forget(monkeypatch) -> None:
    """As if the process were a new one."""
    monkeypatch.setattr(loading, "_loaded", {})


def least_cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float((first * second).sum(1).min())


def test_openvino_gives_torchs_vectors(tiny, tmp_path):
    torch_rows = load_model(tiny, settings(tmp_path, "torch"))
    fast = load_model(tiny, settings(tmp_path))
    assert fast.info.runtime == "torch f32"
    fast.quicken()
    assert fast.info.runtime == "openvino f32" and fast.info.fingerprint == torch_rows.info.fingerprint
    np.testing.assert_allclose(fast.embed_images(pictures()), torch_rows.embed_images(pictures()), atol=1e-4)
    np.testing.assert_allclose(fast.embed_texts(TEXTS), torch_rows.embed_texts(TEXTS), atol=1e-4)
    assert fast.embed_images([]).shape == (0, 24)


def test_many_pictures_bring_the_fast_runtime_and_a_few_do_not(tiny, tmp_path):
    fast = load_model(tiny, settings(tmp_path))
    fast.embed_images(pictures())
    assert fast.info.runtime == "torch f32"
    fast.embed_images(pictures() * 4)
    assert fast.info.runtime == "openvino f32"


ONCE = """
import sys
from pathlib import Path
from PIL import Image
from visearch.config import Settings
from visearch.models import load_model
embedder = load_model(sys.argv[1], Settings(home=Path(sys.argv[2]), offline=True, runtime=sys.argv[3]))
green = Image.new("RGB", (50, 40), (20, 160, 60))
print(embedder.info.runtime, embedder.info.dim, embedder.embed_images([green]).shape)
heavy = {"torch", "torchvision", "open_clip", "timm", "transformers"} & set(sys.modules)
print(sorted(heavy))
"""


SILENT = """
import socket, sys
from pathlib import Path

def refuse(*args):
    raise SystemExit(f"reached for the network: {args}")

socket.socket.connect = socket.getaddrinfo = refuse
from visearch.config import Settings
from visearch.models import load_model
embedder = load_model(sys.argv[1], Settings(home=Path(sys.argv[2]), offline=True, runtime="openvino-f32"))
embedder.quicken()
from openvino.tools.ovc import telemetry_utils
print(embedder.info.runtime, "openvino_telemetry" in sys.modules, telemetry_utils.tm.__name__)
"""


def test_openvino_tells_nobody(tiny, tmp_path):
    """Its converter would report every import and conversion to its makers."""
    done = run(SILENT, tiny, str(tmp_path / "home"))
    assert done.stdout.split() == ["openvino", "f32", "False", "openvino.tools.ovc.telemetry_stub"], done.stderr


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_was_exported_is_loaded_without_torch(tiny, tmp_path):
    load_model(tiny, settings(tmp_path)).quicken()
    done = run(ONCE, tiny, str(tmp_path / "home"), "openvino-f32")
    assert done.stdout.split("\n")[:2] == ["openvino f32 24 (1, 24)", "[]"], done.stderr


def test_the_embedded_encoder_is_torchs_within_a_thousandth(tmp_path, monkeypatch):
    """In the precision that this CPU is given by default; Chinese words, sentences and heat maps too."""
    monkeypatch.setattr(runtimes, "GPUS", ())
    # Another test may have loaded it with a home of its own.
    forget(monkeypatch)
    exact = load_model("embedded", Settings())
    fast = load_model("embedded", Settings(home=tmp_path))
    fast.quicken()
    assert fast.info.runtime.startswith("openvino ")
    photos = [Image.open(ROOT / f"data/sample/images/{name}.jpg") for name in ("teddy-01", "mug-03", "sofa-02")]
    assert least_cosine(exact.embed_images(photos), fast.embed_images(photos)) > 0.999
    assert least_cosine(exact.embed_texts(TEXTS), fast.embed_texts(TEXTS)) > 0.999
    assert least_cosine(exact.embed_sentences(TEXTS), fast.embed_sentences(TEXTS)) > 0.999
    for ours, theirs in zip(fast.regions(*photos[:2]), exact.regions(*photos[:2]), strict=True):
        np.testing.assert_allclose(ours.values, theirs.values, atol=0.002)
        np.testing.assert_array_equal(ours.ys, theirs.ys)
    forget(monkeypatch)
    again = load_model("embedded", Settings(home=tmp_path))
    assert again.info == fast.info and again.info.runtime == fast.info.runtime
    np.testing.assert_allclose(again.embed_texts(TEXTS), fast.embed_texts(TEXTS), atol=1e-5)


def test_vectors_that_disagree_are_not_taken(tiny, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(exports, "LEAST_COSINE", dict.fromkeys(exports.LEAST_COSINE, 1.01))
    stays = load_model(tiny, settings(tmp_path))
    stays.quicken()
    assert stays.info.runtime == "torch f32" and stays.embed_images(pictures()).shape == (5, 24)
    assert "not torch's" in caplog.text
    assert not list((tmp_path / "home" / "runtimes").iterdir())


def test_bf16_that_is_too_coarse_gives_way_to_f32(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "best_precision", lambda: "bf16")
    monkeypatch.setattr(exports, "LEAST_COSINE", {"bf16": 1.01, "f32": 0.9999})
    fast = load_model(tiny, settings(tmp_path, "openvino"))
    fast.quicken()
    assert fast.info.runtime == "openvino f32"
    forget(monkeypatch)
    assert load_model(tiny, settings(tmp_path, "openvino")).info.runtime == "openvino f32"


def test_other_weights_are_exported_anew(tiny, tmp_path, monkeypatch):
    load_model(tiny, settings(tmp_path)).quicken()
    old = {folder.name for folder in (tmp_path / "home/runtimes").iterdir()}
    write_tiny(tmp_path / "tiny", seed=5)
    forget(monkeypatch)
    fresh = load_model(tiny, settings(tmp_path))
    assert fresh.info.runtime == "torch f32"
    fresh.quicken()
    assert len(old) == 1 and not old & {folder.name for folder in (tmp_path / "home/runtimes").iterdir()}


@pytest.mark.parametrize("damage", ["notes", "weights", "graph"])
def test_a_damaged_export_is_not_used(tiny, tmp_path, monkeypatch, damage):
    load_model(tiny, settings(tmp_path)).quicken()
    (folder,) = (tmp_path / "home/runtimes").iterdir()
    name = {"notes": "export.json", "weights": "image.0.bin", "graph": "image.0.xml"}[damage]
    data = bytearray((folder / name).read_bytes())
    if damage == "weights":
        data[len(data) // 2] ^= 1  # it would still load, and give other vectors
    (folder / name).write_bytes(data if damage == "weights" else data[:10])
    forget(monkeypatch)
    mended = load_model(tiny, settings(tmp_path))
    assert mended.info.runtime == "torch f32"
    mended.quicken()
    assert mended.info.runtime == "openvino f32" and json.loads((folder / "export.json").read_text())["steps"]


def test_torch_by_name_or_without_a_home(tiny, tmp_path):
    for chosen in (settings(tmp_path, "torch"), Settings(offline=True)):
        embedder = load_model(tiny, chosen)
        embedder.quicken()
        assert embedder.info.runtime == "torch f32"
    assert not (tmp_path / "home").exists()


def test_a_runtime_that_is_not_there_is_told(tiny, tmp_path, monkeypatch):
    def version(package: str) -> str:
        if package == "openvino":
            raise importlib.metadata.PackageNotFoundError(package)
        return "1"

    monkeypatch.setattr(runtimes, "has_openvino", lambda: False)
    monkeypatch.setattr("importlib.metadata.version", version)
    assert load_model(tiny, settings(tmp_path, "auto")).info.runtime == "torch f32"
    with pytest.raises(VisearchError, match="pip install openvino"):
        load_model(tiny, settings(tmp_path, "openvino"))
    with pytest.raises(VisearchError, match="VISEARCH_RUNTIME is 'onnx'"):
        Settings.from_env({"VISEARCH_RUNTIME": "onnx"})


def test_bf16_is_for_cpus_that_have_it(monkeypatch):
    class Core:
        def __init__(self, found: list[str]) -> None:
            self.found = found

        def get_property(self, device: str, name: str) -> list[str]:
            return self.found

    for found, best in ((["FP32", "BF16"], "bf16"), (["FP32", "INT8"], "f32")):
        monkeypatch.setattr(openvino_towers, "_cores", [Core(found)])
        assert openvino_towers.best_precision() == best
