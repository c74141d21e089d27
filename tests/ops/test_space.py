"""What a Hugging Face Space needs: the README's front matter, ZeroGPU, storage, versions, and documented settings."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from tests.ops.resolve import PYTHONS, TORCHES, front_matter
from visearch.catalog import DEFAULT_HUB_CATALOG
from visearch.config import default_home, on_zero_gpu
from visearch.models import MODELS, hub
from visearch.models.runtimes import runtime_of
from visearch.ops import zero
from visearch.prepare import HUB_MODEL

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
HARDWARE = {"cpu-basic", "cpu-upgrade", "zero-a10g"}


def requirements() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    read = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    return {one.name.lower(): one for one in read}


def test_the_front_matter_is_what_spaces_take() -> None:
    told = front_matter()
    assert (told["sdk"], told["app_file"]) == ("gradio", "app.py")
    assert {told["colorFrom"], told["colorTo"]} <= COLORS
    assert 0 < len(str(told["short_description"])) <= 60
    assert told["suggested_hardware"] in HARDWARE
    assert re.fullmatch(r"\d+(m|h)", str(told["startup_duration_timeout"]))
    assert str(told["python_version"]) in PYTHONS, "ZeroGPU runs no other"
    assert Version(str(told["sdk_version"])) in requirements()["gradio"].specifier


def test_it_names_what_the_app_fetches() -> None:
    told = front_matter()
    model = MODELS[HUB_MODEL].source.removeprefix("hf-hub:")
    assert told["models"] == [model.partition("@")[0]]
    assert told["datasets"] == [DEFAULT_HUB_CATALOG.removeprefix("hf:").partition("@")[0]]
    (preloaded,) = told["preload_from_hub"]  # type: ignore[misc]
    repo, files, *revision = preloaded.split(" ")
    named, wanted = hub.split_name(model)
    assert repo == named and revision == ([wanted] if wanted else [])
    # What `hub.cached` must find, so that nothing is fetched when the Space starts.
    assert {hub.CONFIG, hub.WEIGHTS, "tokenizer.json", "tokenizer_config.json"} <= set(files.split(","))


def test_what_was_preloaded_is_found_without_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the layout of the hub's cache, as `hf_hub_download` leaves it."""
    (preloaded,) = front_matter()["preload_from_hub"]  # type: ignore[misc]
    repo, files, *_ = preloaded.split(" ")
    folder = tmp_path / f"models--{repo.replace('/', '--')}"
    snapshot = folder / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("a" * 40)
    for name in files.split(","):
        config = {"model_cfg": {"text_cfg": {"hf_tokenizer_name": repo}}}
        text = json.dumps(config if name == hub.CONFIG else {})
        (snapshot / name).write_text(text)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    found = hub.cached(repo)
    assert found is not None and found.folder == found.tokenizer_folder == snapshot
    (snapshot / hub.WEIGHTS).unlink()
    assert hub.cached(repo) is None


def test_the_ranges_hold_what_zero_gpu_runs() -> None:
    torch = requirements()["torch"].specifier
    assert all(Version(one) in torch for one in TORCHES)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    oldest = re.search(r'requires-python = ">=([\d.]+)"', project)
    assert oldest and all(Version(one) >= Version(oldest.group(1)) for one in PYTHONS)
    # An upper bound each, or a pin: the Space is built anew whenever it is changed.
    assert not [
        name for name, one in requirements().items() if not any(s.operator in ("<", "==") for s in one.specifier)
    ]


