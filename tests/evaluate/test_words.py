"""The comparison of ways to rank words, on a toy shop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.test_ranking import make_engine
from visearch.catalog.base import LabelledQuery
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate import chinese, words
from visearch.evaluate.halves import half

TEXTS = {
    "somewhere to sit": {"sofa-red", "sofa-blue"},
    "stoneware mug": {"mug-red"},
    "enamel mug": {"mug-blue"},
    "a light to read by": {"lamp-white"},
    "plain handbag": {"bag-green"},
    "handbag with laces": {"bag-black"},
    "linen couch": {"sofa-blue"},
    "lawnmower": {"sofa-red"},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return make_engine(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def asked(engine: SearchEngine) -> list[words.Asked]:
    queries = [LabelledQuery("text", frozenset(right), text=text) for text, right in TEXTS.items()]
    return list(words.ask(engine, "shop", [*queries, LabelledQuery("text", frozenset({"gone"}), text="nothing")]))


def test_every_text_is_asked_in_every_way(asked: list[words.Asked]) -> None:
    assert [one.text for one in asked] == list(TEXTS)
    assert all(set(one.scores) == set(words.SYSTEMS) for one in asked)
    by_text = {one.text: one.scores for one in asked}
    assert by_text["stoneware mug"]["bm25"]["hit@1"] == 1
    assert by_text["somewhere to sit"]["text"]["hit@1"] == 1 and by_text["somewhere to sit"]["bm25"]["hit@1"] == 0


def test_halves_and_gain(asked: list[words.Asked]) -> None:
    measured = words.measure(asked)
    counts = {row.half: row.n for row in measured.rows}
    assert counts == {side: sum(half(text) == side for text in TEXTS) for side in "AB"}
    mine = [one.scores for one in asked if one.half == "B"]
    assert measured.gain[0] == pytest.approx(np.mean([s["visearch"]["hit@1"] - s["bm25"]["hit@1"] for s in mine]))
    table = words.to_table(measured)
    assert "| shop, text |" in table and "Best on half A" in table and "In use: keywords 12" in table


def test_the_weights_in_use_score_as_the_search_does(asked: list[words.Asked]) -> None:
    shown = words.measure(asked).shown
    mine = [one.scores["visearch"] for one in asked if one.half == "A"]
    assert shown["hit@1"] == pytest.approx(np.mean([scores["hit@1"] for scores in mine]))
    assert shown["ndcg@10"] == pytest.approx(np.mean([scores["ndcg@10"] for scores in mine]))


def test_without_texts_there_is_nothing_to_measure() -> None:
    with pytest.raises(VisearchError, match="no labelled texts"):
        words.measure([])


def test_chinese_queries_are_held_against_chance(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese, "load_sentences", lambda _: engine_sentences())
    settings = type("S", (), {"home": engine.opened.home})()
    right = frozenset({"sofa-red", "sofa-blue"})
    row = chinese.measure(engine, "shop", [("沙发", right)], settings)
    assert row.chance == pytest.approx(2 / 7) and row.n == 1
    assert row.ways[chinese.TITLES] == pytest.approx(0.2) == row.ways[chinese.ALL]
    assert "| shop |" in chinese.to_table([row])


def engine_sentences():
    from tests.toy_sentences import ToySentences

    return {"toy": ToySentences()}


def test_the_chinese_file_names_what_the_catalogues_have() -> None:
    rows = list(chinese._read())
    assert len(rows) > 60 and all(row["field"] in ("category", "subcategory") and row["query"] for row in rows)
    assert len({(row["catalog"], row["query"]) for row in rows}) == len(rows)
    assert Path(chinese.QUERIES).is_file()
