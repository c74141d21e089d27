"""`hf-hub:` captioners against a local stand-in for the hub, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.captions.tiny import write_blip
from tests.hub_stand_in import HubStandIn, hub_stand_in

ROOT = Path(__file__).resolve().parents[2]
CLIENT = """
import json, sys
from PIL import Image
from visearch.captions import captioner_available, load_captioner
from visearch.config import Settings
from visearch.errors import ModelError

name, settings, seen = sys.argv[1], Settings.from_env(), []
before = captioner_available(name)
try:
    captioner = load_captioner(name, settings, lambda stage, share: seen.append([stage, share]))
    answer = {"said": captioner.caption(Image.new("RGB", (50, 40), "green")), "weights": captioner.info.weights}
except ModelError as error:
    answer = {"message": error.message, "hint": error.hint}
print(json.dumps({**answer, "before": before, "after": captioner_available(name), "seen": seen}))
"""


def as_on_the_hub(folder: Path) -> Path:
    """Older checkpoints keep the picture's part of the processor in a file of its own."""
    whole = json.loads((folder / "processor_config.json").read_text())
    part = {**whole["image_processor"], "processor_class": "BlipProcessor"}
    (folder / "preprocessor_config.json").write_text(json.dumps(part))
    (folder / "processor_config.json").unlink()
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubStandIn]:
    write_blip(tmp_path / "models/acme/tiny")
    as_on_the_hub(write_blip(tmp_path / "models/acme/old"))
    with hub_stand_in(tmp_path) as server:
        yield server


def ask(hub: HubStandIn, home: Path, name: str, **more: str) -> dict:
    env = hub.env(home, PYTHONPATH=str(ROOT), HF_HUB_DOWNLOAD_TIMEOUT="5", **more)
    done = subprocess.run([sys.executable, "-c", CLIENT, name], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_fetched_once_with_progress_then_read_without_the_hub(hub: HubStandIn, tmp_path: Path) -> None:
    first = ask(hub, tmp_path / "home", "hf-hub:acme/tiny")
    assert (first["before"], first["after"]) == (False, True) and first["said"]
    shares = [share for stage, share in first["seen"] if stage.startswith("Fetching") and share is not None]
    assert shares and shares == sorted(shares) and shares[-1] == 1
    asked = len(hub.requests)
    second = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", VISEARCH_OFFLINE="1")
    assert second["before"] and (second["said"], second["weights"]) == (first["said"], first["weights"])
    assert len(hub.requests) == asked


def test_a_checkpoint_of_the_older_layout(hub: HubStandIn, tmp_path: Path) -> None:
    answer = ask(hub, tmp_path / "home", "hf-hub:acme/old")
    assert answer["said"] and answer["after"]
    assert "pytorch_model.bin" not in hub.files()


def test_what_the_hub_does_not_have(hub: HubStandIn, tmp_path: Path) -> None:
    missing = ask(hub, tmp_path / "home", "hf-hub:acme/none")
    assert "no captioner acme/none" in missing["message"] and "`zero-shot`" in missing["hint"]
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "models/acme/tiny" / name).unlink()
    other = ask(hub, tmp_path / "home", "hf-hub:acme/tiny")
    assert "not an image-to-text model" in other["message"] and "`zero-shot`" in other["hint"]


def test_a_download_that_breaks_is_told_and_can_be_repeated(hub: HubStandIn, tmp_path: Path) -> None:
    hub.cut_after(0, only="model.safetensors")
    broken = ask(hub, tmp_path / "home", "hf-hub:acme/tiny")
    assert "could not be fetched" in broken["message"] and "`zero-shot`" in broken["hint"] and not broken["after"]
    hub.heal()
    assert ask(hub, tmp_path / "home", "hf-hub:acme/tiny")["said"]


def test_a_hub_that_is_not_there(hub: HubStandIn, tmp_path: Path) -> None:
    answer = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", HF_ENDPOINT="http://127.0.0.1:9")
    assert "could not be fetched from http://127.0.0.1:9" in answer["message"] and "`zero-shot`" in answer["hint"]
    offline = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", VISEARCH_OFFLINE="1")
    assert "fetching is" in offline["message"] and not hub.requests
