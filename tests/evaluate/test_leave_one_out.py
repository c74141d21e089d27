"""Without labelled queries every product asks with its own picture, and itself does not count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluate.shop import item, toy_engine
from tests.toy import COLORS, ToyCatalog
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate import evaluate
from visearch.evaluate.leave_one_out import leave_one_out
from visearch.types import Product


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return toy_engine(tmp_path_factory.mktemp("leave"))


def test_others_of_the_category_are_right_and_the_product_itself_never_comes(engine: SearchEngine) -> None:
    found = evaluate(engine, None, k=5)
    assert found.method == "leave-one-out" and found.by_kind["photo"]["n"] == 12
    by_key = {one.key: one for one in found.judged}
    one = by_key["photo | p-000"]
    assert one.relevant == {f"p-{i:03d}" for i in range(2, 12, 2)}
    assert len(one.ranked) == 5 and "p-000" not in one.ranked
    assert one.ranked[0] == "p-006" and one.scores["hit@1"] == 1, "the other red one is a bag too"
    assert one.match < 100, "the match of its nearest, not of itself"
    assert any("no labelled queries" in note for note in found.notes())


def test_an_empty_list_of_queries_is_no_wish_for_this(engine: SearchEngine) -> None:
    assert evaluate(engine, []).method == "queries.csv"


def test_a_subcategory_goes_before_the_category_and_loners_do_not_ask(tmp_path: Path) -> None:
    class Shop(ToyCatalog):
        def __iter__(self):
            for name, kind, sub in (
                ("a", "Bags", "Totes"),
                ("b", "Bags", "Totes"),
                ("c", "Bags", "Clutches"),
                ("d", "Mugs", ""),
                ("e", "Mugs", ""),
                ("f", "", ""),
                ("g", "", ""),
            ):
                yield item(Product(name, category=kind, subcategory=sub), COLORS["red"])

    queries = leave_one_out(toy_engine(tmp_path, Shop(name="shop")).opened)
    assert {one.own: set(one.relevant) for one in queries} == {"a": {"b"}, "b": {"a"}, "d": {"e"}, "e": {"d"}}


def test_large_catalogues_ask_a_sample_that_stays(engine: SearchEngine) -> None:
    drawn = [one.own for one in leave_one_out(engine.opened, most=5)]
    assert len(drawn) == 5 and drawn == sorted(drawn) == [one.own for one in leave_one_out(engine.opened, most=5)]
    assert drawn != [one.own for one in leave_one_out(engine.opened, most=5, seed=1)]


def test_a_picture_that_is_gone_is_counted(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path)
    engine.opened.thumbnail(engine.opened.products[0].pictures[0]).unlink()
    found = evaluate(engine, None)
    assert found.left_out["broken_picture"] == 1 and found.by_kind["photo"]["n"] == 11


def test_products_without_a_category_leave_nothing_to_ask(tmp_path: Path) -> None:
    class Bare(ToyCatalog):
        def __iter__(self):
            for one in super().__iter__():
                yield replace(one, product=replace(one.product, category=""))

    with pytest.raises(VisearchError, match="no labelled queries") as told:
        evaluate(toy_engine(tmp_path, Bare(6)), None)
    assert "queries.csv" in told.value.hint
