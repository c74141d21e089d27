"""The room Insights: what its parts say, who may do what, and what can be saved."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.evaluate.shop import photo, text
from tests.toy import COLORS, ToyCatalog
from tests.ui.both import fields_in_both
from tests.ui.still import StillLive, engine_of, ready_status
from tests.ui.test_cards import NASTY, Tags
from visearch.catalog.base import CatalogItem
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.evaluate import evaluate
from visearch.insights import runner
from visearch.insights.archive import FOLDER, Archive
from visearch.insights.demand import ANONYMOUS
from visearch.insights.health import Fill, Gap, Health, Odd, Thin
from visearch.insights.twins import Pair, Twins
from visearch.types import Product
from visearch.ui.desk import Desk
from visearch.ui.page import _lets_count
from visearch.ui.photos import Photos
from visearch.ui.rooms import Rooms
from visearch.ui.rooms.insights import InsightsRoom
from visearch.ui.rooms.insights.caring import health_html
from visearch.ui.rooms.insights.office import Office
from visearch.ui.rooms.insights.parts import PARTS, duration_text, when_text
from visearch.ui.rooms.insights.quality import results_html
from visearch.ui.rooms.keeper import Keeper
from visearch.ui.texts import Say

SAY, ZHONG = Say(), Say("zh")
QUERIES = [
    photo("red", "p-000", "p-006"),
    photo("blue", "p-001"),
    text("green bag", "p-003"),
    text("nothing like it", "p-005"),
]


class Visitor:
    """Calls the room like the page does."""

    def __init__(self, live: StillLive, home: Path, keeper: Keeper | None = None, demand: bool = False) -> None:
        self.photos, self.keeper = Photos(), keeper or Keeper()
        self.office = Office(live, Settings(home=home, demand=demand))
        self.rooms = Rooms({"insights": InsightsRoom(self.office, self.keeper, self.photos)}, self.keeper)
        self.desk = Desk(live, self.photos, self.office.watch)  # type: ignore[arg-type]

    def __call__(self, do: str, **sent: Any) -> dict[str, Any]:
        return self.rooms.call({"room": "insights", "do": do, **sent})

    def part(self, name: str, **sent: Any) -> str:
        reply = self("show", part=name, **sent)
        return str(reply["regions"]["ins-body"])

    def evaluate(self) -> None:
        assert "refused" not in self("run", quick="yes")
        self.office.runner.wait(60)

    def get(self, path: str) -> Any:
        return TestClient(Starlette(routes=self.rooms.routes())).get(f"/room/insights/{path}")


@pytest.fixture
def visitor(live: StillLive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(runner, "labelled_queries", lambda engine, settings: QUERIES)
    yield Visitor(live, tmp_path, demand=True)


@pytest.fixture(scope="module")
def evaluations(toy_engine: SearchEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One evaluation, made once: drawing its plots takes seconds."""
    home = tmp_path_factory.mktemp("evaluated")
    Archive(home).save(evaluate(toy_engine, QUERIES))
    return home / FOLDER


@pytest.fixture
def measured(visitor: Visitor, evaluations: Path, tmp_path: Path) -> Visitor:
    shutil.copytree(evaluations, tmp_path / FOLDER)
    return visitor


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", markup)).split())


def test_both_languages_say_the_same() -> None:
    english, chinese = fields_in_both("ins_")
    assert english == chinese and len(english) > 200


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_stands_before_anything_was_measured(visitor: Visitor, part: str, lang: str) -> None:
    reply = visitor("open", part=part, lang=lang)
    page = Tags(reply["regions"]["room"])
    assert [tag["data-part"] for tag in page.all("button") if tag.get("aria-current")] == [part]
    assert f'data-part="{part}"' in reply["regions"]["room"] and "{" not in page.text
    assert reply["title"].startswith("Insights" if lang == "en" else "洞察")


def test_nothing_sent_can_break_it(visitor: Visitor) -> None:
    for do in ("open", "show", "choose", "misses", "versus", "duel", "poll", "map"):
        for junk in (None, 7, ["x"], {"a": 1}, NASTY, "../../etc/passwd"):
            fields = dict.fromkeys(
                ("part", "value", "run", "kind", "text", "photo", "left_model", "right_ranker", "key"), junk
            )
            reply = visitor(do, **fields)
            assert "went wrong" not in reply.get("message", ""), (do, junk)
            assert "<script" not in str(reply)
    assert visitor("no such thing")["refused"]


def test_while_no_catalogue_answers_it_waits(busy: StillLive, tmp_path: Path) -> None:
    reply = Visitor(busy, tmp_path)("open")
    assert "Insights are waiting for the catalogue" in plain(reply["regions"]["room"])
    assert 'id="ins-waiting"' in reply["regions"]["room"]


