"""From labelled queries to figures by kind. In the toy shop p-000 and p-006 are red, p-001 and p-007 green,
p-002 and p-008 blue, ...; the second of each is a shade lighter, so a photo in the plain colour finds the first."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from tests.evaluate.shop import missing_picture, not_a_picture, photo, text, toy_engine
from tests.toy import COLORS, ToyCatalog
from visearch.build import Progress
from visearch.catalog.base import LabelledQuery, Picture
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.evaluate import evaluate, to_table
from visearch.types import Box


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return toy_engine(tmp_path_factory.mktemp("evaluate"))


def two_halves() -> Picture:
    picture = Image.new("RGB", (100, 50), COLORS["white"])
    picture.paste(COLORS["green"], (50, 0, 100, 50))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return Picture("scene.png", buffer.getvalue)


def test_figures_are_means_over_the_queries_of_a_kind(engine: SearchEngine) -> None:
    queries = [photo("blue", "p-002"), photo("red", "p-006"), text("red", "p-000", "p-006"), text("red", "p-001")]
    found = evaluate(engine, queries, k=2)
    first, second = found.by_kind["photo"], found.by_kind["text"]
    assert first["n"] == 2 and second["n"] == 2
    assert (first["hit@1"], first["hit@2"], first["mrr"]) == (0.5, 1.0, 0.75)
    assert (second["hit@2"], second["recall@2"], second["precision@2"]) == (0.5, 0.5, 0.5)


def test_kinds_stay_apart_and_in_order_and_given_kinds_count(engine: SearchEngine) -> None:
    queries = [
        text("yellow", "p-003", kind="occasion"),
        LabelledQuery("photo_text", frozenset({"p-002"}), "blue", photo("blue").image),
        text("红色", "p-000", kind="text_zh"),
        text("green", "p-001"),
        LabelledQuery("crop", frozenset({"p-001"}), image=two_halves(), box=Box(50, 0, 100, 50)),
        photo("red", "p-000"),
    ]
    found = evaluate(engine, queries)
    assert list(found.by_kind) == ["photo", "crop", "text", "text_zh", "photo_text", "occasion"]
    assert all(scores["n"] == 1 for scores in found.by_kind.values())
    assert found.by_kind["crop"]["hit@1"] == 1 and found.by_kind["photo"]["hit@1"] == 1


def test_a_box_cuts_the_picture(engine: SearchEngine) -> None:
    whole = LabelledQuery("photo", frozenset({"p-001"}), image=two_halves())
    assert evaluate(engine, [whole], k=1).by_kind["photo"]["hit@1"] == 0
    assert evaluate(engine, [replace(whole, box=Box(50, 0, 100, 50))], k=1).by_kind["photo"]["hit@1"] == 1


def test_broken_pictures_are_counted_and_the_rest_goes_on(engine: SearchEngine) -> None:
    queries = [
        LabelledQuery("photo", frozenset({"p-000"}), image=not_a_picture()),
        LabelledQuery("photo", frozenset({"p-000"}), image=missing_picture()),
        photo("red", "p-000", box=Box(200, 200, 300, 300)),
        photo("red", "p-000"),
    ]
    found = evaluate(engine, queries)
    assert found.by_kind["photo"]["n"] == 1 and found.by_kind["photo"]["hit@1"] == 1
    assert found.left_out["broken_picture"] == 3
    assert [skipped.row for skipped in found.reasons] == ["broken.jpg", "gone.jpg", "red.png"]
    assert any("3 queries have a picture" in note for note in found.notes())


def test_queries_that_nothing_can_answer_are_left_out_and_counted(engine: SearchEngine) -> None:
    queries = [
        photo("red"),
        text("red", "gone-1", "gone-2"),
        LabelledQuery("text", frozenset({"p-000"})),
        text("red", "p-000", "gone-1"),
    ]
    found = evaluate(engine, queries)
    assert found.left_out == {"no_relevant": 1, "not_indexed": 1, "broken_picture": 0, "refused": 1}
    assert found.relevant_missing == 1
    assert list(found.by_kind) == ["text"] and found.by_kind["text"]["n"] == 1
    assert found.by_kind["text"]["recall@10"] == 1


def test_no_query_at_all_is_an_empty_answer(engine: SearchEngine) -> None:
    found = evaluate(engine, [])
    assert found.by_kind == {} and found.timings_ms == {}
    assert "No query could be judged." in to_table(found)


def test_the_json_document_has_the_agreed_shape(engine: SearchEngine) -> None:
    document = json.loads(json.dumps(evaluate(engine, [photo("red", "p-000"), text("blue", "p-002")]).to_json()))
    metrics = {"hit@1", "hit@10", "recall@10", "precision@10", "f1@10", "category@1", "mrr", "map@10", "ndcg@10"}
    named = {"photo": metrics, "text": metrics}
    assert {kind: set(scores) - {"n"} for kind, scores in document["by_kind"].items()} == named
    assert {kind: set(found) for kind, found in document["intervals"].items()} == named
    assert document["by_kind"]["photo"]["n"] == 1 and isinstance(document["by_kind"]["photo"]["n"], int)
    assert (document["model"], document["catalog"], document["k"], document["products"]) == ("toy", "toy", 10, 12)
    assert document["index"] == engine.opened.index.id
    assert set(document["timings_ms"]) == {"photo", "text"}
    assert all(0 < times["p50"] <= times["p95"] for times in document["timings_ms"].values())
    assert (document["method"], document["runtime"], document["rejection"]) == ("queries.csv", "torch", None)
    assert next(iter(document["stages_ms"]["photo"])) == "decode" and "decode" not in document["stages_ms"]["text"]
    assert "total" not in document["stages_ms"]["photo"]
    assert datetime.fromisoformat(document["created"]).tzinfo is not None
    one = document["queries"][0]
    assert (one["key"], one["kind"], one["picture"], one["text"]) == ("photo | red.png", "photo", "red.png", "")
    assert (one["rank"], one["relevant"], one["ranked"][0], one["hit@1"]) == (1, ["p-000"], "p-000", 1)
    assert 50 < one["match"] <= 100 and one["ms"] > 0


def test_loading_the_model_is_not_on_the_clock(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path)
    asked = []
    search = engine.search
    engine.search = lambda query: asked.append(query) or search(query)  # type: ignore[method-assign]
    evaluate(engine, [photo("red", "p-000")])
    assert len(asked) == 2 and asked[0].image is not None
    asked.clear()
    evaluate(engine, [text("red", "p-000")])
    assert [query.text for query in asked] == ["warm up", "red"]


def test_progress_runs_from_nothing_to_all(engine: SearchEngine) -> None:
    seen: list[Progress] = []
    evaluate(engine, [text("red", "p-000"), text("nothing"), text("blue", "p-002")], progress=seen.append)
    assert [(p.stage, p.done, p.total) for p in seen] == [("evaluating", i, 3) for i in range(4)]


def test_k_out_of_range_is_told(engine: SearchEngine) -> None:
    with pytest.raises(QueryError, match="k is 0"):
        evaluate(engine, [text("red", "p-000")], k=0)


def test_two_runs_agree(tmp_path: Path) -> None:
    queries = [photo(color, f"p-{i:03d}") for i, color in enumerate(COLORS)]
    first = evaluate(toy_engine(tmp_path / "a", ToyCatalog(12)), queries)
    second = evaluate(toy_engine(tmp_path / "b", ToyCatalog(12)), queries)
    assert first.by_kind == second.by_kind
    assert [one.ranked for one in first.judged] == [one.ranked for one in second.judged]


def test_the_table_names_every_kind_and_figure(engine: SearchEngine) -> None:
    table = to_table(
        evaluate(engine, [photo("red", "p-000"), text("red", kind="text"), text("red", "p-000", kind="[b]")])
    )
    for word in ("toy", "photo", "[b]", "hit@1", "ndcg@10", "p95 ms", "1.000", "1 queries name no relevant product"):
        assert word in table


def test_the_category_of_the_first_answer_counts_where_there_is_one(tmp_path: Path, engine: SearchEngine) -> None:
    # p-000 is a red bag, p-001 a green mug: the right kind of thing, and the wrong one.
    queries = [photo("red", "p-002"), photo("green", "p-000"), photo("red", "p-000", "p-001")]
    assert evaluate(engine, queries).by_kind["photo"]["category@1"] == pytest.approx(2 / 3)

    class Bare(ToyCatalog):
        def __iter__(self):
            for one in super().__iter__():
                yield replace(one, product=replace(one.product, category=""))

    found = evaluate(toy_engine(tmp_path, Bare(6)), [photo("red", "p-000")])
    assert "category@1" not in found.by_kind["photo"] and "category@1" not in found.columns()


def test_intervals_hold_the_mean_and_are_wider_for_fewer_photos(engine: SearchEngine) -> None:
    named = [photo(color, f"p-{i:03d}") for i, color in enumerate(COLORS)]
    wrong = [
        replace(one, relevant=frozenset({"p-011"}), image=replace(one.image, ref=f"x{one.image.ref}")) for one in named
    ]
    apart = evaluate(engine, named + wrong)
    low, high = apart.intervals["photo"]["hit@1"]
    assert 0 < low < apart.by_kind["photo"]["hit@1"] == 0.5 < high < 1
    # The same questions about two photos only are two independent observations, not twelve.
    two = [replace(one, image=replace(one.image, ref=str(i < 6))) for i, one in enumerate(named + wrong)]
    assert evaluate(engine, two).intervals["photo"]["hit@1"] == (0.0, 1.0)


def test_equal_questions_have_keys_of_their_own_that_stay(engine: SearchEngine) -> None:
    box = Box(1, 2, 30, 31.5)
    queries = [text("red", "p-000"), text("red", "p-006"), photo("red", "p-000", box=box)]
    keys = [one.key for one in evaluate(engine, queries).judged]
    assert keys == ["text | red", "text | red #2", "photo | red.png | 1,2,30,31.5"]
    assert keys == [one.key for one in evaluate(engine, queries).judged]


def test_misses_are_those_whose_first_answer_is_wrong(engine: SearchEngine) -> None:
    found = evaluate(engine, [text("red", "p-000"), text("blue", "p-008"), text("green", "p-000")], k=4)
    assert [(one.query.text, one.rank) for one in found.misses("text")] == [("green", None), ("blue", 2)]
