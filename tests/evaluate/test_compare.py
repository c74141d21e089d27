"""The baselines answer as searchers do, and the comparison puts them side by side."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.evaluate.shop import text, toy_engine
from tests.toy import COLORS, ToyEmbedder
from visearch.config import Settings
from visearch.errors import ModelError, QueryError
from visearch.evaluate import evaluate
from visearch.evaluate.baselines import Backbone, LexicalSearch
from visearch.evaluate.compare import Row, catalogs_in, compare, main, to_markdown
from visearch.models import load_model
from visearch.models.embedded import build_embedded
from visearch.store import Store
from visearch.text.lexical import TITLES
from visearch.types import Query


def test_the_backbone_is_the_trunk_of_the_real_model_and_its_head_is_left_out() -> None:
    embedder = load_model("embedded", Settings(offline=True))
    pictures = [Image.new("RGB", (300, 200), rgb) for rgb in list(COLORS.values())[:2]]
    model, preprocess, _ = build_embedded()
    with torch.inference_mode():
        pooled = model.visual.trunk(torch.stack([preprocess(p) for p in pictures])).numpy()[:, :1280]
    backbone = Backbone(embedder)
    assert backbone.pooled(pictures) == pytest.approx(pooled, abs=2e-3, rel=2e-2)
    rows = backbone.embed_images(pictures)
    expected = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    assert rows.shape == (2, 1280) and rows.dtype == np.float32
    assert np.einsum("nd,nd->n", rows, expected) == pytest.approx([1, 1], abs=1e-3)
    assert backbone.info.fingerprint != embedder.info.fingerprint


def test_the_backbone_takes_no_pictures_and_no_words() -> None:
    backbone = Backbone(load_model("embedded", Settings(offline=True)))
    assert backbone.embed_images([]).shape == (0, 1280)
    with pytest.raises(QueryError):
        backbone.embed_texts(["red"])


def test_an_encoder_without_a_trunk_is_told() -> None:
    with pytest.raises(ModelError, match="toy"):
        Backbone(ToyEmbedder())


def test_bm25_is_measured_like_the_engine(tmp_path: Path) -> None:
    opened = toy_engine(tmp_path).opened
    queries = [text("mug 7", "p-007"), text("helicopter", "p-001"), text("bags", "p-000")]
    found = evaluate(LexicalSearch(opened), queries)
    assert found.model == "bm25" and found.by_kind["text"]["n"] == 3
    assert [one.ranked[:1] for one in found.judged] == [("p-007",), (), ("p-000",)]
    titles = evaluate(LexicalSearch(opened, TITLES, "titles"), queries)
    assert titles.judged[2].ranked == (), "only the category says bags"
    with pytest.raises(QueryError):
        LexicalSearch(opened).search(Query(image=Image.new("RGB", (9, 9))))


def test_folders_of_catalogues_are_opened_up(tmp_path: Path) -> None:
    for name, files in {
        "b": ("products.csv", "queries.csv"),
        "a": ("products.csv", "queries.csv"),
        "unlabelled": ("products.csv",),
        "boxes": ("queries.csv",),
    }.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text("id\n")
    assert list(catalogs_in([str(tmp_path)])) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert list(catalogs_in([str(tmp_path / "b"), "hf:acme/shop"])) == [str(tmp_path / "b"), "hf:acme/shop"]


def make_shop(folder: Path) -> Path:
    """Three products whose photos the queries repeat in another size, and words that are in one title only."""
    folder.mkdir()
    rows = ["id,title,category,image"]
    for name in ("red", "green", "blue"):
        Image.new("RGB", (64, 64), COLORS[name]).save(folder / f"{name}.png")
        Image.new("RGB", (90, 90), COLORS[name]).save(folder / f"{name}-photo.png")
        rows.append(f"{name},{name} square,Shapes,{name}.png")
    (folder / "products.csv").write_text("\n".join(rows))
    queries = ["query_image,query_text,relevant_ids", "red-photo.png,,red", "blue-photo.png,,blue"]
    queries += [",green square,green", ",shapes,red|green|blue", ",nothing,"]
    (folder / "queries.csv").write_text("\n".join(queries))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop, and a home that its vectors are kept in from one comparison to the next."""
    return make_shop(tmp_path_factory.mktemp("compared") / "shop").parent


def test_one_row_a_kind_with_the_systems_that_can_answer_it(folder: Path) -> None:
    shop = folder / "shop"
    settings = Settings(home=folder / "home", offline=True, model="embedded", runtime="torch")
    rows = {row.kind: row for row in compare(str(shop), settings)}
    assert {kind: (row.n, row.products, row.model) for kind, row in rows.items()} == {
        "photo": (2, 3, "embedded"),
        "text": (2, 3, "embedded"),
    }
    assert set(rows["photo"].systems) == {"visearch", "backbone"}
    assert set(rows["text"].systems) == {"visearch", "bm25 titles", "bm25 all fields"}
    assert rows["photo"].systems["backbone"]["hit@1"] == 1
    assert rows["text"].systems["bm25 titles"]["hit@1"] == 0.5
    assert rows["text"].systems["bm25 all fields"]["hit@1"] == 1
    kept = {manifest.model["name"] for manifest in Store(settings.home).list()}
    assert kept == {"embedded", "embedded-backbone"}, "the baseline's index must not replace ours"


def test_a_catalogue_without_usable_queries_has_no_row(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    (shop / "queries.csv").write_text("query_image,query_text,relevant_ids\nred-photo.png,,\n")
    said: list[str] = []
    assert compare(str(shop), Settings(home=tmp_path / "home", offline=True, runtime="torch"), said.append) == []
    assert "no labelled queries" in said[0]


def test_the_table_is_markdown_with_empty_cells_where_a_system_cannot_answer() -> None:
    scores = {"hit@1": 0.5, "hit@10": 1.0, "ndcg@10": 0.75}
    table = to_markdown([Row("/x/a|b", "photo", 2, 3, "embedded", {"visearch": scores, "backbone": scores})])
    header, rule, line, *_ = table.splitlines()
    assert header.count("|") == rule.count("|") == line.replace("\\|", "").count("|")
    assert line.startswith("| a\\|b | 3 | photo | 2 | 50.0 / 100.0 / 75.0 | 50.0 / 100.0 / 75.0 |  |  |")


def test_the_command_prints_one_json_document(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISEARCH_HOME", str(folder / "home"))
    monkeypatch.setenv("VISEARCH_OFFLINE", "1")
    monkeypatch.setenv("VISEARCH_RUNTIME", "torch")
    main([str(folder / "shop")], model="embedded", sample=False, as_json=True)
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["catalog"], row["kind"], row["n"]) for row in rows] == [("shop", "photo", 2), ("shop", "text", 2)]
    assert rows[0]["systems"]["visearch"]["hit@1"] == 1
