"""What the match is worth: bins against what is right, and photos of other things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.evaluate.shop import not_a_picture, photo, photo_of, text, toy_engine
from tests.toy import picture_bytes
from visearch.catalog.base import LabelledQuery, Picture
from visearch.errors import CatalogError
from visearch.evaluate import Judged, Off, evaluate, off_catalog
from visearch.evaluate.confidence import reliability


def answer(match: float, right: float) -> Judged:
    query = LabelledQuery("photo", frozenset("a"))
    return Judged(query, ("a",), frozenset("a"), {"hit@1": right}, 1.0, match=match)


def test_bins_say_how_often_answers_of_about_one_match_are_right() -> None:
    found = reliability([answer(91, 1), answer(99, 0), answer(100, 1), answer(20, 0), answer(29.9, 1)])
    low, high = found
    assert low == {"low": 20, "high": 30, "n": 2, "said": pytest.approx(0.2495, abs=1e-4), "right": 0.5}
    assert high == {"low": 90, "high": 100, "n": 3, "said": pytest.approx(0.9667), "right": pytest.approx(0.6667)}
    assert reliability([]) == []


def rejection(tmp_path: Path, *off: Any) -> dict[str, Any]:
    queries = [photo("red", "p-000"), photo("blue", "p-002"), text("green", "p-001")]
    found = evaluate(toy_engine(tmp_path), queries, off=Off("elsewhere", off))
    assert found.rejection is not None
    return dict(found.rejection)


def test_photos_of_other_things_are_held_against_those_of_the_catalogue(tmp_path: Path) -> None:
    found = rejection(tmp_path, photo_of("red"), photo_of("blue"), not_a_picture())
    assert (found["n_in"], found["n_off"], found["source"], found["floor"]) == (2, 2, "elsewhere", 50)
    assert found["auroc"] == 0.5, "they are the same photos"
    assert found["passed_in"] == found["passed_off"] == 1
    assert sorted(found["matches_in"]) == sorted(found["matches_off"])


def test_what_lies_far_from_everything_is_told_apart(tmp_path: Path) -> None:
    violet = picture_bytes((120, 0, 120))
    found = rejection(tmp_path, Picture("violet.png", lambda: violet))
    assert found["auroc"] == 1 and max(found["matches_off"]) < min(found["matches_in"])


def test_without_photos_there_is_nothing_to_tell(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path)
    assert evaluate(engine, [text("red", "p-000")], off=Off("x", [photo_of("red")])).rejection is None
    assert evaluate(engine, [photo("red", "p-000")], off=Off("x", [not_a_picture()])).rejection is None
    assert evaluate(engine, [photo("red", "p-000")]).rejection is None


def test_a_folder_of_photos_or_its_unanswerable_queries(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.jpg", "deep/a.PNG"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    found = off_catalog(tmp_path)
    assert [one.ref for one in found.pictures] == ["b.jpg", "deep/a.PNG"] and found.source == tmp_path.name
    assert found.pictures[0].read()[:2] == b"\xff\xd8"
    (tmp_path / "queries.csv").write_text("query_image,query_text,relevant_ids\nb.jpg,,\ndeep/a.PNG,,p-1\n,words,\n")
    assert [one.ref for one in off_catalog(tmp_path).pictures] == ["b.jpg"]


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_a_folder_without_photos_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogError, match=name):
        off_catalog(tmp_path / name)
