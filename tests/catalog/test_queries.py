from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.catalog.helpers import make_shop, opened, write_csv, write_pictures
from visearch.errors import CatalogError
from visearch.types import Box


def write_queries(folder: Path, *rows: dict[str, str]) -> None:
    names = ["query_image", "query_text", "relevant_ids", "kind", "box"]
    write_csv(folder / "queries.csv", [{name: row.get(name, "") for name in names} for row in rows])


def test_kinds_without_a_column(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    write_pictures(shop, ["queries/q.png"])
    rows = [
        {"query_image": "queries/q.png", "relevant_ids": "a"},
        {"query_text": "red mug", "relevant_ids": "a|b | c"},
        {"query_text": "红杯 mug", "relevant_ids": "a"},
        {"query_image": "queries/q.png", "query_text": "but red", "relevant_ids": "b"},
        {"query_text": "sofa", "relevant_ids": ""},
    ]
    write_csv(
        shop / "queries.csv",
        [{n: row.get(n, "") for n in ("query_image", "query_text", "relevant_ids")} for row in rows],
    )
    found = opened(shop).queries()
    assert [query.kind for query in found] == ["photo", "text", "text_zh", "photo_text", "text"]
    assert found[1].relevant == {"a", "b", "c"}
    assert found[4].relevant == frozenset()
    assert found[0].image is not None
    assert found[0].image.read() == (shop / "queries/q.png").read_bytes()
    assert found[1].image is None


def test_kind_and_box_columns(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    write_queries(shop, {"query_image": "a.png", "relevant_ids": "a", "kind": "scene", "box": "1, 2,30.5,40"})
    (query,) = opened(shop).queries()
    assert (query.kind, query.box) == ("scene", Box(1, 2, 30.5, 40))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"relevant_ids": "a"}, "neither a picture nor a text"),
        ({"query_text": "mug", "box": "1,2,3,4"}, "a box without a picture"),
        ({"query_image": "a.png", "box": "1,2,3"}, "is not x0,y0,x1,y1"),
        ({"query_image": "a.png", "box": "5,5,1,9"}, "is empty"),
        ({"query_image": "../a.png"}, "leads out of the catalogue's folder"),
    ],
)
def test_unusable_rows_are_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, row: dict[str, str], why: str
) -> None:
    shop = make_shop(tmp_path / "shop")
    write_queries(shop, row, {"query_text": "mug", "relevant_ids": "a"})
    with caplog.at_level(logging.WARNING):
        assert [query.text for query in opened(shop).queries()] == ["mug"]
    assert "row 1" in caplog.text
    assert why in caplog.text


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert opened(make_shop(tmp_path / "shop")).queries() == []


def test_wrong_columns(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    write_csv(shop / "queries.csv", [{"text": "mug", "relevant_ids": "a"}])
    with pytest.raises(CatalogError, match="It needs relevant_ids and query_image or query_text"):
        opened(shop).queries()
