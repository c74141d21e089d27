"""What the page does, below the browser: searching, filters, errors, and following what answers."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.toy import COLORS, picture_bytes
from visearch.live import Examples
from visearch.ui import filters
from visearch.ui.handlers import LATER_S, OUTPUTS, SOON_S, Handlers
from visearch.ui.texts import speaker

SAY = speaker()
NO_FILTERS: tuple[Any, ...] = ([], None, None, False, False)


def titles(results: str) -> list[str]:
    return [html.unescape(re.sub("<[^>]+>", "", t)) for t in re.findall(r"<h3>(.*?)</h3>", results)]


def event(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


@pytest.fixture
def page(live: Any) -> Handlers:
    return Handlers(live, SAY)


@pytest.fixture
def red_photo(tmp_path: Path) -> str:
    path = tmp_path / "red.png"
    path.write_bytes(picture_bytes(COLORS["red"]))
    return str(path)


def skipped(value: object) -> bool:
    return value == gr.skip()


def test_words_search(page: Handlers) -> None:
    like, photo, message, summary, results = page.search("", "something red", None, 0.5, *NO_FILTERS)
    assert like == "" and skipped(photo) and message == ""
    assert titles(results)[0].startswith("Red") and "for “something red”" in summary
    assert re.search(r"24 products in \d+ ms", summary)


def test_photo_searches_and_words_weigh_in(page: Handlers, red_photo: str) -> None:
    first = titles(page.search("", "", red_photo, 0.5, *NO_FILTERS)[4])[0]
    assert first.startswith("Red")
    only_words = titles(page.search("", "blue", red_photo, 1.0, *NO_FILTERS)[4])[0]
    only_photo = titles(page.search("", "blue", red_photo, 0.0, *NO_FILTERS)[4])[0]
    assert only_words.startswith("Blue") and only_photo.startswith("Red")


def test_filters_narrow_and_can_be_cleared(page: Handlers) -> None:
    message, _, results = page.again("", "red", None, 0.5, ["Mugs"], 12, 20.5, False, False)
    assert message == "" and titles(results) and all("mug" in t for t in titles(results))
    prices = [float(p) for p in re.findall(r"<b>&#36;([\d.]+)</b>", results)]
    assert prices and all(12 <= p <= 20.5 for p in prices)
    cleared = page.clear_filters("", "red", None, 0.5, ["Mugs"], 12, 20.5, True, True)
    assert cleared[:5] == [[], None, None, False, False] and len(titles(cleared[7])) == 24


def test_no_product_left_is_said(page: Handlers) -> None:
    _, summary, results = page.again("", "red", None, 0.5, ["Mugs"], 5000, None, False, False)
    assert "No product passes these filters" in results and "<b>No products in" in summary


def test_a_wrong_range_is_one_sentence_and_leaves_the_results(page: Handlers) -> None:
    message, summary, results = page.again("", "red", None, 0.5, [], 50, 10, False, False)
    assert "ends (10) before it starts (50)" in message and skipped(summary) and skipped(results)


def test_more_like_this_and_back(page: Handlers) -> None:
    like, _, summary, results = page.more_like(event(act="similar", id="p-003"), "", "red", None, 0.5, *NO_FILTERS)
    assert like == "p-003" and len(titles(results)) == 23
    assert "like Yellow mug 3" in summary and 'data-act="back"' in summary
    back = page.back_or_reset(event(act="back"), "p-003", "red", None, 0.5, *NO_FILTERS)
    assert back[2] == "" and "for “red”" in back[4]
    reset = page.back_or_reset(event(act="reset"), "", "red", None, 0.5, *NO_FILTERS)
    assert reset[:3] == ["", None, ""] and "A look around the catalogue" in reset[4]


def test_an_event_can_hold_anything(page: Handlers) -> None:
    for data in ({}, {"id": None}, {"id": ["x"]}, {"id": "<b>"}):
        message = page.more_like(event(**data), "", "red", None, 0.5, *NO_FILTERS)[1]
        assert data.get("id") is None or "There is no product" in message
        assert "<b>" not in message
    for data in ({}, {"act": "photo", "n": "7"}, {"act": "text", "n": "-1"}, {"act": "photo", "n": "../x"}):
        answer = page.example(event(**data), "", "", None, 0.5, *NO_FILTERS)
        assert len(answer) == 6 and all(skipped(value) for value in answer[:3])


def test_examples_run_at_once(live: Any, page: Handlers, red_photo: str) -> None:
    live.shown = Examples((Path(red_photo),), ("green <b>",))
    text, photo, like, _, summary, results = page.example(event(act="photo", n="0"), "p-1", "x", None, 0.5, *NO_FILTERS)
    assert (text, like) == ("", "") and photo.size == (32, 32)
    assert titles(results)[0].startswith("Red") and "your photo" in summary
    text, photo, *_, results = page.example(event(act="text", n="0"), "", "", red_photo, 0.5, *NO_FILTERS)
    assert text == "green <b>" and photo is None and titles(results)[0].startswith("Green")
    shown = page._examples()
    assert 'src="examples/0.jpg"' in shown and "green &lt;b&gt;" in shown


@pytest.mark.parametrize("content", [b"", b"no picture", picture_bytes((1, 2, 3), (3, 3))])
def test_a_bad_photo_is_one_sentence_and_is_taken_out(page: Handlers, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.jpg"
    path.write_bytes(content)
    _, photo, message, summary, results = page.search("", "red", str(path), 0.5, *NO_FILTERS)
    assert photo is None and "alert" in message and skipped(summary) and skipped(results)


def test_a_bug_shows_no_inner_workings(live: Any, page: Handlers, caplog: pytest.LogCaptureFixture) -> None:
    live.ready = object()
    message, *_ = page.again("", "red", None, 0.5)
    assert "Something went wrong here" in message and "object" not in message and "Traceback" not in message
    assert "has no attribute" in caplog.text


def test_waiting_for_the_first_index(busy: Any) -> None:
    page = Handlers(busy, SAY)
    _, progress, seen, clock, *_, message, _, results = page.refresh("", "", None, 0.5, *NO_FILTERS)
    assert 'aria-valuenow="25"' in progress and "looking at pictures · 30 of 120" in progress
    assert seen == (0, "indexing") and clock.value == SOON_S and message == "" and "skeleton" in results
    assert "waiting for the catalogue" in page.search("", "red", None, 0.5, *NO_FILTERS)[4]


def test_the_page_follows_what_answers(live: Any, page: Handlers) -> None:
    asked = ("", "red", None, 0.5, *NO_FILTERS)
    first = page.refresh(*asked)
    seen, clock = first[2:4]
    assert len(first) == OUTPUTS and seen == (1, "ready") and clock.value == LATER_S
    assert all(skipped(value) for value in page.poll(seen, *asked)), "nothing new, nothing sent"
    live.now = replace(live.now, state="switching", stage="embedding", done=1, total=10)
    _, progress, seen, clock, *rest = page.poll(seen, *asked)
    assert "in the background" in progress and clock.value == SOON_S and all(map(skipped, rest))
    live.now = replace(live.now, state="ready", generation=2)
    switched = page.poll(seen, *asked)
    assert switched[2] == (2, "ready") and "for “red”" in switched[-2], "the search runs again on what answers now"
    live.now = replace(live.now, state="failed", error="x")
    assert len(page.poll(seen, *asked)) == OUTPUTS


def test_failure_is_told_where_progress_is(busy: Any) -> None:
    busy.now = replace(busy.now, state="failed", error="There is no catalogue 'x'. Check the name.")
    page = Handlers(busy, SAY)
    head, progress, *_, message, _, results = page.refresh("", "", None, 0.5, *NO_FILTERS)
    assert "There is no catalogue &#x27;x&#x27;." in progress and "No catalogue answers" in head
    assert message == "" and "Nothing to search in yet" in results


def test_filter_controls_follow_the_catalogue(live: Any) -> None:
    facets = live.engine().facets()
    column, group, low, high, in_stock, on_offer = filters.show(facets, SAY)
    assert column["visible"] and group["choices"] == [("Bags (12)", "Bags"), ("Mugs (12)", "Mugs")]
    assert (low["placeholder"], high["placeholder"]) == ("$10", "$33")
    assert in_stock["visible"] and not on_offer["visible"], "no toy is on offer"
    nothing = filters.show(filters.Facets(), SAY)
    assert not any(update["visible"] for update in nothing)


def test_untouched_filters_ask_for_nothing(live: Any) -> None:
    facets = live.engine().facets()
    assert filters.read(facets, *NO_FILTERS) == {}
    assert filters.read(facets, ["Mugs"], None, 20, True, True) == {
        "category": ("Mugs",),
        "price": {"max": 20.0},
        "in_stock": True,
        "on_offer": True,
    }
