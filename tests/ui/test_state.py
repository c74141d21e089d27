"""Links: every state comes back from its link, and nothing private or strange is in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch.types import RANKERS, SORTS
from visearch.ui.state import COMPARED, MOST_SHOWN, PAGE_SIZE, State

PRIVATE = "aB3_-" * 6
TEXTS = st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
IDS = st.text("abcdefgh0123456789-_.", min_size=1, max_size=12)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple),
        "color": st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple),
        "price": st.fixed_dictionaries({}, optional={"min": st.integers(0, 999), "max": st.integers(999, 9999)}).filter(
            bool
        ),
        "rating": st.just({"min": 4.0}),
        "in_stock": st.just(True),
        "on_offer": st.just(True),
    },
)
KEYS = st.one_of(TEXTS, st.sampled_from(("price:..50", "not:material:leather", "subcategory:salt, pepper & 50%2C")))
STATES = st.builds(
    State,
    text=st.one_of(st.just(""), TEXTS),
    ignore=st.lists(KEYS, max_size=3, unique=True).map(tuple),
    ranker=st.sampled_from(RANKERS),
    photo=st.sampled_from(("", "example:2", "https://shop.example/a%20b.jpg?x=1&y=2")),
    box=st.sampled_from(("", "whole", "2", "0.1,0.2,0.9,1")),
    like=st.one_of(st.just(""), IDS),
    more=st.lists(IDS, max_size=3, unique=True).map(tuple),
    less=st.lists(IDS, max_size=3, unique=True).map(tuple),
    filters=FILTERS,
    sort=st.sampled_from(SORTS),
    shown=st.sampled_from((PAGE_SIZE, 2 * PAGE_SIZE)),
    product=st.one_of(st.just(""), IDS),
    compare=st.lists(IDS, max_size=COMPARED, unique=True).map(tuple),
    view=st.sampled_from(("", "saved", "compare")),
).map(lambda state: state if state.text else replace(state, ignore=()))


@given(STATES)
def test_a_link_restores_its_state(state: State) -> None:
    back = State.from_link(state.link())
    assert back == (state if state.photo else replace(state, box=""))


@given(STATES)
def test_the_browser_gives_back_what_it_got(state: State) -> None:
    assert State.read(state.to_json()) == state


def test_links_read_like_words() -> None:
    filters = {"category": ("Mugs", "Bowls"), "price": {"max": 20.0}, "in_stock": True}
    state = State(text="red bag", filters=filters, sort="price", product="mug-01")
    assert state.link() == ("?q=red+bag&sort=price&product=mug-01&category=Mugs&category=Bowls&price=..20&in_stock=yes")
    assert State().link() == ""


def test_what_was_taken_away_is_in_the_link_and_goes_with_the_words() -> None:
    state = State(text="red mug under 9", ignore=("price:..9", "category:salt, pepper"), ranker="bm25")
    assert state.link() == "?q=red+mug+under+9&by=bm25&plain=price:..9,category:salt%252C+pepper"
    assert State.from_link("?plain=price:..9&by=best").ignore == () and State.from_link("?q=a&by=best") == State("a")
    assert State.read({"text": "a", "ignore": "price:..9", "ranker": ["bm25"]}) == State("a")


@pytest.mark.parametrize(
    ("state", "count"),
    [
        (State(), 0),
        (State(text="mug"), 6),
        (State(photo="example:1"), 2),
        (State(text="mug", photo="example:1"), 2),
        (State(text="mug", like="p1"), 0),
        (State(photo="example:1", view="look"), 0),
    ],
)
def test_ways_to_rank_are_offered_where_they_make_a_difference(state: State, count: int) -> None:
    assert len(state.rankers) == count
    assert ("caption" in state.rankers) == bool(state.rankers and state.photo)


def test_a_private_photo_is_in_no_link() -> None:
    state = State(text="red", photo=PRIVATE, box="2", share=0.8, view="look")
    assert state.private and state.link() == "?q=red"
    shared = replace(state, photo="https://shop.example/a.jpg")
    assert not shared.private and parse_qs(shared.link()[1:])["photo"] == ["https://shop.example/a.jpg"]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        [],
        {"text": 3, "photo": "/etc/passwd", "box": "9,9,9,9", "share": "much", "shown": "all", "sort": "id"},
        {"photo": "http://shop.example/a.jpg", "filters": "category", "more": "x", "view": "admin", "lang": "xx"},
        {
            "photo": {"path": "/etc/passwd"},
            "filters": {"price": "cheap", "rating": [4], "category": {"a": 1}, "id": "x"},
        },
        {"photo": "example:../1", "box": "0.9,0.9,0.1,0.1", "filters": {"price": {"min": "nan"}}, "compare": [1, None]},
        {"box": "0", "share": float("nan"), "shown": float("inf"), "filters": {"in_stock": "maybe"}},
    ],
)
def test_what_does_not_fit_is_left_out(sent: Any) -> None:
    assert State.read(sent) == State()


def test_there_are_limits() -> None:
    many = [f"p{i}" for i in range(500)]
    state = State.read({"text": "x" * 9999, "compare": many, "more": many, "saved": many, "shown": 10**9, "share": 7})
    assert len(state.text) == 400 and len(state.compare) == COMPARED and state.shown == MOST_SHOWN and state.share == 1
    assert len(state.more) == 12 and len(state.saved) == 100
    assert State.read({"shown": -5}).shown == PAGE_SIZE and State.from_link("?saved=a,b").saved == ()


def test_a_range_may_be_written_backwards() -> None:
    assert State.from_link("?price=50..10").filters == {"price": {"min": 10, "max": 50}}


def test_links_of_others_are_understood() -> None:
    state = State.from_link("?q=lamp&color=red&color=blue&price=10..50&rating=4..&utm_source=mail&__theme=dark", "zh")
    assert state.text == "lamp" and state.lang == "zh"
    assert state.filters == {"color": ("red", "blue"), "price": {"min": 10, "max": 50}, "rating": {"min": 4}}
