"""The report folder: figures, the worst queries as pictures, and nothing that runs."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.evaluate.shop import item, photo, text, toy_engine
from tests.toy import COLORS, ToyCatalog
from visearch.errors import VisearchError
from visearch.evaluate import against, evaluate, write_report
from visearch.types import Product


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory):
    queries = [
        photo("red", "p-000"),
        photo("blue", "p-001"),
        photo("green", "p-007"),
        photo("white", "p-000", "p-001", "p-002", "p-003", "p-004"),
        text("yellow <b>bag</b>", "p-000"),
    ]
    return evaluate(toy_engine(tmp_path_factory.mktemp("report")), queries, k=2)


def colors_of(html: str) -> list[tuple[int, int, int]]:
    pictures = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)
    return [Image.open(io.BytesIO(base64.b64decode(p))).convert("RGB").getpixel((5, 5)) for p in pictures]


def close(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def test_the_folder_holds_the_figures_and_a_page(evaluation, tmp_path: Path) -> None:
    page = write_report(evaluation, tmp_path / "new" / "report")
    assert sorted(p.name for p in page.parent.iterdir()) == ["evaluation.json", "plots", "report.html"]
    assert json.loads((page.parent / "evaluation.json").read_text("utf-8")) == evaluation.to_json()
    html = page.read_text("utf-8")
    assert "ndcg@2" in html and f"<td>{evaluation.by_kind['photo']['mrr']:.3f}<small>" in html


def test_the_page_needs_no_other_file(evaluation, tmp_path: Path) -> None:
    html = write_report(evaluation, tmp_path).read_text("utf-8")
    assert not re.search(r'(src|href)="(?!data:|#)', html) and "<script" not in html and "url(http" not in html
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids


def test_figures_are_in_the_page_and_beside_it(evaluation, tmp_path: Path) -> None:
    html = write_report(evaluation, tmp_path).read_text("utf-8")
    beside = {path.stem for path in (tmp_path / "plots").iterdir()}
    assert {"quality", "reliability", "stages"} <= beside and "matches" not in beside
    assert html.count('<svg class="plot"') == len(beside)
    with Image.open(tmp_path / "plots" / "quality.png") as picture:
        assert picture.format == "PNG" and picture.width > 600


def test_a_comparison_is_shown_and_kept(evaluation, tmp_path: Path) -> None:
    document = evaluation.to_json()
    html = write_report(evaluation, tmp_path, against(document, document)).read_text("utf-8")
    assert "Against another run" in html and "The other metrics that differ" not in html
    assert json.loads((tmp_path / "evaluation.json").read_text("utf-8"))["against"]["left_out"] == 0
    assert "Against another run" not in write_report(evaluation, tmp_path / "alone").read_text("utf-8")


def test_a_miss_shows_the_query_what_came_and_what_was_expected(evaluation, tmp_path: Path) -> None:
    html = write_report(evaluation, tmp_path).read_text("utf-8")
    section = html.split('<section class="miss">')[1]
    query, first, *_, expected = colors_of(section)
    assert close(query, COLORS["blue"]) and close(first, COLORS["blue"]) and close(expected, COLORS["green"])
    assert "not among the first 2" in section


def test_a_late_answer_says_where_it_came_and_many_expected_are_counted(evaluation, tmp_path: Path) -> None:
    html = write_report(evaluation, tmp_path).read_text("utf-8")
    assert "came at 2" in html and "and 2 more" in html


def test_right_first_answers_are_not_shown_and_the_worst_come_first(evaluation) -> None:
    shown = [one.query.image.ref for one in evaluation.misses("photo")]
    assert shown == ["blue.png", "white.png", "green.png"]
    assert [one.query.image.ref for one in evaluation.misses("photo", 1)] == ["blue.png"]
    assert evaluation.misses("crop") == []


def test_nothing_from_the_catalogue_or_the_queries_runs(tmp_path: Path) -> None:
    class Nasty(ToyCatalog):
        def __iter__(self):
            yield item(Product("a", title="<script>alert(1)</script>"), COLORS["red"])
            yield item(Product("b", title='"><img src=x onerror=alert(1)>'), COLORS["blue"])

    engine = toy_engine(tmp_path / "home", Nasty(name="<i>shop</i>"))
    found = evaluate(engine, [text("red <script>alert(2)</script>", "b", kind="<u>"), photo("red", "b")])
    html = write_report(found, tmp_path / "report").read_text("utf-8")
    for raw in ("<script", "<img src=x", "<i>shop", "<u>"):
        assert raw not in html
    assert "&lt;script&gt;alert(1)" in html and "&lt;script&gt;alert(2)" in html


def test_products_whose_thumbnail_is_gone_are_shown_by_title(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path / "home")
    found = evaluate(engine, [text("red", "p-001")])
    for thumbnail in (tmp_path / "home").rglob("*.jpg"):
        thumbnail.unlink()
    html = write_report(found, tmp_path / "report").read_text("utf-8")
    assert "Green mug 1" in html and "data:image" not in html


def test_a_folder_that_cannot_be_written_is_named(evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VisearchError, match="file"):
        write_report(evaluation, tmp_path / "file")
