"""Several catalogues in one document, beside baselines and chance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer import Typer
from typer.testing import CliRunner

from tests.evaluate.shop import photo_of
from tests.evaluate.test_compare import make_shop
from visearch.evaluate import table
from visearch.evaluate.metrics import judge


def test_chance_is_what_random_orders_give() -> None:
    rng, products = np.random.default_rng(0), [f"p{i}" for i in range(30)]
    sizes = (1, 4, 15)
    draws = [
        judge([[products[i] for i in rng.permutation(30)[:10]]], [set(products[:size])])[0]
        for size in sizes
        for _ in range(1500)
    ]
    worked_out = table.chance(30, sizes)
    for name, value in worked_out.items():
        assert value == pytest.approx(np.mean([one[name] for one in draws]), abs=0.015)


def test_chance_among_few_products_is_certain() -> None:
    assert table.chance(3, [1, 3]) == {
        "hit@1": pytest.approx(2 / 3),
        "hit@10": 1,
        "ndcg@10": pytest.approx(0.8551, abs=1e-3),
    }


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("table")
    shop = make_shop(folder / "a|shop")
    (folder / "boxes").mkdir()
    (folder / "off").mkdir()
    (folder / "off" / "x.png").write_bytes(photo_of("black").read())
    app = Typer()
    app.command()(table.main)
    environment = {"VISEARCH_HOME": str(folder / "home"), "VISEARCH_OFFLINE": "1", "VISEARCH_RUNTIME": "torch"}
    names = [str(shop), str(folder / "boxes"), "--out", str(folder / "docs" / "t.md")]
    options = ["--off", str(folder / "off"), "--save", str(folder / "kept"), "--model", "embedded"]
    done = CliRunner().invoke(app, [*names, *options], env=environment)
    assert done.exit_code == 0, done.output
    return (folder / "docs" / "t.md").read_text("utf-8"), folder


def test_a_line_a_kind_with_baselines_chance_and_gain(document: tuple[str, Path]) -> None:
    lines = document[0].splitlines()
    photo, text = (next(line for line in lines if f"| 3 | {kind} |" in line) for kind in ("photo", "text"))
    cells = [cell.strip() for cell in text.replace("\\|", "/").strip("|").split("|")]
    assert cells[0] == "a/shop" and cells[3] == "2" and cells[6] == "", "the backbone reads no words"
    assert cells[4].startswith("**") and cells[7].startswith("50.0") and cells[8].startswith("100.0")
    assert cells[9].startswith("66.7"), "one of three is right for a text, all of them for the other"
    assert "100.0 / 100.0" in photo and "33.3" in photo
    header = next(line for line in lines if line.startswith("| catalogue | products"))
    assert header.count("|") == photo.replace("\\|", "").count("|")


def test_refusal_indexes_and_the_model_are_told(document: tuple[str, Path]) -> None:
    assert "Photos of other things (off)" in document[0] and "| AUROC |" in document[0]
    assert "faiss-flat" in document[0] and "Model: embedded (" in document[0]


def test_each_evaluation_is_kept_for_later(document: tuple[str, Path]) -> None:
    kept = json.loads((document[1] / "kept" / "a|shop.json").read_text("utf-8"))
    assert kept["products"] == 3 and len(kept["queries"]) == 4


def test_what_is_no_catalogue_is_told(tmp_path: Path) -> None:
    app = Typer()
    app.command()(table.main)
    done = CliRunner().invoke(app, [str(tmp_path / "gone")], env={"VISEARCH_HOME": str(tmp_path)})
    assert done.exit_code == 1 and "gone" in done.output
