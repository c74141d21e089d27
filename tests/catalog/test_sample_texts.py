"""The sample's reviews, support texts and campaigns: they are written by hand, so a slip is likely."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date

import pytest

from visearch.catalog.beside import CAMPAIGNS, REVIEWS, SUPPORT, beside
from visearch.catalog.folder import SAMPLE_DIR

CJK = re.compile(r"[\u4e00-\u9fff]")
Row = dict[str, str]


def read(name: str) -> list[Row]:
    path = SAMPLE_DIR / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def products() -> dict[str, Row]:
    return {row["id"]: row for row in read("products.csv")}


@pytest.fixture(scope="module")
def reviews() -> list[Row]:
    return read(REVIEWS)


@pytest.fixture(scope="module")
def campaigns() -> list[Row]:
    return read(CAMPAIGNS)


def test_the_tables_lie_where_they_are_looked_for_and_have_their_columns() -> None:
    columns = {
        REVIEWS: ["product_id", "rating", "text", "date", "language"],
        SUPPORT: ["category", "subcategory", "text", "text_zh"],
        CAMPAIGNS: ["name", "name_zh", "start", "end", "slots", "product_ids"],
    }
    for name, expected in columns.items():
        assert beside("sample", name) == SAMPLE_DIR / name
        rows = read(name)
        assert list(rows[0]) == expected
        assert all(None not in row and None not in row.values() for row in rows), f"{name}: a row is cut or too long"
        assert all(value == value.strip() for row in rows for value in row.values())


def test_every_product_has_one_to_five_reviews(products: dict[str, Row], reviews: list[Row]) -> None:
    counts = dict.fromkeys(products, 0)
    for row in reviews:
        counts[row["product_id"]] += 1
    assert {product: count for product, count in counts.items() if not 1 <= count <= 5} == {}
    assert (SAMPLE_DIR / REVIEWS).stat().st_size < 200_000


def test_no_review_is_there_twice(reviews: list[Row]) -> None:
    texts = [re.sub(r"\W+", "", row["text"]).lower() for row in reviews]
    assert len(set(texts)) == len(texts)
    assert min(map(len, texts)) >= 8


def test_ratings_and_dates_of_reviews(reviews: list[Row]) -> None:
    assert {row["rating"] for row in reviews} == set("12345")
    days = [date.fromisoformat(row["date"]) for row in reviews]
    assert date(2025, 3, 1) <= min(days)
    assert max(days) <= date(2026, 10, 31)


def test_a_review_is_in_the_language_it_says(reviews: list[Row]) -> None:
    assert {row["language"] for row in reviews} == {"en", "zh"}
    assert [row["text"] for row in reviews if bool(CJK.search(row["text"])) != (row["language"] == "zh")] == []
    mixed = [row["text"] for row in reviews if row["language"] == "zh" and re.search(r"[a-z,!?]", row["text"])]
    assert mixed == [], "Chinese texts take Chinese punctuation"
    assert 0.25 <= sum(row["language"] == "zh" for row in reviews) / len(reviews) <= 0.31


def test_the_mean_leans_to_the_products_rating(products: dict[str, Row], reviews: list[Row]) -> None:
    given: dict[str, list[int]] = defaultdict(list)
    for row in reviews:
        given[row["product_id"]].append(int(row["rating"]))
    means = {product: sum(stars) / len(stars) for product, stars in given.items() if len(stars) >= 3}
    assert len(means) > 100
    off = {product: mean for product, mean in means.items() if abs(mean - float(products[product]["rating"])) > 0.7}
    assert off == {}


def test_every_kind_has_support_texts_in_both_languages(products: dict[str, Row]) -> None:
    kinds = [(row["category"], row["subcategory"]) for row in products.values()]
    wanted = {*kinds, *((category, "") for category, _ in kinds)}
    rows = read(SUPPORT)
    assert sorted((row["category"], row["subcategory"]) for row in rows) == sorted(wanted)
    assert [row["text"] for row in rows if CJK.search(row["text"]) or len(row["text"]) < 80] == []
    assert [row["text_zh"] for row in rows if len(CJK.findall(row["text_zh"])) < 30] == []


def test_campaigns_name_products_that_there_are(products: dict[str, Row], campaigns: list[Row]) -> None:
    for row in campaigns:
        ids = row["product_ids"].split("|")
        assert set(ids) <= set(products), row["name"]
        assert len(set(ids)) == len(ids) > int(row["slots"])
        assert row["slots"] in {"2", "3"}
        stocked = [product for product in ids if int(products[product]["stock"]) > 0]
        assert len(stocked) >= 0.8 * len(ids)
        assert CJK.search(row["name_zh"])
        assert not CJK.search(row["name"])


def test_campaigns_are_running_over_and_to_come(campaigns: list[Row]) -> None:
    spans = {row["name"]: (date.fromisoformat(row["start"]), date.fromisoformat(row["end"])) for row in campaigns}
    assert len(spans) == len(campaigns) == 4
    assert all(start <= end for start, end in spans.values())
    day = date(2026, 11, 15)
    assert [name for name, (start, end) in spans.items() if start <= day <= end] == ["Cosy evenings", "Coffee corner"]
    assert [name for name, (_, end) in spans.items() if end < date(2026, 1, 1)] == ["Summer outdoors"]
    assert [name for name, (start, _) in spans.items() if start >= date(2028, 1, 1)] == ["Spring table"]
