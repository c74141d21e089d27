"""Reviews beside a catalogue: what is read, what stands for them, and look-alikes told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop.goods import goods_engine
from visearch.engine import SearchEngine
from visearch.errors import CatalogError, QueryError
from visearch.shop.reviews import Review, highlights, near, read_reviews, reviews_of

KNOWN = {"mugs-0", "mugs-1", "mugs-2"}


def test_rows_that_cannot_be_used_are_counted(goods: SearchEngine) -> None:
    reviews = reviews_of(goods)
    assert (set(reviews.by_product), reviews.skipped, reviews.sample) == ({"mugs-0", "mugs-1"}, 3, False)
    assert [one.date for one in reviews.by_product["mugs-0"]] == [
        "2026-05-01",
        "2026-03-04",
        "2026-02-03",
        "2026-01-02",
    ]


def test_voices_have_stars_praise_and_faults_in_the_language(goods: SearchEngine) -> None:
    voices = reviews_of(goods).of(["mugs-0"])
    assert (voices.n, voices.mean, voices.stars) == (4, 4.0, (0, 1, 0, 1, 2))
    assert [one.text for one in voices.complaint] == ["The glaze came with a chip."]
    assert {one.rating for one in voices.praise} == {4.0, 5.0} and all(one.language == "en" for one in voices.praise)
    chinese = reviews_of(goods).of(["mugs-0"], "zh")
    assert [one.text for one in chinese.praise] == ["杯子很保温"] and chinese.n == 4
    assert reviews_of(goods).of(["sofas-0"]).mean is None


def test_look_alikes_are_told_apart(goods: SearchEngine) -> None:
    found = near(goods, "mugs-0")
    assert [hit.product.id for hit in found.lookalikes] == ["mugs-1"]
    assert (found.own.n, found.alike.n) == (4, 1)
    assert found.alike.praise[0].product == "mugs-1"
    # A product of which nobody said anything has its look-alikes' only.
    assert near(goods, "mugs-5").own.n == 0 and near(goods, "mugs-5").alike.n == 5
    with pytest.raises(QueryError):
        near(goods, "none")


def test_highlights_say_what_most_say_and_not_twice_the_same() -> None:
    said = [
        "The battery lasts two days.",
        "Battery lasts for two days at least.",
        "The strap broke.",
        "Came in a blue box.",
    ]
    chosen = [one.text for one in highlights([Review("p", 5, text) for text in said])]
    assert len(chosen) == 2 and sum("attery" in text for text in chosen) == 1


def test_a_long_review_is_a_sentence_of_it() -> None:
    text = " ".join(["The seat is firm and wide."] * 12)
    assert [one.text for one in highlights([Review("p", 5, text)])] == ["The seat is firm and wide."]


def test_a_catalogue_without_reviews(tmp_path: Path) -> None:
    engine = goods_engine(tmp_path, tables=False)
    assert not reviews_of(engine) and near(engine, "mugs-0").lookalikes == ()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("product,stars\nmugs-0,5\n", "utf-8")
    with pytest.raises(CatalogError, match="no column 'product_id'"):
        read_reviews(path, KNOWN)
    path.write_bytes(b"product_id,rating,text\nmugs-0,5,\xff\xfe\n")
    with pytest.raises(CatalogError, match=r"reviews\.csv cannot be read"):
        read_reviews(path, KNOWN)


def test_what_a_spreadsheet_saves_is_read(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes("\ufeffproduct_id,rating,text,date\r\nmugs-0,4.5,Good,yesterday\r\n".encode())
    review = read_reviews(path, KNOWN).by_product["mugs-0"][0]
    assert (review.rating, review.text, review.date, review.language) == (4.5, "Good", "", "")
