"""The mood board: every picture gets its share, pins lead, what was taken out stays away."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image

from tests.toy import COLORS
from tests.ui.still import Halves, engine_of
from visearch.engine import SearchEngine
from visearch.errors import QueryError
from visearch.shop.board import Wish, shortlist
from visearch.shop.board_json import board_to_json
from visearch.shop.board_rows import HEAD, board_rows


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("home"))


def plain(color: str) -> Image.Image:
    return Image.new("RGB", (64, 48), COLORS[color])


def ids(engine: SearchEngine, wish: Wish) -> list[str]:
    return [pick.product.id for pick in shortlist(engine, Halves(), wish).picks]


def test_unlike_pictures_and_words_share_the_board(engine: SearchEngine) -> None:
    wish = Wish((plain("red"), plain("blue")), "yellow", k=6)
    picks = shortlist(engine, Halves(), wish).picks
    assert Counter(pick.source for pick in picks) == {0: 2, 1: 2, "words": 2}
    for source, color in ((0, "red"), (1, "blue"), ("words", "yellow")):
        first = next(pick for pick in picks if pick.source == source)
        assert first.product.color == color


def test_pins_lead_and_what_is_pruned_stays_away(engine: SearchEngine) -> None:
    pictures = (plain("red"), plain("blue"))
    before = ids(engine, Wish(pictures, k=8))
    after = ids(engine, Wish(pictures, k=8, pinned=("p-005", before[2]), pruned=(before[0],)))
    assert after[:2] == ["p-005", before[2]] and before[0] not in after
    assert len(after) == len(set(after)) == 8


def test_the_same_wish_makes_the_same_board(engine: SearchEngine) -> None:
    wish = Wish((plain("red"), plain("green")), "blue mug", k=9)
    assert ids(engine, wish) == ids(engine, wish)


def test_filters_hold_for_all_but_pins(engine: SearchEngine) -> None:
    wish = Wish((plain("red"),), "blue", {"category": ("Mugs",)}, 6, pinned=("p-000",))
    picks = shortlist(engine, Halves(), wish).picks
    assert picks[0].product.id == "p-000" and picks[0].product.category == "Bags"
    assert {pick.product.category for pick in picks[1:]} == {"Mugs"}


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(text="red", k=0),
        Wish(text="red", k=121),
        Wish(tuple(plain("red") for _ in range(9))),
        Wish(text="red", pinned=("nobody",)),
        Wish(text="red", filters={"nothing": "x"}),
    ],
)
def test_what_cannot_be_made_is_refused(engine: SearchEngine, wish: Wish) -> None:
    with pytest.raises(QueryError):
        shortlist(engine, Halves(), wish)


def test_it_goes_out_as_json_and_rows(engine: SearchEngine) -> None:
    made = shortlist(engine, Halves(), Wish((plain("red"),), k=3))
    document = board_to_json(made, lambda sha: f"thumbs/{sha}")
    assert [one["place"] for one in document["products"]] == [1, 2, 3]
    assert document["products"][0]["image"].startswith("thumbs/") and document["products"][0]["source"] == 0
    rows = list(board_rows(pick.product for pick in made.picks))
    assert len(rows) == 3 and len(rows[0]) == len(HEAD) and rows[0][:2] == (1, made.picks[0].product.id)