@pytest.mark.parametrize(
    ("env", "writable", "wanted"),
    [
        ({"SPACE_ID": "me/shop"}, True, "storage/visearch"),
        ({"SPACE_ID": "me/shop"}, False, "cache/visearch"),
        ({}, True, "cache/visearch"),
    ],
)
def test_a_space_keeps_what_it_makes_where_it_lasts(
    env: dict[str, str], writable: bool, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = tmp_path / "storage"
    storage.mkdir()
    monkeypatch.setattr("visearch.config.os.access", lambda path, mode: writable)
    assert default_home({**env, "XDG_CACHE_HOME": str(tmp_path / "cache")}, storage) == tmp_path / wanted
    if env and writable:
        storage.rmdir()
        assert default_home({**env, "XDG_CACHE_HOME": str(tmp_path / "cache")}, storage) == tmp_path / "cache/visearch"


# ---------------------------------------------------------------------- ZeroGPU

_STAND_IN = """
import sys
early = [name for name in ("torch", "gradio", "visearch.models") if name in sys.modules]
def GPU(task=None, *, duration=None, size=None):
    def keep(function):
        print(early, function(), duration)
        raise SystemExit(0)  # the rest of the app has no part in this
    return keep
"""


def test_on_zero_gpu_spaces_comes_first_and_finds_a_function(tmp_path: Path) -> None:
    (tmp_path / "spaces.py").write_text(_STAND_IN)
    env = {**os.environ, "SPACES_ZERO_GPU": "true", "PYTHONPATH": str(tmp_path), "VISEARCH_LOG": "none"}
    command = [sys.executable, "app.py"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "[] ok 5"), done.stderr[-2000:]


def test_elsewhere_spaces_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spaces.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not zero.begin({"SPACE_ID": "me/shop"})
    with pytest.raises(RuntimeError, match="imported"):
        zero.begin({"SPACES_ZERO_GPU": "1"})


def test_on_zero_gpu_the_encoders_stay_on_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from visearch.config import Settings
    from visearch.models import runtimes, torch_towers

    gpu = tmp_path / "nvidia0"
    gpu.touch()
    monkeypatch.setattr(runtimes, "GPUS", (gpu,))
    monkeypatch.setattr(runtimes, "has_openvino", lambda: True)
    # As `spaces` has torch say it, in a process that may not use one.
    monkeypatch.setattr(torch_towers.torch.cuda, "is_available", lambda: True)
    assert runtime_of(Settings(home=tmp_path)) == "torch"
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert runtime_of(Settings(home=tmp_path)) == "openvino"
    assert torch_towers.TorchTowers({}).runtime == "torch f32"


@pytest.mark.parametrize(("value", "wanted"), [("true", True), ("1", True), ("T", True), ("", False), ("false", False)])
def test_zero_gpu_is_told_as_spaces_tells_it(value: str, wanted: bool) -> None:
    assert on_zero_gpu({"SPACES_ZERO_GPU": value}) is wanted


# ---------------------------------------------------------------------- the pages


def test_every_setting_is_documented() -> None:
    sources = [ROOT / "app.py", *(ROOT / "visearch").rglob("*.py")]
    # Whole texts only: what stands in a sentence may be half a name.
    used = {name for file in sources for name in re.findall(r"VISEARCH_[A-Z_]*[A-Z]", file.read_text("utf-8"))}
    told = set(re.findall(r"^\| `(VISEARCH_[A-Z_]+)", (DOCS / "deploy.md").read_text("utf-8"), re.M))
    assert used - told == set(), "describe them in docs/deploy.md"
    assert told - used == set(), "nothing reads them any more"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)


def test_the_examples_in_yaml_are_yaml() -> None:
    read = [list(yaml.safe_load_all(text)) for page in ("operations.md", "deploy.md") for text in blocks(page, "yaml")]
    documents = [document for group in read for document in group]
    kinds = {document.get("kind") for document in documents}
    assert {"Deployment", "Service"} <= kinds and any("services" in document for document in documents)
    assert any("groups" in document for document in documents) and any("scrape_configs" in d for d in documents)
    deployment = next(document for document in documents if document.get("kind") == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_the_numbers_that_are_listed_are_those_that_there_are() -> None:
    from visearch.ops.metrics import Gauges, Metrics

    listed = set(re.findall(r"^\| `(visearch_[a-z_]+)", (DOCS / "operations.md").read_text("utf-8"), re.M))
    metrics = Metrics(Gauges, "1")
    try:
        text = metrics.text().decode()
    finally:
        metrics.close()
    there = set(re.findall(r"^# TYPE (visearch_[a-z_]+)", text, re.M))
    there = {name for name in there if not name.endswith("_created")}
    assert listed == there
    alerts = "".join(blocks("operations.md", "yaml"))
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"visearch_[a-z_]+", alerts)}
    assert {name for name in named if name != "visearch_home"} <= there
