from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.helpers import ids_of, items_of, make_shop, opened, write_csv, write_pictures
from visearch.config import Settings
from visearch.errors import CatalogError, PictureError


def test_products_csv(tmp_path: Path) -> None:
    catalog = opened(make_shop(tmp_path / "shop"))
    items = list(catalog)
    assert [item.product.id for item in items] == ["a", "b", "c"]
    assert items[0].product.title == "Mug a"
    assert items[0].pictures[0].ref == "a.png"
    assert items[0].pictures[0].read() == (tmp_path / "shop" / "a.png").read_bytes()
    assert (catalog.info.title, catalog.info.total, catalog.info.revision) == ("shop", 3, "")


def test_reading_twice_gives_the_same_and_counts_once(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop", [{"id": n, "image": f"{n}.png"} for n in ("a", "b", "gone")])
    catalog = opened(shop)
    first = [item.product for item in catalog]
    assert first == [item.product for item in catalog]
    assert catalog.report.count == 1
    assert catalog.report.first[0].reason == "there is no picture gone.png"


def test_texts_are_not_guessed_into_numbers(tmp_path: Path) -> None:
    rows = [
        {"id": "007", "title": "1e5", "brand": "NA", "barcode": "0049000000443", "image": "a.png"},
        {"id": "8", "title": "True", "brand": "", "barcode": "", "image": "b.png"},
    ]
    first, second = (item.product for item in items_of(make_shop(tmp_path / "shop", rows)))
    assert (first.id, first.title, first.brand, first.barcode) == ("007", "1e5", "NA", "0049000000443")
    assert (second.id, second.title) == ("8", "True")


def test_limit_stops_after_so_many_products_not_rows(tmp_path: Path) -> None:
    rows = [{"id": n, "image": f"{n}.png"} for n in ("gone", "a", "b", "c")]
    catalog = opened(make_shop(tmp_path / "shop", rows), limit=2)
    assert [item.product.id for item in catalog] == ["a", "b"]
    assert catalog.info.total == 2


def test_the_limit_of_the_settings_and_zero_for_all(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    assert ids_of(shop, settings=Settings(limit=1)) == ["a"]
    assert ids_of(shop, settings=Settings(limit=1), limit=2) == ["a", "b"]
    assert ids_of(shop, settings=Settings(limit=1), limit=0) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["my [shop] *?", "магазин", "a b"])
def test_odd_folder_names(tmp_path: Path, name: str) -> None:
    assert ids_of(make_shop(tmp_path / name)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "path",
    ["../secret.png", "/etc/hostname", "images/../../secret.png", "..\\secret.png", "C:\\secret.png", "file:///etc/x"],
)
def test_paths_out_of_the_folder_are_left_out(tmp_path: Path, path: str) -> None:
    write_pictures(tmp_path, ["secret.png"])
    rows = [{"id": "a", "image": "a.png"}, {"id": "x", "image": path}]
    catalog = opened(make_shop(tmp_path / "shop", rows))
    assert [item.product.id for item in catalog] == ["a"]
    assert "leads out of the catalogue's folder" in catalog.report.first[0].reason


def test_several_pictures_joined_by_a_bar(tmp_path: Path) -> None:
    catalog = opened(make_shop(tmp_path / "shop", [{"id": "a", "image": "a.png| gone.png |b.png"}]))
    (item,) = catalog
    assert [picture.ref for picture in item.pictures] == ["a.png", "b.png"]
    assert item.product.image == "a.png|gone.png|b.png"
    assert catalog.report.repairs[0].reason == "there is no picture gone.png"


def test_a_picture_that_goes_away_later_is_an_error_when_read(tmp_path: Path) -> None:
    items = items_of(make_shop(tmp_path / "shop"))
    (tmp_path / "shop" / "b.png").unlink()
    with pytest.raises(PictureError, match=r"b\.png cannot be read"):
        items[1].pictures[0].read()


def test_no_usable_row(tmp_path: Path) -> None:
    catalog = opened(make_shop(tmp_path / "shop", [{"id": "a", "image": "gone.png"}]))
    with pytest.raises(CatalogError, match=r"no usable product.*there is no picture gone\.png"):
        list(catalog)


def test_a_table_without_rows(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,title,image\n")
    with pytest.raises(CatalogError, match="is empty"):
        opened(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("")
    with pytest.raises(CatalogError, match=r"products\.csv is empty"):
        opened(tmp_path)


def test_wrong_columns_are_told_when_it_is_opened(tmp_path: Path) -> None:
    write_csv(tmp_path / "products.csv", [{"sku": "1", "name": "Mug"}])
    with pytest.raises(CatalogError, match=r"no column with pictures; its columns are sku, name"):
        opened(tmp_path)


def test_an_own_mapping(tmp_path: Path) -> None:
    rows = [{"nr": "1", "what": "Mug", "look": "a.png"}]
    shop = make_shop(tmp_path / "shop", rows)
    (item,) = items_of(shop, mapping={"id": "nr", "title": "what", "image": "look"})
    assert (item.product.id, item.product.title) == ("1", "Mug")


def test_a_folder_with_another_table(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["images/a.png"])
    write_csv(tmp_path / "boxes.csv", [{"image": "images/a.png", "label": "mug"}])
    write_csv(tmp_path / "queries.csv", [{"query_text": "mug", "relevant_ids": "a"}])
    with pytest.raises(CatalogError, match=r"has boxes\.csv, queries\.csv but no products\.csv") as caught:
        opened(tmp_path)
    assert "open the file itself" not in caught.value.hint
    write_csv(tmp_path / "stock.csv", [{"id": "a", "image": "images/a.png"}])
    with pytest.raises(CatalogError) as caught:
        opened(tmp_path)
    assert str(tmp_path / "stock.csv") in caught.value.hint


def test_class_folders_become_categories(tmp_path: Path) -> None:
    names = ["lamp/red_lamp-1.png", "mug/b.png", "mug/small/test-tube.png", "top.png", "train/mug/c.jpg"]
    write_pictures(tmp_path / "pictures", [*names, ".hidden/x.png", "mug/.y.png", "mug/notes.txt"])
    products = {item.product.id: item.product for item in items_of(tmp_path / "pictures")}
    assert list(products) == ["lamp/red_lamp-1", "mug/b", "mug/small/test-tube", "top", "train/mug/c"]
    assert products["lamp/red_lamp-1"].title == "red lamp 1"
    categories = [(product.category, product.subcategory) for product in products.values()]
    assert categories == [("lamp", ""), ("mug", ""), ("mug", "small"), ("", ""), ("mug", "")]


def test_pictures_with_one_stem_stay_two_products(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pictures", ["a.jpg", "a.png"])
    assert ids_of(tmp_path / "pictures") == ["a", "a~2"]


def test_metadata_csv_is_honoured(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["mug/a.png", "mug/b.png"])
    rows = [
        {"file_name": "mug/a.png", "title": "Red mug", "price": "4.00"},
        {"file_name": "mug/gone.png", "title": "Gone", "price": ""},
    ]
    write_csv(tmp_path / "metadata.csv", rows)
    catalog = opened(tmp_path)
    (item,) = catalog
    assert (item.product.id, item.product.title, item.product.price) == ("mug/a", "Red mug", 4.0)
    assert catalog.report.count == 1


def test_metadata_of_several_folders(tmp_path: Path) -> None:
    for part in ("one", "two"):
        write_pictures(tmp_path / part, ["a.png", "b.png"])
        rows = [{"file_name": name, "title": f"{part} {name}"} for name in ("a.png", "b.png")]
        write_csv(tmp_path / part / "metadata.csv", rows)
    items = items_of(tmp_path)
    assert [item.product.id for item in items] == ["a", "b", "a~2", "b~2"]
    assert items[2].product.title == "two a.png"
    assert ids_of(tmp_path, limit=2) == ["a", "b"]
    assert ids_of(tmp_path, limit=3) == ["a", "b", "a~2"]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"holds no catalogue: neither a products\.csv nor pictures"):
        opened(tmp_path)


def test_a_name_that_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="There is no catalogue") as caught:
        opened(tmp_path / "nowhere")
    assert "hf:ORG/NAME" in caught.value.hint
    with pytest.raises(CatalogError):
        opened("")


def test_the_licence_beside_the_table(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    assert opened(shop).info.licence == ""
    (shop / "SOURCE.md").write_text("Source: a shop. Licence stated there: CC0-1.0.\nMore.")
    assert opened(shop).info.licence == "CC0-1.0"
    (shop / "SOURCE.md").write_text('Licence: "ISC" in package.json, no licence file.')
    assert opened(shop).info.licence == "ISC in package.json"
