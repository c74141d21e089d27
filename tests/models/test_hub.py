"""`hf-hub:` checkpoints against a local stand-in for the hub, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub_stand_in import HubStandIn, hub_stand_in
from tests.models.tiny import write_tiny, write_words

ROOT = Path(__file__).resolve().parents[2]
CLIENT = """
import json, sys
from visearch.config import Settings
from visearch.errors import ModelError
from visearch.models import load_model, model_available

name, settings, seen = sys.argv[1], Settings.from_env(), []
before = model_available(name, settings)
try:
    embedder = load_model(name, settings, lambda stage, share: seen.append([stage, share]))
    text = embedder.embed_texts(["a red mug", "mug"]).tolist()
    answer = {"text": text, "weights": embedder.info.weights, "dim": embedder.info.dim}
except ModelError as error:
    answer = {"message": error.message, "hint": error.hint}
print(json.dumps({**answer, "before": before, "after": model_available(name, settings), "seen": seen}))
"""


@pytest.fixture
def hub(tmp_path):
    write_tiny(tmp_path / "models/acme/tiny", tokenizer="acme/words")
    write_words(tmp_path / "models/acme/words")
    write_tiny(tmp_path / "models/acme/pickled", pickled=True)
    with hub_stand_in(tmp_path) as server:
        yield server


def ask(hub: HubStandIn, home: Path, name: str, **more: str) -> dict:
    env = hub.env(home, PYTHONPATH=str(ROOT), HF_HUB_DOWNLOAD_TIMEOUT="5", **more)
    done = subprocess.run([sys.executable, "-c", CLIENT, name], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_fetched_once_with_progress_then_read_without_the_hub(hub, tmp_path):
    first = ask(hub, tmp_path / "home", "hf-hub:acme/tiny")
    assert (first["before"], first["after"], first["dim"]) == (False, True, 24)
    shares = [share for stage, share in first["seen"] if stage.startswith("Fetching") and share is not None]
    assert shares and shares == sorted(shares) and shares[-1] == 1
    assert "tokenizer.json" in hub.files() and "open_clip_model.safetensors" in hub.files()

    asked = len(hub.requests)
    second = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", VISEARCH_OFFLINE="1")
    assert second["before"] and second["weights"] == first["weights"] and second["text"] == first["text"]
    assert len(hub.requests) == asked


def test_older_checkpoints_have_pickled_weights(hub, tmp_path):
    answer = ask(hub, tmp_path / "home", "hf-hub:acme/pickled")
    assert answer["dim"] == 24 and answer["after"]


def test_what_the_hub_does_not_have(hub, tmp_path):
    missing = ask(hub, tmp_path / "home", "hf-hub:acme/none")
    assert "acme/none" in missing["message"] and hub.url in missing["message"] and "embedded" in missing["hint"]
    (tmp_path / "models/acme/other").mkdir()
    (tmp_path / "models/acme/other/README.md").write_text("no model")
    other = ask(hub, tmp_path / "home", "hf-hub:acme/other")
    assert "open_clip_config.json" in other["message"]


def test_a_download_that_breaks_is_told_and_can_be_repeated(hub, tmp_path):
    hub.cut_after(0, only="open_clip_model.safetensors")
    broken = ask(hub, tmp_path / "home", "hf-hub:acme/tiny")
    assert "could not be fetched" in broken["message"] and "embedded" in broken["hint"]
    assert not broken["after"]
    hub.heal()
    assert ask(hub, tmp_path / "home", "hf-hub:acme/tiny")["after"]


def test_a_hub_that_is_not_there(hub, tmp_path):
    answer = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", HF_ENDPOINT="http://127.0.0.1:9")
    assert "could not be fetched from http://127.0.0.1:9" in answer["message"] and "embedded" in answer["hint"]
    offline = ask(hub, tmp_path / "home", "hf-hub:acme/tiny", VISEARCH_OFFLINE="1")
    assert "fetching is" in offline["message"] and not hub.requests