# ---------------------------------------------------------------------- an evaluation


def test_an_evaluation_is_offered_run_and_shown(visitor: Visitor) -> None:
    offered = plain(visitor.part("quality"))
    assert "Find out how well this catalogue is searched" in offered and "brings 4 labelled questions" in offered
    assert re.search(r"Run the evaluation \(about \d+ seconds\)", offered)
    reply = visitor("run", quick="")
    assert reply["again_ms"] and "progressbar" in reply["regions"]["ins-run"]
    visitor.office.runner.wait(60)
    reply = visitor("poll")
    assert reply["again_ms"] is None and reply["task"] == "done"
    told = plain(reply["regions"]["ins-results"])
    assert re.search(r"Photos rough idea 50 of 100 have the right product first", told)
    assert "4 questions" in told and "Where the time goes" in told and "Can the match be trusted?" in told
    assert "50 of 100" in plain(reply["regions"]["ins-glance"])


def test_a_right_answer_every_time_has_no_interval(measured: Visitor) -> None:
    runs = measured.office.runs()
    document = dict(measured.office.archive.document(runs[0].name))
    document["by_kind"] = {"photo": {**document["by_kind"]["photo"], "hit@1": 1.0, "n": 65}}
    told = plain(results_html(runs[0], document, runs, SAY))
    assert "Every time, of 65 questions." in told and "between" not in told.split("Can the match")[0]


def test_slices_rejection_and_bands_in_plain_words(measured: Visitor) -> None:
    runs = measured.office.runs()
    rows = [
        {"value": "up to 27 USD", "n": 30, "hit@1": 0.9, "ndcg@10": 0.9, "low": 0.8, "high": 1.0},
        {"value": "above 92 USD", "n": 30, "hit@1": 0.6, "ndcg@10": 0.6, "low": 0.4, "high": 0.8},
        {"value": "27 to 92 USD", "n": 3, "hit@1": 0.3, "ndcg@10": 0.3, "low": 0.0, "high": 0.8},
    ]
    document = {
        **measured.office.archive.document(runs[0].name),
        "slices": [
            {
                "by": "price", "kind": "photo", "metric": "hit@1", "gap": 0.3, "best": "up to 27 USD",
                "worst": "above 92 USD", "rows": rows,
            }
        ],
        "rejection": {"n_in": 10, "n_off": 20, "auroc": 0.93, "floor": 50, "passed_in": 0.9, "passed_off": 0.1},
    }  # fmt: skip
    markup = results_html(runs[0], document, runs, SAY)
    assert "Gap 30 points: up to 27 USD 90, above 92 USD 60." in plain(markup)
    assert "higher match 93 times of 100" in plain(markup)
    assert markup.count("bar-line worst") == 1 and markup.count("bar-line few") == 1
    assert "不超过 27 USD 90，92 USD 以上 60" in plain(results_html(runs[0], document, runs, ZHONG))


def test_misses_show_what_was_asked_came_and_should_have(measured: Visitor) -> None:
    name = measured.office.runs()[0].name
    told = measured("misses", run=name, kind="photo")["regions"]["ins-misses"]
    page = Tags(told)
    asked = [tag["src"] for tag in page.all("img") if "evaluation/" in str(tag["src"])]
    assert len(asked) == 1
    picture = measured.get(str(asked[0]).removeprefix("room/insights/"))
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/jpeg"
    assert "?product=p-001" in [tag["href"] for tag in page.all("a")]
    assert "Expected" in page.text and 'aria-pressed="true"' in told
    words = plain(measured("misses", run=name, kind="text")["regions"]["ins-misses"])
    assert "Asked green bag" in words and "not in the first 10" in words


def test_two_evaluations_are_compared(measured: Visitor) -> None:
    assert "Only one evaluation so far" in plain(measured.part("quality"))
    measured.evaluate()
    here, there = (run.name for run in measured.office.runs())
    reply = measured("versus", run=here, value=there)
    told = plain(reply["regions"]["ins-versus"])
    assert "no clear difference" in told and "+0.0" in told and "right product first" in told
    assert measured("versus", run=here, value="gone")["refused"]


def test_only_the_owner_runs_stops_and_forgets(live: StillLive, tmp_path: Path) -> None:
    visitor = Visitor(live, tmp_path, Keeper("secret"), demand=True)
    for do in ("run", "stop", "forget"):
        assert visitor(do)["refused"]
    assert visitor.office.runner.task.state == "idle"
    body = visitor.part("quality")
    assert 'data-do="run"' not in body and 'data-do="unlock"' in body
    assert "Top searches" not in visitor.part("demand") and visitor.get("demand.csv").status_code == 404
    key = visitor("unlock", token="secret")["key"]
    assert 'data-do="run"' in visitor.part("quality", key=key)
    assert "Top searches" in visitor.part("demand", key=key)
    assert visitor.get(f"demand.csv?key={key}").status_code == 200


