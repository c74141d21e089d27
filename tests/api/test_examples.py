"""The examples of docs/api.md, run against the real page; what they print is held against the engine's own answers."""

from __future__ import annotations

import base64
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api.serving import EXAMPLES, ROOT, differs, serving
from tests.ui.still import StillLive, engine_of, ready_status
from visearch import Box, Query, load_image, result_to_json
from visearch.catalog import CatalogItem, LabelledQuery, open_catalog
from visearch.config import Settings
from visearch.live import LiveEngine
from visearch.ui.api_product import record_of
from visearch.ui.described import described, public_functions
from visearch.ui.markup import thumbnail_url
from visearch.ui.mcp import TOOLS
from visearch.ui.trust.doors import PUBLIC

EVENTS = [{"kind": "view", "product": "mug-01", "age_days": 0}, {"kind": "search", "text": "vase"}]
PHOTO = ROOT / "data" / "sample" / "queries" / "mug-01-photo.jpg"
DOCS = (ROOT / "docs" / "api.md").read_text("utf-8")
UNKNOWN = "There is no product 'no-such-id' in this catalogue. Take an id from the results."
LIMITS_S = 120


def settings_of(home: Path) -> Settings:
    # In torch from first to last: the faster runtime would come in between, and differs in the last digits.
    return Settings("sample", "embedded", runtime="torch", home=home, offline=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def live(home: Path) -> LiveEngine:
    return LiveEngine(settings_of(home))


@pytest.fixture(scope="module")
def demo(live: LiveEngine, home: Path) -> Iterator[Any]:
    with serving(live, settings_of(home)) as served:
        yield served


def run(demo: Any, *command: str, cwd: Path = ROOT) -> list[tuple[str, Any]]:
    """What an example prints: (name, answer) of each line."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VISEARCH_", "GRADIO_"))}
    env |= {"VISEARCH_URL": demo.local_url.rstrip("/"), "PYTHONUTF8": "1"}
    done = subprocess.run([*command, str(PHOTO)], capture_output=True, text=True, cwd=cwd, env=env, timeout=LIMITS_S)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(len(line) == 1 for line in lines)
    # Plain HTTP gives a list of one.
    return [(name, given[0] if isinstance(given, list) and len(given) == 1 else given) for line in lines
            for name, given in line.items()]  # fmt: skip


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples in JavaScript and the client that they import."""
    folder = tmp_path_factory.mktemp("node")
    for path in (*EXAMPLES.glob("*.mjs"), EXAMPLES / "package.json"):
        shutil.copy(path, folder)
    if shutil.which("node") is None or shutil.which("npm") is None:
        _missing("Node.js 18 or newer with npm is not installed: apt-get install nodejs npm.")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMITS_S)
    if done.returncode != 0:
        _missing(f"npm could not install @gradio/client: {done.stderr[-300:]}")
    return folder


