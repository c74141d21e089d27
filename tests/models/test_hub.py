"""`hf-hub:` checkpoints against a local stand-in for the hub, each in a process of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub_stand_in import HubStandIn, commit_of, hub_stand_in
from tests.models.tiny import write_tiny, write_words
from visearch.errors import ModelError
from visearch.models import hub as hub_module

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

FETCH = """
import json, sys
from visearch.errors import ModelError
from visearch.models import hub
from visearch.models.specs import model_spec

answers = {}
for name in sys.argv[1:]:
    try:
        answers[name] = hub.fetch(model_spec(name), False, lambda stage, share: None).folder.name
    except ModelError as error:
        answers[name] = error.message
print(json.dumps(answers))
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


def fetch(hub: HubStandIn, home: Path, *names: str) -> dict[str, str]:
    env = hub.env(home, PYTHONPATH=str(ROOT), HF_HUB_DOWNLOAD_TIMEOUT="5")
    done = subprocess.run([sys.executable, "-c", FETCH, *names], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_only_safetensors_are_taken_and_wrong_files_are_not_kept(hub, tmp_path):
    page = "<!doctype html><title>Sign in</title>" * 50
    for name, file in (("html", "open_clip_model.safetensors"), ("odd", "open_clip_config.json")):
        write_tiny(tmp_path / "models/acme" / name)
        (tmp_path / "models/acme" / name / file).write_text(page)
    write_tiny(tmp_path / "models/acme/empty")
    (tmp_path / "models/acme/empty/open_clip_config.json").write_text("[1]")
    bad = {f"hf-hub:acme/{name}" for name in ("pickled", "html", "odd", "empty")}
    said = fetch(hub, tmp_path / "home", *sorted(bad))
    assert "as safetensors" in said["hf-hub:acme/pickled"] and "open_clip_pytorch_model.bin" not in hub.files()
    assert "wrong file for open_clip_model.safetensors" in said["hf-hub:acme/html"]
    assert "wrong file for open_clip_config.json" in said["hf-hub:acme/odd"]
    assert "not the config of an open_clip model" in said["hf-hub:acme/empty"]
    kept = [
        path.name for path in (tmp_path / "home").rglob("*") if path.is_file() and page in path.read_text("latin-1")
    ]
    assert not kept
    for name in ("html", "odd", "empty"):
        write_tiny(tmp_path / "models/acme" / name)
    mended = fetch(hub, tmp_path / "home", *sorted(bad - {"hf-hub:acme/pickled"}))
    assert all(len(folder) == 40 for folder in mended.values()), mended


def test_a_revision_is_taken_by_name(hub, tmp_path):
    write_tiny(tmp_path / "models/acme/tiny@v2", seed=1)
    said = fetch(hub, tmp_path / "home", "hf-hub:acme/tiny@v2", "hf-hub:acme/tiny", "hf-hub:acme/tiny@v3")
    assert said["hf-hub:acme/tiny@v2"] == commit_of("models", "acme/tiny", "v2")
    assert said["hf-hub:acme/tiny"] == commit_of("models", "acme/tiny")
    assert said["hf-hub:acme/tiny@v3"] == "The model acme/tiny has no revision 'v3'."


def test_names_on_the_hub():
    assert hub_module.split_name("a/b@v1") == ("a/b", "v1") and hub_module.split_name("a/b") == ("a/b", None)
    good = [name for name in ("a/b", "a/b@refs/pr/1", "a/b@", "a", "/b", "a/b/c") if hub_module.is_hub_name(name)]
    assert good == ["a/b", "a/b@refs/pr/1"]


def test_a_file_with_another_sha256_than_the_hub_named_is_not_kept(tmp_path):
    (tmp_path / "blobs").mkdir()
    blob, link = tmp_path / "blobs" / hashlib.sha256(b"{}").hexdigest(), tmp_path / "vocab.json"
    link.symlink_to(blob)
    blob.write_bytes(b"{}")
    hub_module.check_fetched([link], "acme/tiny")
    blob.write_bytes(b"[]")
    with pytest.raises(ModelError, match=r"wrong file for vocab\.json"):
        hub_module.check_fetched([link], "acme/tiny")
    assert not blob.exists() and not link.is_symlink()


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
