"""Names, `auto`, missing packages, checkpoints in folders, and a real forward pass of a small random BLIP."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.captions.tiny import WORDS, write_blip
from visearch.captions import CAPTIONERS, captioner_available, captioner_spec, load_captioner, resolve
from visearch.captions.base import CaptionerInfo
from visearch.captions.hf import LONGEST, TransformersCaptioner
from visearch.config import Settings
from visearch.errors import ModelError

OFFLINE = Settings(offline=True)
ROOT = Path(__file__).parents[2]
PICTURE = Image.new("RGB", (50, 40), (20, 160, 60))


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    return f"local-dir:{write_blip(tmp_path / 'tiny')}"


def test_every_entry_tells_what_one_must_know() -> None:
    assert {"none", "zero-shot", "blip", "git-base"} == set(CAPTIONERS)
    for name, spec in CAPTIONERS.items():
        assert spec.name == name and spec.description
        hub = spec.source.startswith("hf-hub:")
        assert (spec.size_mb > 0) == hub and (spec.licence in {"MIT", "BSD-3-Clause", "Apache-2.0"}) == hub


@pytest.mark.parametrize("name", ["clip", "", "hf-hub:", "hf-hub:one-part", "local-dir:", "Blip"])
def test_unknown_names_are_refused_with_the_allowed_ones(name: str) -> None:
    for call in (captioner_spec, lambda n: load_captioner(n, OFFLINE), captioner_available):
        with pytest.raises(ModelError) as caught:
            call(name)
        assert repr(name) in caught.value.message
        assert all(k in caught.value.hint for k in ("auto", *CAPTIONERS, "hf-hub:ORG/NAME", "local-dir:FOLDER"))


def test_importing_brings_no_torch() -> None:
    code = "import sys, visearch.captions, visearch.seen; print('torch' in sys.modules, 'transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_auto_is_zero_shot_and_needs_nothing() -> None:
    assert resolve("auto") == "zero-shot" and captioner_available("auto") and captioner_available("none")
    for name in ("auto", "none"):
        captioner = load_captioner(name, OFFLINE)
        assert captioner.info.name == resolve(name) and captioner.caption(PICTURE) == ""


def test_a_folder_says_what_transformers_says(tiny: str) -> None:
    import torch
    from transformers import BlipForConditionalGeneration, BlipProcessor

    folder = tiny.partition(":")[2]
    model, processor = BlipForConditionalGeneration.from_pretrained(folder), BlipProcessor.from_pretrained(folder)
    with torch.inference_mode():
        pixels = processor(images=PICTURE, return_tensors="pt").pixel_values
        tokens = model.eval().generate(pixel_values=pixels, max_new_tokens=LONGEST, do_sample=False)
    expected = processor.decode(tokens[0], skip_special_tokens=True)

    assert captioner_available(tiny)
    captioner = load_captioner(tiny, OFFLINE)
    said = captioner.caption(PICTURE)
    assert said.split() == expected.split() and said and len(said.split()) <= LONGEST
    assert set(said.split()) <= set(WORDS)
    assert captioner.caption(PICTURE) == said == captioner.caption(PICTURE.convert("P"))
    assert captioner.info.name == tiny and len(captioner.info.weights) == 16


def test_loaded_once_and_used_by_many_threads(tiny: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load_captioner(tiny, OFFLINE), range(4)))
        said = set(pool.map(lambda _: loaded[0].caption(PICTURE), range(8)))
    assert len(set(map(id, loaded))) == 1 and len(said) == 1


def test_pickled_weights_are_not_loaded(tmp_path: Path) -> None:
    old = f"local-dir:{write_blip(tmp_path / 'old', pickled=True)}"
    assert not captioner_available(old)
    with pytest.raises(ModelError, match="not a captioner") as caught:
        load_captioner(old, OFFLINE)
    assert "pickled weights" in caught.value.hint


def test_damaged_and_missing_checkpoints_are_told(tiny: str, tmp_path: Path) -> None:
    file = Path(tiny.partition(":")[2]) / "model.safetensors"
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(ModelError, match="does not load"):
        load_captioner(tiny, OFFLINE)
    file.unlink()
    assert not captioner_available(tiny)
    with pytest.raises(ModelError, match="not a captioner") as caught:
        load_captioner(tiny, OFFLINE)
    assert "config.json" in caught.value.hint
    with pytest.raises(ModelError, match="not a captioner"):
        load_captioner(f"local-dir:{tmp_path}/nowhere", OFFLINE)


@pytest.mark.parametrize("name", ["blip", "git-base", "hf-hub:acme/none"])
def test_nothing_is_fetched_offline(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert not captioner_available(name)
    with pytest.raises(ModelError, match="fetching is switched off") as caught:
        load_captioner(name, OFFLINE)
    assert "`zero-shot`" in caught.value.hint


def test_a_missing_package_is_told_with_the_command(tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visearch.captions.loader._loaded", {})
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert not captioner_available(tiny) and captioner_available("zero-shot")
    with pytest.raises(ModelError, match="pip install transformers"):
        load_captioner(tiny, OFFLINE)


class _Says:
    """A model and a processor that say one sentence, or fail."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, **inputs: object) -> dict[str, object]:
        if not self.sentence:
            raise TypeError("text is missing")
        return {}

    def generate(self, **inputs: object) -> list[int]:
        return [0]

    def batch_decode(self, tokens: list[int], skip_special_tokens: bool) -> list[str]:
        return [self.sentence]


def test_what_only_says_that_it_is_a_picture_is_left_out() -> None:
    info = CaptionerInfo("x", "", "")
    for said, kept in (
        ("a photo of a  red mug \n", "a red mug"),
        ("The close up picture of shoes", "shoes"),
        ("a picture frame on a wall", "a picture frame on a wall"),
    ):
        model = _Says(said)
        assert TransformersCaptioner(model, model, info).caption(PICTURE) == kept
    model = _Says("")
    with pytest.raises(ModelError, match="text is missing") as caught:
        TransformersCaptioner(model, model, info).caption(PICTURE)
    assert "`zero-shot`" in caught.value.hint
