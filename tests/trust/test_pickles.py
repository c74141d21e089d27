"""No format that can hold code: nothing is pickled, and nothing is read that may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.models.tiny import write_tiny
from visearch.errors import ModelError
from visearch.models import embedded, hub

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "visearch").rglob("*.py"), *(ROOT / "data").rglob("*.py"), ROOT / "app.py"])
PICKLERS = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}

# Weights that their makers publish as pickles only, pinned by hash and read with weights_only: the file of a pip
# package, and what torchvision's own table names.
TORCH_LOADS = {"visearch/models/embedded.py", "visearch/detect/torchvision_models.py"}


def calls(tree: ast.AST, text: str) -> dict[str, list[ast.Call]]:
    """`module.function` -> its calls. Names are only spelt out where the file has one of these words: it is slow."""
    found: dict[str, list[ast.Call]] = {}
    if any(word in text for word in ("load", "save", "from_pretrained")):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found.setdefault(ast.unparse(node.func), []).append(node)
    return found


def says(call: ast.Call, name: str, value: bool) -> bool:
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is value for k in call.keywords)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_unpickles(path: Path) -> None:
    text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
    tree = ast.parse(text)
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert not PICKLERS & {module.split(".")[0] for module in imported}
    asked = calls(tree, text)
    assert all(says(call, "allow_pickle", False) for call in [*asked.get("np.load", ()), *asked.get("np.save", ())])
    loads = asked.get("torch.load", [])
    assert name in TORCH_LOADS or not loads
    assert all(says(call, "weights_only", True) for call in loads)
    # What transformers loads is told twice: no code from a repository, and no other format.
    for call in (call for called, found in asked.items() if called.endswith("from_pretrained") for call in found):
        options = ast.unparse(call)
        assert "**options" in options or "trust_remote_code=False" in options
        assert "AutoModel" not in options or "use_safetensors=True" in options
    if "trust_remote_code" in text:
        whole = ast.unparse(tree)
        assert "trust_remote_code=True" not in whole and "'trust_remote_code': True" not in whole


def test_pickled_weights_in_a_folder_are_named(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "old", pickled=True)
    assert not hub.is_checkpoint(folder)
    with pytest.raises(ModelError, match=r"open_clip_pytorch_model\.bin, a format that can hold code") as caught:
        hub.check_folder(folder)
    assert "open_clip_model.safetensors" in caught.value.hint
    # open_clip would prefer the pickle to safetensors of another name.
    (folder / "model.safetensors").write_bytes(b"")
    assert not hub.is_checkpoint(folder)
    (folder / "open_clip_model.safetensors").write_bytes(b"")
    assert hub.is_checkpoint(folder)


def test_changed_weights_of_a_package_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "package_folder", lambda module: tmp_path)
    (tmp_path / "models").mkdir()
    with pytest.raises(ModelError, match="cannot be read"):
        embedded._fill_image_tower(None)
    (tmp_path / "models" / embedded.IMAGE_WEIGHTS).write_bytes(b"another pickle")
    with pytest.raises(ModelError, match="not the expected ones") as caught:
        embedded._fill_image_tower(None)
    assert "--force-reinstall" in caught.value.hint