# ---------------------------------------------------------------------- health


def test_every_finding_lists_products_that_open(live: StillLive) -> None:
    products = [Product(f"p{i}", NASTY, pictures=("ab" * 32,), currency="USD") for i in range(6)]
    found = Health(
        6, 6, "USD", 1, (("row 3", NASTY),), ("p0",), Twins((("p0", "p1"),), (Pair("p2", "p3", 0.99),), 1, 6),
        (Thin("", ("p4",), 1), Thin(NASTY, ("p5",), 1)), 1, (Fill("color", 3, 1, ("p1",)), Fill("url", 6, 0, ("p1",))),
        (Gap("Mugs", 10, 90, ("p1", "p2")),), (Odd("p3", 900, 12.0), Odd("p4", 0, None)),
    )  # fmt: skip
    markup = health_html(found, {product.id: product for product in products}, SAY)
    page = Tags(markup)
    assert {f"?product=p{i}" for i in range(6)} <= {tag.get("href") for tag in page.all("a")}
    assert not page.all("script") and not any(name.startswith("on") for _, tag in page.tags for name in tag)
    told = plain(markup)
    for sentence in (
        "row 3", "cosine 0.990", "Without a category 1", "50 % empty (17 % known from pictures)", "100 % empty",
        "Mugs: nothing between $10 and $90.", "$900; the category’s median is $12",
    ):  # fmt: skip
        assert sentence in told
    for name in ("skipped", "broken", "same", "alike", "thin", "gap", "odd"):
        assert f'href="#ins-{name}"' in markup and f'id="ins-{name}"' in markup


def test_a_sound_catalogue_is_told_so(live: StillLive) -> None:
    told = plain(health_html(Health(6, 6, categories=2), {}, SAY))
    assert "Nothing found to mend" in told and "Each of the 2 categories has five products or more." in told


# ---------------------------------------------------------------------- map, two ways, demand


def test_the_map_comes_when_it_is_ready(visitor: Visitor) -> None:
    first = visitor("map")
    visitor.office.cartographer.wait(60)
    reply = visitor("map")
    assert first["ready"] in (True, False) and reply["ready"]
    assert len(reply["points"]["x"]) == 24 and reply["points"]["groups"] == ["Bags", "Mugs"]
    assert "?product=p-000" in reply["regions"]["ins-map-list"]
    assert len(Tags(reply["regions"]["ins-key"]).all("button")) == 2


def test_two_ways_to_rank_side_by_side(visitor: Visitor) -> None:
    assert "Nothing asked yet" in plain(visitor("duel")["regions"]["ins-duel"])
    reply = visitor("duel", text="red bag", left_ranker="bm25", right_ranker="picture")
    told = plain(reply["regions"]["ins-duel"])
    assert re.search(r"\d+ of 10 products are in both", told)
    assert "keywords (BM25) · toy" in told and "looks · toy" in told
    assert "same place" in told or "there at" in told
    form = Tags(reply["regions"]["ins-duel-form"])
    assert {tag.get("name") for tag in form.all("select")} == {"left_ranker", "right_ranker"}


def test_a_photo_can_be_asked_both_ways(visitor: Visitor) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), COLORS["red"]).save(picture, "PNG")
    key = visitor.photos.add(picture.getvalue()).key
    reply = visitor("duel", photo=key)
    assert f"photos/{key}.jpg" in reply["regions"]["ins-duel-form"]
    assert "everything · toy" in plain(reply["regions"]["ins-duel"])
    assert visitor("duel", photo="A" * 30)["refused"], "a photo that is no longer there"


def test_demand_says_what_is_kept_and_counts_through_the_desk(visitor: Visitor) -> None:
    assert "Searches are counted on this page" in plain(visitor.part("demand"))
    for _ in range(ANONYMOUS):
        visitor.desk.ask({"text": "red bag", "noted": ["asked", "count"]}, counted=True)
    reply = visitor.desk.ask({"text": "red bag"})
    second = re.findall(r'id="c-(p-\d+)"', reply["regions"]["results"])[1]
    visitor.desk.ask({"text": "red bag", "product": second, "noted": ["opened", "count"]}, counted=True)
    told = plain(visitor.part("demand"))
    assert f"red bag {ANONYMOUS}" in told and "Rank 2 100 %" in told
    rows = list(csv.reader(io.StringIO(visitor.get("demand.csv").content.decode("utf-8-sig"))))
    assert ["words", "red bag", "3", "0"] in rows and ["opened at rank", "2", "1", ""] in rows
    visitor("forget")
    assert "Nothing counted yet" in plain(visitor.part("demand"))