def _missing(what: str) -> None:
    """Skips, or fails where every example is part of the deal."""
    if os.environ.get("VISEARCH_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


def expected(live: LiveEngine, boxed: bool) -> list[tuple[str, Any]]:
    """What the examples called search.* ask, from the engine itself."""
    engine, photo = live.engine(), load_image(PHOTO)
    boxes = live.detector().detect(photo)
    limits = {"category": "Kitchen & Dining"}
    box = Box(boxes[0].x0, boxes[0].y0, boxes[0].x1, boxes[0].y1) if boxed else None
    first = engine.product("mug-01")

    def as_json(result: Any) -> dict[str, Any]:
        return result_to_json(result, thumbnail_url)

    return [
        ("search", as_json(engine.search(Query("striped mug under 20", k=3)))),
        ("detect", {"boxes": [vars(one) for one in boxes], "detector": "embedded"}),
        ("search", as_json(engine.search(Query(image=photo, box=box, k=3, filters=limits)))),
        ("similar", as_json(engine.similar("mug-01", 3))),
        ("product", {"product": record_of(first), "seen": {}, "same_code": []}),
    ]


def hold(live: LiveEngine, printed: list[tuple[str, Any]], boxed: bool = True) -> None:
    name, catalog = printed[0]
    assert name == "catalog" and catalog["products"] == len(live.engine().opened.products) == 480
    wanted = expected(live, boxed)
    assert [name for name, _ in printed[1:6]] == [name for name, _ in wanted]
    for (name, got), (_, own) in zip(printed[1:6], wanted, strict=True):
        assert differs(got, json.loads(json.dumps(own))) == "", name
    assert printed[3][1]["hits"][0]["id"] == "mug-01", "the photo is of this mug"
    _, refused = printed[6]
    assert (refused["error"] if isinstance(refused, dict) else refused) == UNKNOWN and len(printed) == 7


def test_python(live: LiveEngine, demo: Any) -> None:
    hold(live, run(demo, sys.executable, str(EXAMPLES / "search.py")))


def test_a_barcode_leads_to_its_product(demo: Any) -> None:
    assert public_functions(demo)["product"](barcode="2 104831 500017")["product"]["id"] == "mug-01"


def test_curl(live: LiveEngine, demo: Any) -> None:
    hold(live, run(demo, "bash", str(EXAMPLES / "search.sh")), boxed=False)


def test_javascript(live: LiveEngine, demo: Any, node_modules: Path) -> None:
    hold(live, run(demo, "node", "search.mjs", cwd=node_modules))


def test_mcp(live: LiveEngine, demo: Any) -> None:
    server, tools, *answers = run(demo, sys.executable, str(EXAMPLES / "mcp_client.py"))
    assert server == ("server", "visearch")
    assert tools == ("tools", list(TOOLS))
    # Its pictures have whole addresses.
    plain = json.loads(json.dumps(answers).replace(demo.local_url, ""))
    assert plain != json.loads(json.dumps(answers))
    hold(live, [(name, answer) for name, answer in plain])


class FewOfTheSample:
    """Some mugs, vases and lamps of the sample: with the toy encoder, a shop whose every workflow answers at once."""

    def __init__(self) -> None:
        self._whole = open_catalog("sample", Settings())
        self.info, self.report = replace(self._whole.info, total=None), self._whole.report

    def __iter__(self) -> Iterator[CatalogItem]:
        return (item for item in self._whole if re.fullmatch("(mug|vase|tablelamp)-0[1-5]", item.product.id))

    def queries(self) -> list[LabelledQuery]:
        return []


def test_the_workflows_answer_as_the_functions_do(tmp_path: Path, node_modules: Path) -> None:
    engine = engine_of(tmp_path, FewOfTheSample())
    image = f"data:image/jpeg;base64,{base64.b64encode(PHOTO.read_bytes()).decode()}"
    asked: dict[str, dict[str, Any]] = {
        "related": {"product_id": "mug-01", "k": 2},
        "reviews": {"product_id": "mug-01", "language": "en"},
        "for_you": {"events": EVENTS, "k": 3},
        "offers": {"text": "lamp", "k": 3},
        "board": {"images": [image], "text": "green vase", "k": 4, "pinned": ["mug-02"]},
        "campaigns": {},
        "identify": {"image": image, "k": 3},
        "shelf": {"image": image},
        "supplier": {"items": [{"id": "S-1", "title": "Green mug", "image": image}]},
    }
    assert {*asked, "marks"} == set(PUBLIC.split("|")) - set(TOOLS)
    with serving(StillLive(engine, ready_status(engine))) as demo:
        own = {name: public_functions(demo)[name](**given) for name, given in asked.items()}
        own = json.loads(json.dumps(own))
        assert own["related"]["similar"] and own["reviews"]["own"]["n"] and own["for_you"]["picks"]
        assert own["board"]["products"][0]["id"] == "mug-02" and own["identify"]["candidates"]
        for printed in (
            run(demo, sys.executable, str(EXAMPLES / "workflows.py")),
            run(demo, "bash", str(EXAMPLES / "workflows.sh")),
            run(demo, "node", "workflows.mjs", cwd=node_modules),
        ):
            got = dict(printed)
            marks = got.pop("marks")
            # While the pictures are being read it is a sentence.
            assert {"found", "alike"} <= set(marks) or "Ask again" in marks["error"]
            assert differs(got, own) == ""


def test_python_without_the_page(
    live: LiveEngine, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = live.engine().search(Query("striped mug under 20", k=3))
    monkeypatch.setenv("VISEARCH_HOME", str(home))
    monkeypatch.setenv("VISEARCH_OFFLINE", "1")
    monkeypatch.setenv("VISEARCH_RUNTIME", "torch")
    found = runpy.run_path(str(EXAMPLES / "engine.py"))
    assert differs(result_to_json(found["by_words"]), result_to_json(own)) == ""
    assert found["by_photo"].hits[0].product.id == "mug-01" and found["boxes"] == live.detector().detect(found["room"])
    assert found["by_both"].hits[0].product.color == "blue"
    out, err = capsys.readouterr()
    assert "mug-07: Striped ceramic mug" in out and "brand: Brindlow" in out and err.strip() == UNKNOWN


# docs/api.md


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_the_page_shows_the_very_files(path: Path) -> None:
    if path.name in ("node_modules", "package-lock.json"):
        pytest.skip("npm put it there")
    shown = re.search(rf"<!-- examples/{re.escape(path.name)} -->\n```\w+\n(.*?)```\n", DOCS, re.DOTALL)
    assert shown is not None and shown[1] == path.read_text("utf-8")


def test_the_page_names_every_function_with_its_arguments(demo: Any) -> None:
    for name, function in public_functions(demo).items():
        told = described(function)
        assert f"| `/{name}` | {', '.join(f'`{one}`' for one in told.parameters)} | {told.summary} |" in DOCS, name
