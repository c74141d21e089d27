"""Evaluations behind the page: run, stopped, kept, listed; two ways to search; timings; tables."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path

import pytest

from tests.evaluate.shop import missing_picture, photo, text, toy_engine
from tests.toy import ToyCatalog, ToyEmbedder
from visearch.build import build
from visearch.catalog.base import LabelledQuery
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import QueryError, VisearchError
from visearch.evaluate import evaluate
from visearch.insights import archive as archive_module
from visearch.insights import runner as runner_module
from visearch.insights.archive import FOLDER, Archive, picture_name
from visearch.insights.duel import Bench, Setting, duel, rankers_for
from visearch.insights.pace import Pace
from visearch.insights.runner import Runner, some_of_each
from visearch.insights.sheet import to_csv
from visearch.types import Query

QUERIES = [photo("red", "p-000", "p-006"), photo("blue", "p-001"), text("green bag", "p-003"), text("black", "p-004")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return toy_engine(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def labelled(monkeypatch: pytest.MonkeyPatch) -> list[LabelledQuery]:
    monkeypatch.setattr(runner_module, "labelled_queries", lambda engine, settings: QUERIES)
    return QUERIES


def test_a_run_is_kept_and_listed(engine: SearchEngine, labelled: list[LabelledQuery], tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    runner = Runner(archive, Settings(home=tmp_path))
    assert archive.runs() == [] and runner.task.state == "idle"
    runner.start(engine)
    runner.wait(60)
    assert runner.task.state == "done", runner.task.error
    (run,) = archive.runs("toy")
    assert run.name == runner.task.run and run.queries == 4 and set(run.by_kind) == {"photo", "text"}
    assert archive.runs("another") == []
    document = archive.document(run.name)
    missed = [i for i, query in enumerate(document["queries"]) if query["picture"] and query["rank"] != 1]
    assert missed, "blue looks like no answer that is right"
    assert all(archive.path(run.name, picture_name(i)).read_bytes().startswith(b"\xff\xd8") for i in missed)
    assert archive.path(run.name, "report.html").is_file()


def test_only_one_runs_and_it_can_be_stopped(
    engine: SearchEngine, labelled: list[LabelledQuery], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(*args: object, progress: object = None, **options: object) -> object:
        asked.set()
        go_on.wait(60)
        return evaluate(*args, progress=progress, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(runner_module, "evaluate", slow)
    archive = Archive(tmp_path)
    runner = Runner(archive, Settings(home=tmp_path))
    runner.start(engine)
    assert asked.wait(60) and runner.task.busy
    with pytest.raises(VisearchError, match="already running"):
        runner.start(engine)
    runner.stop()
    assert runner.task.state == "stopping"
    go_on.set()
    runner.wait(60)
    assert runner.task.state == "stopped" and archive.runs() == []
    assert not list(tmp_path.rglob("evaluation.json"))
    runner.start(engine)
    runner.wait(60)
    assert runner.task.state == "done"


def test_without_labelled_queries_products_ask_for_their_like(engine: SearchEngine, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    runner = Runner(archive, Settings(home=tmp_path))
    runner.start(engine, quick=True)
    runner.wait(60)
    (run,) = archive.runs()
    assert run.method == "leave-one-out" and run.queries == 12


def test_nothing_to_ask_and_bugs_are_told(
    engine: SearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(Archive(tmp_path), Settings(home=tmp_path))
    monkeypatch.setattr(runner_module, "questions", lambda *args: [])
    runner.start(engine)
    runner.wait(60)
    assert runner.task.state == "failed" and "queries.csv" in runner.task.error
    monkeypatch.setattr(runner_module, "questions", lambda *args: 1 / 0)
    runner.start(engine)
    runner.wait(60)
    assert runner.task.state == "failed" and "log" in runner.task.error and "zero" not in runner.task.error


def test_some_of_each_kind_are_the_same_every_time() -> None:
    many = [text(f"words {i}", "p-000", kind="text" if i % 3 else "text_zh") for i in range(30)]
    few = some_of_each(many, 4)
    assert few == some_of_each(many, 4)
    assert [sum(q.kind == kind for q in few) for kind in ("text", "text_zh")] == [4, 4]
    assert [many.index(q) for q in few] == sorted(many.index(q) for q in few)


def test_time_that_is_left(engine: SearchEngine) -> None:
    assert runner_module.Task("running", 2, 100, 9.0).left_s is None
    assert runner_module.Task("running", 10, 100, 5.0).left_s == pytest.approx(45)


@pytest.mark.parametrize("name", ["..", "../x", "/etc", "a/b", "", ".tmp-x", "a\x00b", "x" * 99])
def test_names_that_are_no_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "evaluation.json").write_text("{}", "utf-8")
    with pytest.raises(VisearchError, match="no such evaluation"):
        Archive(tmp_path).path(name, "evaluation.json")
    with pytest.raises(VisearchError, match="no such evaluation"):
        Archive(tmp_path).path("run", name)


def test_a_damaged_evaluation_is_not_listed(engine: SearchEngine, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    kept = archive.save(evaluate(engine, QUERIES))
    for name, data in (("cut", "{"), ("list", "[]"), ("empty", "{}"), ("odd", '{"by_kind": 3, "queries": []}')):
        (tmp_path / FOLDER / name).mkdir()
        (tmp_path / FOLDER / name / "evaluation.json").write_text(data, "utf-8")
    assert [run.name for run in archive.runs()] == [kept.name]


def test_the_oldest_go_and_a_missing_photo_is_no_fault(
    engine: SearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "KEPT", 2)
    archive = Archive(tmp_path)
    found = evaluate(engine, QUERIES)
    gone = [LabelledQuery("photo", frozenset({"p-001"}), image=missing_picture())]
    object.__setattr__(found.judged[1], "query", gone[0])
    names = []
    for second in range(3):
        object.__setattr__(found, "created", f"2026-11-22T10:00:0{second}+00:00")
        names.append(archive.save(found).name)
    assert [run.name for run in archive.runs()] == [names[2], names[1]]
    assert sorted(p.name for p in (tmp_path / FOLDER).iterdir()) == sorted(names[1:])


# ---------------------------------------------------------------------- two ways to search


def test_both_sides_say_where_the_other_has_it(engine: SearchEngine) -> None:
    found = duel([engine, engine], [Setting("toy", "bm25"), Setting("toy", "picture")], Query("red bag"), k=4)
    left, right = ([place.hit.product.id for place in side.places] for side in (found.left, found.right))
    assert found.shared == len(set(left) & set(right)) > 0 and left != right
    for side, other in ((found.left, right), (found.right, left)):
        for place in side.places:
            expected = other.index(place.hit.product.id) + 1 if place.hit.product.id in other else None
            assert place.other == expected
    assert [place.rank for place in found.left.places] == list(range(1, len(left) + 1))


def test_the_same_setting_twice_moves_nothing(engine: SearchEngine) -> None:
    found = duel([engine, engine], [Setting("toy")] * 2, Query("red bag"))
    assert found.shared == len(found.left.places) and all(place.rank == place.other for place in found.left.places)


def test_what_cannot_be_asked_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(QueryError):
        duel([engine, engine], [Setting("toy")] * 2, Query())
    assert "caption" in rankers_for(photo=True) and "caption" not in rankers_for(photo=False)


def test_other_models_are_those_with_an_index_of_this_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = toy_engine(tmp_path)
    for name, catalog in (
        ("vit-b-32", ToyCatalog(12)),
        ("siglip2", ToyCatalog(12, "other")),
        ("a-baseline", ToyCatalog(12)),
    ):
        build(catalog, ToyEmbedder(name), Settings(home=tmp_path))
    bench = Bench(Settings(home=tmp_path))
    assert bench.models(engine) == ("toy", "vit-b-32")
    assert bench.engine(engine, "toy") is engine
    monkeypatch.setattr("visearch.insights.duel.is_fresh", lambda store, choice, settings: False)
    with pytest.raises(VisearchError, match="older than the catalogue"):
        bench.engine(engine, "vit-b-32")
    monkeypatch.setattr("visearch.insights.duel.is_fresh", lambda store, choice, settings: True)
    opened: list[str] = []
    monkeypatch.setattr(
        "visearch.insights.duel.open_engine", lambda settings, choice, lazy: opened.append(choice.model) or engine
    )
    bench.engine(engine, "vit-b-32")
    bench.engine(engine, "vit-b-32")
    assert opened == ["vit-b-32"]
    with pytest.raises(VisearchError, match="no index"):
        bench.engine(engine, "siglip2")


# ---------------------------------------------------------------------- timings and tables


def test_the_last_timings_by_kind_and_stage() -> None:
    pace = Pace(kept=3)
    assert pace.stages() == {}
    for ms in (1000.0, 10.0, 20.0, 30.0):
        pace.add("text", {"total": 2 * ms, "search": ms})
    (search, total) = pace.stages()["text"]
    assert (search.name, search.n, search.p50) == ("search", 3, 20.0) and total.p50 == 40.0 and len(pace) == 3


@pytest.mark.parametrize("text_", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text_: str) -> None:
    rows = list(
        csv.reader(io.StringIO(to_csv(("a", text_), [("x", text_), (None, -3)]).decode("utf-8-sig"), newline=""))
    )
    assert rows[0][1] == rows[1][1] == f"'{text_}"
    assert rows[2] == ["", "-3"]


def test_a_table_keeps_quotes_commas_and_chinese() -> None:
    data = to_csv(("名称",), [('a "b", c\nd',)])
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [["名称"], ['a "b", c\nd']]