@pytest.mark.parametrize(
    ("noted", "counted"),
    [(["asked"], True), (["asked", "count"], False), (["count"], True), (None, True), ("asked", True), ([1, {}], True)],
)
def test_who_does_not_let_it_is_not_counted(visitor: Visitor, noted: Any, counted: bool) -> None:
    reply = visitor.desk.ask({"text": "red bag", "noted": noted}, counted=counted)
    assert "refused" not in reply
    assert visitor.office.watch.demand.summary().searches == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("headers", "counted"), [({}, True), ({"dnt": "1"}, False), ({"sec-gpc": "1"}, False), ({"dnt": "0"}, True)]
)
def test_who_sends_do_not_track_is_not_counted(headers: dict[str, str], counted: bool) -> None:
    assert _lets_count(SimpleNamespace(headers=headers)) is counted  # type: ignore[arg-type]


def test_off_it_says_how_to_switch_it_on(live: StillLive, tmp_path: Path) -> None:
    visitor = Visitor(live, tmp_path)
    assert "VISEARCH_DEMAND=1" in plain(visitor.part("demand"))
    assert visitor.get("demand.csv").status_code == 404
    visitor.desk.ask({"text": "red bag", "noted": ["asked", "count"]}, counted=True)
    assert not list(tmp_path.rglob("demand*")) and len(visitor.office.watch.pace) == 1
    assert "finding the nearest" in plain(visitor.part("quality"))


# ---------------------------------------------------------------------- saving


def test_everything_can_be_saved(measured: Visitor) -> None:
    name = measured.office.runs()[0].name
    for path, media in (
        ("health.csv", "text/csv"), ("fields.csv", "text/csv"), (f"evaluation/{name}/figures.csv", "text/csv"),
        (f"evaluation/{name}/queries.csv", "text/csv"), (f"evaluation/{name}/report.html", "text/html"),
        (f"evaluation/{name}/evaluation.json", "application/json"), (f"evaluation/{name}/plots.zip", "application/zip"),
    ):  # fmt: skip
        answer = measured.get(path)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(media), path
        assert answer.headers["content-disposition"].startswith("attachment") and answer.content
    packed = zipfile.ZipFile(io.BytesIO(measured.get(f"evaluation/{name}/plots.zip").content))
    assert packed.namelist() and all(packed.read(n).startswith(b"\x89PNG") for n in packed.namelist())
    rows = list(csv.reader(io.StringIO(measured.get(f"evaluation/{name}/figures.csv").content.decode("utf-8-sig"))))
    assert ["photo", "n", "2", "", ""] in rows and any(row[:3] == ["photo", "hit@1", "0.5"] for row in rows)


@pytest.mark.parametrize(
    "path",
    [
        "evaluation/..%2F..%2Fx/report.html",
        "evaluation/run/..%2Fevaluation.json",
        "evaluation/none/report.html",
        "x.csv",
    ],
)
def test_other_paths_are_not_there(measured: Visitor, path: str) -> None:
    assert measured.get(path).status_code == 404


def test_other_files_of_an_evaluation_are_not_there(measured: Visitor) -> None:
    run = measured.office.runs()[0].name
    (measured.office.archive.path(run, "evaluation.json").parent / "notes.txt").write_text("x", "utf-8")
    for file in ("notes.txt", "query-999.jpg", "query-x.jpg"):
        assert measured.get(f"evaluation/{run}/{file}").status_code == 404


def test_a_catalogue_s_formulas_are_text(tmp_path: Path) -> None:
    class Shop(ToyCatalog):
        def __iter__(self) -> Iterator[CatalogItem]:
            for number, item in enumerate(super().__iter__()):
                # Two of one picture, the first with an id that a spreadsheet would run.
                yield replace(item, product=replace(item.product, id=f"=cmd|{number}"))
            yield replace(item, product=replace(item.product, id="+twin"))

    engine = engine_of(tmp_path / "shop", Shop(12))
    visitor = Visitor(StillLive(engine, ready_status(engine)), tmp_path)
    rows = list(csv.reader(io.StringIO(visitor.get("health.csv").content.decode("utf-8-sig"))))
    assert ["same picture", "'=cmd|11", "'+twin", ""] in rows


def test_dates_and_durations_in_words() -> None:
    assert when_text("2026-11-22T10:59:03+00:00", SAY) == "22 Nov 2026, 10:59 UTC"
    assert when_text("2026-11-22T10:59:03+00:00", ZHONG) == "2026年11月22日, 10:59 UTC"
    assert when_text("yesterday", SAY) == "yesterday"
    assert [duration_text(s, SAY) for s in (1, 44, 89, 100, 600)] == [
        "about 5 seconds", "about 45 seconds", "about 90 seconds", "about 2 min", "about 10 min",
    ]  # fmt: skip
