"""`from visearch import ...`: cheap, complete, and with the errors of a library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import visearch
from visearch import CatalogError, ModelError, VisearchError, open_detector, open_engine

ROOT = Path(__file__).parents[2]


def test_importing_the_names_loads_nothing_heavy() -> None:
    names = ", ".join(name for name in visearch.__all__ if name != "__version__")
    heavy = ("torch", "open_clip", "transformers", "datasets", "pyarrow", "pandas", "faiss", "gradio")
    code = (
        "import sys, visearch; assert not [m for m in sys.modules if m.startswith('visearch.')], 'nothing yet'; "
        f"from visearch import {names}; print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_there_and_no_other() -> None:
    assert all(getattr(visearch, name) is not None for name in visearch.__all__)
    assert set(visearch.__all__) <= set(dir(visearch))
    with pytest.raises(AttributeError, match="no attribute 'serach'"):
        _ = visearch.serach  # type: ignore[attr-defined]


def test_errors_are_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no-such-shop"):
        open_engine(tmp_path / "no-such-shop", home=tmp_path, offline=True)
    with pytest.raises(ModelError, match="'magic'"):
        open_engine("sample", "magic", home=tmp_path, offline=True)
    with pytest.raises(ModelError, match="'magic'"):
        open_detector("magic", home=tmp_path)
    assert issubclass(CatalogError, VisearchError)


def test_arguments_win_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("visearch.api.open_prepared", lambda *given, **options: asked.append((given, options)))
    monkeypatch.setenv("VISEARCH_MODEL", "vit-b-32")
    monkeypatch.setenv("VISEARCH_HOME", str(tmp_path / "env"))
    monkeypatch.setenv("VISEARCH_LIMIT", "7")
    open_engine(tmp_path, limit=9, mapping={"title": "name"})
    open_engine("sample", "embedded", home=tmp_path, index="exact", offline=True)
    (first, choice, _), options = asked[0]
    assert (first.home, first.limit, choice.model, choice.catalog) == (tmp_path / "env", 9, "vit-b-32", str(tmp_path))
    assert options["mapping"] == {"title": "name"}
    (second, choice, _), _ = asked[1]
    assert (second.home, second.limit, second.index, second.offline) == (tmp_path, 7, "exact", True)
    assert (choice.catalog, choice.model) == ("sample", "embedded")
