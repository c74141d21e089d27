"""What the browser calls: a state in, the parts of the page out; and what is told when it cannot be."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.toy import COLORS, ToyCatalog, picture_bytes
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.live import Examples
from visearch.ui.desk import LATER_MS, SOON_MS, Desk
from visearch.ui.form import REGIONS
from visearch.ui.photos import Photos
from visearch.ui.trust.visitors import Visitors


class Shopper:
    """Asks like the page does, and reads like a person."""

    def __init__(self, live: StillLive, visitors: Visitors | None = None) -> None:
        self.photos = Photos()
        self.desk = Desk(live, self.photos, visitors=visitors)  # type: ignore[arg-type]

    def __call__(self, **state: Any) -> dict[str, Any]:
        return self.desk.ask(state)

    def photo(self, left: str = "red", right: str = "blue") -> str:
        """A photo of two halves; the toy detector finds both."""
        picture = Image.new("RGB", (200, 100), COLORS[left])
        picture.paste(COLORS[right], (100, 0, 200, 100))
        sink = io.BytesIO()
        picture.save(sink, "PNG")
        return str(self.desk.receive(sink.getvalue())["photo"])


@pytest.fixture
def ask(live: StillLive) -> Shopper:
    return Shopper(live)


def text(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", markup)).split())


def titles(reply: dict[str, Any], region: str = "results") -> list[str]:
    return [text(title) for title in re.findall(r"<h3>(.*?)</h3>", reply["regions"][region])]


def test_every_region_of_the_frame_is_answered(ask: Shopper) -> None:
    assert set(ask()["regions"]) == set(REGIONS)


def test_without_a_question_there_is_a_look_around(ask: Shopper) -> None:
    reply = ask()
    assert "24 of 24 products" in text(reply["regions"]["summary"]) and len(titles(reply)) == 24
    assert reply["link"] == "" and reply["title"] == "visearch" and 'class="match"' not in reply["regions"]["results"]


def test_words_search_and_are_the_title(ask: Shopper) -> None:
    reply = ask(text="something red")
    assert titles(reply)[0].startswith("Red") and reply["link"] == "?q=something+red"
    assert re.search(r"24 products in \d+ ms for “something red”", text(reply["regions"]["summary"]))
    assert reply["title"] == "something red · visearch" and 'class="match"' in reply["regions"]["results"]


def test_a_link_is_a_question_too(ask: Shopper) -> None:
    assert titles(ask(link="?q=red&category=Mugs", lang="en")) == titles(
        ask(text="red", filters={"category": ["Mugs"]})
    )


def test_a_photo_is_searched_by_the_first_thing_in_it(ask: Shopper) -> None:
    photo = ask.photo("red", "blue")
    first, second, whole = ask(photo=photo), ask(photo=photo, box="2"), ask(photo=photo, box="whole")
    assert titles(first)[0].startswith("Red") and titles(second)[0].startswith("Blue")
    assert "for Chair in your photo" in text(first["regions"]["summary"])
    assert "for Item 2 in your photo" in text(second["regions"]["summary"])
    assert "for your photo" in text(whole["regions"]["summary"])
    pressed = re.findall(
        r'<button [^>]*class="box( on)?"[^>]*aria-pressed="(\w+)"[^>]*aria-label="([^"]+)"', second["regions"]["stage"]
    )
    assert pressed == [("", "false", "Chair"), (" on", "true", "Item 2")]
    assert text(second["regions"]["refine"]).startswith(
        "Found in your photo Shop the whole look Chair Item 2 Whole photo"
    )


def test_a_box_of_ones_own(ask: Shopper) -> None:
    reply = ask(photo=ask.photo("red", "blue"), box="0.6,0,1,1")
    assert titles(reply)[0].startswith("Blue") and "for Your box in your photo" in text(reply["regions"]["summary"])
    assert "left:60.00%;top:0.00%;width:40.00%;height:100.00%" in reply["regions"]["stage"]


def test_words_weigh_in_beside_a_photo(ask: Shopper) -> None:
    photo = ask.photo("red", "red")
    only_photo, only_words = ask(photo=photo, text="blue", share=0), ask(photo=photo, text="blue", share=1)
    assert titles(only_photo)[0].startswith("Red") and titles(only_words)[0].startswith("Blue")
    assert 'data-field="share"' in only_words["regions"]["refine"]
    assert 'data-field="share"' not in ask(photo=photo)["regions"]["refine"]
    assert "for Chair in your photo and “blue”" in text(only_words["regions"]["summary"])


def test_the_whole_look_is_a_row_an_object(ask: Shopper) -> None:
    reply = ask(photo=ask.photo("red", "blue"), view="look")
    heads = re.findall(r"<h2>(.*?)</h2>", reply["regions"]["results"])
    assert [text(head) for head in heads] == ["Best of the whole look", "Like Chair Only this", "Like Item 2 Only this"]
    assert {"Red", "Blue"} <= {title.split()[0] for title in titles(reply)[:8]}


def test_words_turn_a_product_that_stands_in_for_a_photo(ask: Shopper) -> None:
    like, turned = ask(like="p-000"), ask(like="p-000", text="blue", share=1)
    assert "like Red bag 0" in text(like["regions"]["summary"]) and titles(like)[0].startswith("Red")
    assert titles(turned)[0].startswith("Blue") and turned["link"] == "?q=blue&words=1&like=p-000"
    assert "like Red bag 0 · “blue”" in text(turned["regions"]["summary"])
    assert "Red bag 0" not in titles(turned) and 'data-field="share"' in turned["regions"]["refine"]


def test_a_photo_is_not_in_the_link_but_an_example_is(ask: Shopper, live: StillLive, tmp_path: Path) -> None:
    example = tmp_path / "example.png"
    example.write_bytes(picture_bytes(COLORS["green"]))
    live.shown = Examples((example,), ("red bag",))
    mine, theirs = ask(photo=ask.photo()), ask(photo="example:0")
    assert mine["private"] and mine["link"] == ""
    assert not theirs["private"] and theirs["link"] == "?photo=example:0" and titles(theirs)[0].startswith("Green")
    assert "Try a photo" in text(ask()["regions"]["refine"]) and "red bag" in text(ask()["regions"]["refine"])


def test_filters_count_and_make_chips(ask: Shopper) -> None:
    reply = ask(text="red", filters={"category": ["Mugs"], "price": {"min": 12, "max": 20.5}})
    assert titles(reply) and all("mug" in title for title in titles(reply))
    assert text(reply["regions"]["chips"]) == "Mugs $12 to $20.50 Clear all"
    assert re.search(r"checked[^>]*><span>Mugs</span> ?<small>\d+</small>", reply["regions"]["filters"])
    assert "Bags" in reply["regions"]["filters"], "another value can be chosen beside it"
    nothing = ask(text="red", filters={"category": ["Mugs"], "price": {"min": 5000}})
    assert "No product passes these filters" in text(nothing["regions"]["results"])


def test_likes_turn_the_results_and_can_be_taken_back(ask: Shopper) -> None:
    liked = ask(more=["p-002"], less=["p-000"])
    assert titles(liked)[0].startswith("Blue") and "Red bag 0" not in titles(liked)
    assert text(liked["regions"]["chips"]) == "more like Blue bag 2 less like Red bag 0 Clear all"


def test_order_and_more_of_it(ask: Shopper) -> None:
    prices = re.findall(r"<b>&#36;(\d+)", ask(sort="-price")["regions"]["results"])
    assert prices == sorted(prices, reverse=True)
    assert ask()["regions"]["more"] == ""


def test_show_more_when_there_is_more(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "home", ToyCatalog(60))
    ask = Shopper(StillLive(engine, ready_status(engine)))
    first, second = ask(text="red"), ask(text="red", shown=48)
    assert "Show more" in first["regions"]["more"] and "&quot;shown&quot;: 48" in first["regions"]["more"]
    assert len(titles(second)) == 48 and titles(second)[:24] == titles(first)


def test_the_panel_says_everything_about_a_product(ask: Shopper) -> None:
    reply = ask(text="red bag", product="p-000")
    panel = text(reply["regions"]["panel"])
    assert panel.startswith("Red bag 0") and "Why it matched" in panel and "Colour: red Category: Bags" in panel
    assert "Category Bags" in panel and "Similar products" in panel and "Number p-000" in panel
    assert "heat" not in reply["regions"]["panel"], "there is no photo to compare with"
    assert "heat?photo=" in ask(photo=ask.photo(), product="p-000")["regions"]["panel"]
    assert "not in the catalogue" in text(ask(product="gone")["regions"]["panel"])


def test_products_side_by_side(ask: Shopper) -> None:
    two = ["p-000", "p-003"]
    assert "Compare (2)" in text(ask(compare=two)["regions"]["tray"])
    table = ask(compare=two, view="compare")["regions"]["comparison"]
    assert "Red bag 0" in text(table) and "Yellow mug 3" in text(table) and 'class="differs"' in table
    assert "second product" in text(ask(compare=two[:1])["regions"]["tray"])
    assert ask(compare=["gone"])["regions"]["tray"] == ""


def test_saved_products_come_from_the_browser_and_go_into_no_link(ask: Shopper) -> None:
    reply = ask(view="saved", saved=["p-003", "gone", "p-001"])
    assert titles(reply) == ["Yellow mug 3", "Green mug 1"] and reply["link"] == "?view=saved"
    assert "Nothing saved yet" in text(ask(view="saved")["regions"]["results"])


def test_a_typed_barcode_is_an_exact_match(ask: Shopper, live: StillLive) -> None:
    from dataclasses import replace

    engine = live.engine()
    engine.opened.products[5] = replace(engine.opened.products[5], barcode="4006381333931")
    fresh = type(engine)(engine.opened, engine.embedder())
    live.ready = fresh
    reply = ask(text="4006381333931")
    assert text(reply["regions"]["results"]).startswith("Exact match The barcode 4006381333931 is this product’s.")
    assert titles(reply)[0] == "White mug 5" and titles(reply).count("White mug 5") == 1


def test_below_the_floor_it_says_so(ask: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visearch.engine.FLOOR", 101.0)
    assert text(ask(text="red")["regions"]["results"]).startswith("These are not close.")


def test_chinese(ask: Shopper) -> None:
    reply = ask(text="red", photo=ask.photo(), lang="zh")
    assert reply["lang"] == "zh-Hans" and reply["say"]["copied"] == "链接已复制"
    assert "搜索照片中的椅子和“red”" in text(reply["regions"]["summary"])
    assert "筛选" in text(reply["regions"]["filters"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_question_is_one_sentence_and_nothing_is_replaced(ask: Shopper, lang: str) -> None:
    for state in ({"photo": "x" * 32}, {"like": "gone"}, {"more": ["gone"]}):
        reply = ask(**state, lang=lang)
        assert reply["refused"] and "regions" not in reply and 'role="alert"' in reply["message"]


@pytest.mark.parametrize(("lang", "says"), [("en", "not a picture that can be read"), ("zh", "不是可以读取的图片")])
def test_a_broken_photo_is_told_in_the_visitors_language(ask: Shopper, lang: str, says: str) -> None:
    reply = ask.desk.receive(b"this is no picture", {"lang": lang})
    assert reply["refused"] and says in text(reply["message"])


def test_a_forgotten_photo_is_asked_for_again(ask: Shopper) -> None:
    reply = ask(photo="x" * 32)
    assert reply["refused"] and reply["forgotten"]
    assert "forgotten" not in ask(like="gone")


@pytest.mark.parametrize(("lang", "says"), [("en", "Many people are searching"), ("zh", "现在搜索的人很多")])
def test_when_everybody_searches_the_next_one_is_told_so_and_tries_again(live: StillLive, lang: str, says: str) -> None:
    visitors = Visitors(at_a_time=1, waiting=0)
    ask = Shopper(live, visitors)
    with visitors.turn():
        reply = ask(text="red", lang=lang)
    assert reply["refused"] and reply["again_ms"] > 0 and says in text(reply["message"])
    assert "refused" not in ask(text="red")


def test_nobody_asks_faster_than_a_person_for_long(live: StillLive) -> None:
    ask = Shopper(live, Visitors(4, burst=3, per_second=0.001))
    replies = [ask.desk.ask({"text": "red"}, visitor="203.0.113.7") for _ in range(4)]
    assert [bool(reply.get("refused")) for reply in replies] == [False, False, False, True]
    assert "too much at once" in text(replies[-1]["message"])
    assert "refused" not in ask.desk.ask({"text": "red"}, visitor="203.0.113.8"), "others are not kept waiting"


def test_a_bug_is_not_told_in_detail(ask: Shopper, live: StillLive) -> None:
    live.ready = object()  # type: ignore[assignment]
    reply = ask(text="red")
    assert reply["refused"] and "Something went wrong here" in reply["message"] and "attribute" not in reply["message"]


def test_while_there_is_no_index_the_question_waits(busy: StillLive) -> None:
    ask = Shopper(busy)
    reply = ask(text="red")
    assert "waiting for the catalogue" in text(reply["regions"]["results"]) and reply["again_ms"] == SOON_MS
    assert 'aria-valuenow="25"' in reply["regions"]["progress"] and set(reply["regions"]) == set(REGIONS)
    assert "skeleton" in ask()["regions"]["results"]


def test_the_clock_follows_what_answers(ask: Shopper, live: StillLive) -> None:
    from dataclasses import replace

    first = ask.desk.poll({"lang": "en"})
    assert first["again_ms"] == LATER_MS and set(first["regions"]) == {"head", "progress", "foot"}
    live.now = replace(live.now, generation=2, state="switching")
    second = ask.desk.poll(None)
    assert second["generation"] == 2 != first["generation"] and second["again_ms"] == SOON_MS
