"""Pairs of a photo and a word that its product lacks, and what is counted over them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from tests.evaluate.shop import photo, text, toy_engine
from tests.toy import ToyCatalog
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate import refine
from visearch.evaluate.halves import half, interval
from visearch.evaluate.refine import BOTH, PHOTO, WORDS, Pair, Photo, measure, own_photos, pairs_of, to_table
from visearch.types import Product


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return toy_engine(tmp_path_factory.mktemp("refine"), ToyCatalog(24))


def shelf_of(*rows: tuple[str, str, str, str]) -> list[Product]:
    return [Product(i, category=kind, color=color, material=material) for i, kind, color, material in rows]


def test_pairs_ask_for_what_only_others_of_the_kind_have() -> None:
    products = shelf_of(("a", "Mug", "red", ""), ("b", "Mug", "blue", "clay"), ("c", "Bag", "green", "clay"))
    photos = [Photo(product, lambda: None) for product in products]  # type: ignore[arg-type,return-value]
    assert sorted(pairs_of(photos, products), key=lambda pair: pair.photo) == [
        Pair(0, "a", "color", "blue", frozenset("b")),
        Pair(1, "b", "color", "red", frozenset("a")),
    ], "a says no material, so nobody knows that it lacks clay; nothing is asked across kinds"


def test_photos_of_several_kinds_are_no_photo_of_one_product(engine: SearchEngine) -> None:
    queries = [photo("red", "p-000"), photo("red", "p-000", "p-001"), photo("red", "gone"), text("red", "p-000")]
    assert [p.product.id for p in refine.labelled_photos(engine, queries)] == ["p-000"]


def test_photo_and_words_are_held_against_either_alone(engine: SearchEngine) -> None:
    refined = measure(engine, own_photos(engine), shares=(0.3, 0.5))
    found = {(row.system, row.share, row.half): row.metrics for row in refined.rows}
    assert found[PHOTO, None, "B"]["hit@1"] == 0, "the photo's own product lacks the colour"
    for name in (PHOTO, WORDS):
        assert found[BOTH, 0.5, "B"]["ndcg@10"] >= found[name, None, "B"]["ndcg@10"] > 0.2
        gain, low, high = refined.gains[name]
        assert low <= gain <= high
        assert gain == pytest.approx(found[BOTH, 0.5, "B"]["hit@10"] - found[name, None, "B"]["hit@10"])
    assert refined.best in (0.3, 0.5)
    assert sum(row.n for row in refined.rows if row.system == PHOTO) == len(
        pairs_of(own_photos(engine), engine.opened.products)
    )
    assert "| photo alone |  |" in to_table(refined) and "95 % interval" in to_table(refined)


def test_a_catalogue_that_says_no_colour_cannot_be_measured(engine: SearchEngine) -> None:
    with pytest.raises(VisearchError, match="no photo with a colour"):
        measure(engine, [])


def test_the_command_prints_json(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VISEARCH_HOME", str(tmp_path))
    monkeypatch.setattr(refine, "open_engine", lambda *_: engine)
    app = Typer()
    app.command()(refine.main)
    done = CliRunner().invoke(app, ["sample", "--own", "--json"])
    assert done.exit_code == 0, done.output
    assert {row["half"] for row in json.loads(done.stdout)["rows"]} == {"A", "B"}


def test_halves_are_even_and_stay() -> None:
    sides = [half(f"p-{i}") for i in range(2000)]
    assert 900 < sides.count("A") < 1100 and half("p-000") == half("p-000")


def test_the_interval_is_wider_when_questions_belong_together() -> None:
    differences = [1.0, 0.0] * 50
    alone = interval(differences, range(100))
    together = interval(differences, [i % 2 for i in range(100)])
    assert 0.35 < alone[0] < 0.5 < alone[1] < 0.65 and together == (0.0, 1.0)
    with pytest.raises(ValueError):
        interval([], [])
