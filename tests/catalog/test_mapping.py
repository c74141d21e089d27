from __future__ import annotations

import pytest

from visearch.catalog.mapping import BINARY, IMAGE, NUMBER, OTHER, TEXT, find_columns, kind_of
from visearch.errors import CatalogError


def kinds(**columns: str) -> dict[str, str]:
    return columns


def test_names_of_the_house_are_found() -> None:
    mapped = find_columns(dict.fromkeys(("id", "title", "category", "image", "season"), TEXT))
    assert dict(mapped.fields) == {"id": "id", "title": "title", "category": "category"}
    assert mapped.pictures == ("image",)
    assert mapped.rest == ("season",)


def test_synonyms_without_case_spaces_and_punctuation() -> None:
    names = ["asin", "Product Name", "masterCategory", "articleType", "baseColour", "Selling-Price", "img_url"]
    mapped = find_columns(dict.fromkeys(names, TEXT))
    assert dict(mapped.fields) == {
        "id": "asin",
        "title": "Product Name",
        "category": "masterCategory",
        "subcategory": "articleType",
        "color": "baseColour",
        "price": "Selling-Price",
    }
    assert mapped.pictures == ("img_url",)


def test_chinese_names() -> None:
    mapped = find_columns(dict.fromkeys(["商品编号", "标题", "价格", "图片"], TEXT))
    assert dict(mapped.fields) == {"id": "商品编号", "title": "标题", "price": "价格"}
    assert mapped.pictures == ("图片",)


def test_the_own_name_wins_over_a_synonym() -> None:
    mapped = find_columns(kinds(name=TEXT, title=TEXT, image=TEXT))
    assert mapped.fields["title"] == "title"
    assert mapped.rest == ("name",)


def test_an_image_feature_wins_over_a_name() -> None:
    assert find_columns(kinds(image=TEXT, photo_of_it=IMAGE)).pictures == ("photo_of_it",)


def test_bytes_are_pictures_only_where_there_is_no_image_feature() -> None:
    assert find_columns(kinds(mesh=BINARY, render=IMAGE)).pictures == ("render",)
    assert find_columns(kinds(title=TEXT, content=BINARY)).pictures == ("content",)


def test_numbered_picture_columns_are_further_views() -> None:
    mapped = find_columns(kinds(image_2=IMAGE, title=TEXT, image=IMAGE, image_3=IMAGE, mask=IMAGE))
    assert mapped.pictures == ("image", "image_2", "image_3")


def test_pictures_are_recognised_by_their_values() -> None:
    rows = [{"where": "https://shop/a.jpg?w=3", "title": "A"}, {"where": "b.PNG|c.png", "title": "B"}]
    assert find_columns(kinds(title=TEXT, where=TEXT), rows).pictures == ("where",)


def test_override() -> None:
    columns = kinds(title=TEXT, headline=TEXT, front=TEXT, back=TEXT)
    mapped = find_columns(columns, override={"title": "headline", "image": "front|back"})
    assert mapped.fields["title"] == "headline"
    assert mapped.pictures == ("front", "back")
    assert mapped.rest == ("title",)


def test_override_with_a_column_that_is_not_there() -> None:
    with pytest.raises(CatalogError, match=r"no column 'nme'.*columns are title, image"):
        find_columns(kinds(title=TEXT, image=TEXT), override={"title": "nme"})


def test_override_of_a_field_that_is_not_there() -> None:
    with pytest.raises(CatalogError, match=r"field 'tilte'.*fields are id, title"):
        find_columns(kinds(title=TEXT, image=TEXT), override={"tilte": "title"})


def test_no_picture_column() -> None:
    with pytest.raises(CatalogError, match=r"no column with pictures; its columns are id, title") as caught:
        find_columns(kinds(id=NUMBER, title=TEXT))
    assert '"image"' in caught.value.hint


def test_columns_of_no_use_are_dropped() -> None:
    assert find_columns(kinds(image=IMAGE, vector=OTHER, mesh=BINARY, year=NUMBER)).rest == ("year",)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("a", TEXT),
        (1.5, NUMBER),
        (True, NUMBER),
        (b"x", BINARY),
        ({"bytes": b"x", "path": None}, IMAGE),
        ([{"bytes": b"x", "path": None}], IMAGE),
        (["a"], TEXT),
        ([0.1], OTHER),
        ([{"language_tag": "en", "value": "a"}], TEXT),
        ({"x": 1}, OTHER),
    ],
)
def test_kinds_of_values(value: object, kind: str) -> None:
    assert kind_of(value) == kind
