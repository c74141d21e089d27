"""What the words were taken for, what to type next, and what of a product matched: as it is shown."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from tests.ui.still import StillLive
from tests.ui.test_cards import NASTY, Tags
from tests.ui.test_desk import Shopper, text, titles
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.types import Hit, Product, Term
from visearch.ui.cards import Cards, reasons_of, told_html
from visearch.ui.panel import SHARES, _percents
from visearch.ui.state import State
from visearch.ui.suggesting import Suggesting
from visearch.ui.texts import Say
from visearch.ui.understood import term_text, understood_html
from visearch.why import matched_spans

SAY, ZH = Say(), Say("zh")
UNDER = Term("price:..900", "price", "under 900", filter={"max": 900.0}, hard=True)
RED = Term("color:red", "color", "red", ("red", "dark red"))
SLIP = Term("typo:hanbdag", "typo", "hanbdag", ("handbag",))


@pytest.fixture
def ask(live: StillLive) -> Shopper:
    return Shopper(live)


@pytest.mark.parametrize(
    ("term", "english", "chinese"),
    [
        (UNDER, "Up to $900", "不超过 $900"),
        (RED, "Colour: red", "颜色：红色"),
        (SLIP, "hanbdag → handbag", "hanbdag → handbag"),
        (Term("rating:4..", "rating", "4 stars", filter={"min": 4}, hard=True), "4 stars and up", "4 星及以上"),
        (Term("on_offer", "on_offer", "on sale", filter="yes", hard=True), "On offer", "优惠中"),
        (Term("in_stock", "in_stock", "in stock", filter="yes", hard=True), "In stock", "有货"),
        (Term("not:in_stock", "in_stock", "sold out", filter="no", hard=True), "Out of stock", "缺货"),
        (
            Term("not:material:leather", "not", "no leather", ("leather", "x"), None, "material", True),
            "Not leather",
            "",
        ),
        (Term("unit:350ml", "unit", "350 ml", ("350ml",)), "Size: 350 ml", "规格：350 ml"),
        (Term("subcategory:sofas", "subcategory", "couch", ("Sofas",)), "Kind: Sofas", ""),
    ],
)
def test_a_term_in_the_pages_language(term: Term, english: str, chinese: str) -> None:
    assert term_text(term, "USD", SAY) == english
    assert not chinese or term_text(term, "USD", ZH) == chinese


def changes(markup: str, label: str) -> Any:
    """What the button with this aria-label or text changes in the state."""
    for told, inside in re.findall(r"<button ([^>]*)>(.*?)</button>", markup):
        named = re.search(r'aria-label="([^"]*)"', told)
        if label in (html.unescape(named[1]) if named else text(inside)):
            return json.loads(html.unescape(re.search(r'data-set="([^"]*)"', told)[1]))
    raise AssertionError(f"no button {label!r}")


def test_every_chip_takes_itself_away() -> None:
    state = State(text="red hanbdag under 900", ignore=("pattern:plain",), filters={"color": ("blue",)})
    drawn = understood_html([RED, SLIP, UNDER], "USD", state, SAY)
    assert text(drawn) == (
        "Spelling hanbdag → handbag Search for “hanbdag” instead Only Up to $900 Preferred Colour: red Undo"
    )
    assert changes(drawn, "Remove Up to $900") == {"ignore": ["pattern:plain", "price:..900"]}
    assert changes(drawn, "Remove Colour: red") == {"ignore": ["pattern:plain", "color:red"]}
    assert changes(drawn, "Search for “hanbdag” instead") == {"ignore": ["pattern:plain", "typo:hanbdag"]}
    assert changes(drawn, "Undo") == {"ignore": []}
    strict = {"filters": {"color": ["blue", "red", "dark red"]}, "ignore": ["pattern:plain", "color:red"]}
    assert changes(drawn, "Colour: red: Preferred, not required") == strict


def test_nothing_understood_is_nothing_shown() -> None:
    assert understood_html([], "USD", State(text="mug"), SAY) == ""
    assert text(understood_html([], "USD", State(text="mug", ignore=("x",)), SAY)) == "As plain words Undo"


def test_what_is_understood_from_a_nasty_catalogue_stays_text() -> None:
    terms = [
        Term(f"brand:{NASTY}", "brand", NASTY, (NASTY,)),
        Term(f"not:{NASTY}", "not", NASTY, (NASTY,), hard=True),
        Term(f"typo:{NASTY}", "typo", NASTY, (NASTY,)),
    ]
    drawn = understood_html(terms, "USD", State(text=NASTY), SAY)
    assert {name for name, _ in Tags(drawn).tags} <= {"div", "span", "button", "b", "svg", "use"}
    assert not any(sign in drawn for sign in ("${", "{{", "`"))


def test_words_that_are_found_are_marked_and_escaped() -> None:
    hit = Hit(Product("1"), 1, 90)
    assert told_html("Red & white mugs", "mug red", hit, SAY) == "<mark>Red</mark> &amp; white <mark>mugs</mark>"
    nasty = '<script>alert("red")</script> red\'s'
    told = told_html(nasty, "red script", hit, SAY)
    assert set(re.findall(r"<[^>]*>", told)) == {"<mark>", "</mark>"}
    assert html.unescape(re.sub("</?mark>", "", told)) == nasty
    page = Tags(Cards(State(text="x"), SAY, words=NASTY).card(Hit(Product("1", NASTY), 0, 0)))
    assert page.all("mark") and not page.all("script")


@pytest.mark.parametrize(
    ("asked", "said", "marked"),
    [
        ("red leather handbags", "Top-handle handbag, RED leather", ["handbag", "RED leather"]),
        ("tea", "Steam teapot, teas", ["teas"]),
        ("women's shoe", "Shoes for women", ["Shoes", "women"]),
        ("the mug for a", "The mug", ["mug"]),
        ("红色手提包", "双色手提包 橙棕色", ["手提包"]),
        ("红色手提包", "红色手提包 真皮", ["红色手提包"]),
        ("350 ml", "Mug, 350 ml", ["350 ml"]),
        ("", "Mug", []),
    ],
)
def test_what_is_marked(asked: str, said: str, marked: list[str]) -> None:
    assert [said[start:end] for start, end in matched_spans(asked, said)] == marked


def test_labels_that_agree_are_reasons_once_and_mark_titles_of_another_language() -> None:
    why = {
        "agrees": {"color": "red", "subcategory": "Handbags"},
        "words": ["red", "handbag", "soft"],
        "colors": ["red"],
    }
    hit = Hit(Product("1", "Red handbag"), 1, 90, why=why)
    assert reasons_of(hit, SAY) == ["red", "Handbags", "soft"]
    assert reasons_of(hit, ZH)[:2] == ["红色", "手提包"]
    assert told_html("红色手提包 真皮", "red handbag", hit, ZH) == "<mark>红色手提包</mark> 真皮"


def test_shares_are_whole_percents_that_sum_to_a_hundred() -> None:
    assert _percents([1, 1, 1, 0]) == [34, 33, 33, 0] and _percents([0, 0, 0, 0]) == [0, 0, 0, 0]
    assert all(sum(_percents([a, b, 1, 0.01])) == 100 for a in (0.1, 0.37, 7) for b in (0.2, 3.3))


def test_the_panel_shows_what_the_match_is_made_of(ask: Shopper) -> None:
    panel = ask(text="red bag", product="p-000")["regions"]["panel"]
    shown = re.findall(r'<i class="(\w+)" style="width:(\d+)%">', panel)
    assert shown and {name for name, _ in shown} <= set(SHARES) and sum(int(share) for _, share in shown) == 100
    assert re.search(r"Words \d+%", text(panel))
    assert "share-bar" not in ask(photo=ask.photo(), product="p-000")["regions"]["panel"]


def test_a_price_limits_until_it_is_taken_away(ask: Shopper) -> None:
    reply = ask(text="red bag under 12")
    assert "Up to $12" in text(reply["regions"]["understood"]) and len(titles(reply)) == 3
    back = ask(text="red bag under 12", ignore=["price:..12"])
    assert len(titles(back)) == 24 and back["link"] == "?q=red+bag+under+12&plain=price:..12"
    assert "Up to" not in text(back["regions"]["understood"]) and "Undo" in text(back["regions"]["understood"])


def test_words_that_only_limit_are_no_match(ask: Shopper) -> None:
    reply = ask(text="under 12")
    assert len(titles(reply)) == 3 and 'class="match"' not in reply["regions"]["results"]


def test_limits_that_leave_nothing_can_be_lifted(ask: Shopper) -> None:
    reply = ask(text="red bag under 2")
    results = reply["regions"]["results"]
    assert "No product passes these filters" in text(results)
    assert changes(results, "Search without these limits") == {"ignore": ["price:..2"]}


def test_a_slip_is_corrected_and_what_was_meant_is_marked(ask: Shopper) -> None:
    reply = ask(text="yelow mug")
    assert "yelow → yellow" in text(reply["regions"]["understood"])
    assert "<mark>Yellow mug</mark>" in reply["regions"]["results"]


def test_another_way_to_rank_is_chosen_and_told(ask: Shopper) -> None:
    assert "How results are ranked" in text(ask(text="red")["regions"]["tools"])
    keywords = ask(text="zebra", ranker="bm25")
    assert "Ranked by keywords (BM25)" in text(keywords["regions"]["tools"]) and keywords["link"] == "?q=zebra&by=bm25"
    assert "No product says these words" in text(keywords["regions"]["results"])
    assert 'id="ranker"' not in ask()["regions"]["tools"]
    photo = ask(photo=ask.photo(), ranker="bm25")["regions"]["tools"]
    assert "its description, as keywords" in text(photo) and "BM25" not in text(photo)
    described = ask(photo=ask.photo("red", "blue"), ranker="caption")
    assert titles(described) and "<mark>" in described["regions"]["results"], "the description has the words"


def test_a_photo_is_put_into_words(ask: Shopper, live: StillLive, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = ask(photo=ask.photo("red", "blue"))
    said = re.search(r'<input id="seen"[^>]*value="([^"]*)"', reply["regions"]["refine"])
    assert said and said[1] and "Use as words" in text(reply["regions"]["refine"])
    assert 'id="seen"' not in ask(photo=ask.photo(), view="look")["regions"]["refine"]

    def broken(*_: Any) -> None:
        raise VisearchError("There is no captioner.")

    monkeypatch.setattr(SearchEngine, "describe", broken)
    without = ask(photo=ask.photo("red", "blue"))
    assert titles(without) and 'id="seen"' not in without["regions"]["refine"], "a photo is found without words too"


def test_suggestions_are_texts_in_parts(ask: Shopper, live: StillLive) -> None:
    items = ask.desk.suggest({"typed": "mu", "lang": "en"})["items"]
    first = items[0]
    assert (first["text"], first["parts"], first["kind"], first["count"]) == ("Mugs", ["", "Mu", "gs"], "Category", 12)
    assert all("".join(item["parts"]) == item["text"] for item in items)
    assert ask.desk.suggest({"typed": "mu", "lang": "zh"})["items"][0]["kind"] == "类别"
    for nonsense in (None, 7, {}, {"typed": 3}, {"typed": "x" * 9999, "lang": []}):
        assert ask.desk.suggest(nonsense) == {"items": []}


def test_the_last_words_are_completed_behind_the_others(live: StillLive) -> None:
    items = Suggesting().items(live.engine(), "shiny zebra mu", SAY)
    assert items[0]["text"] == "shiny zebra mugs" and items[0]["parts"] == ["", "shiny zebra mu", "gs"]


def test_without_an_engine_nothing_is_suggested(busy: StillLive) -> None:
    assert Shopper(busy).desk.suggest({"typed": "mu"}) == {"items": []}
