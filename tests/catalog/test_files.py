from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.helpers import PNG, ids_of, items_of, make_shop, opened, write_csv, write_json_lines, write_pictures
from visearch.catalog import csvfile, tables
from visearch.errors import CatalogError


def write_parquet(path: Path, columns: dict[str, list[Any]], features: Any = None) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(columns) if features is None else pa.table(columns, schema=features.arrow_schema)
    pq.write_table(table, path)
    return path


# CSV


def test_separators_byte_order_mark_and_quotes(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["a.png", "b.png"])
    rows = [
        {"id": "a", "title": 'A "big"; mug', "price": "1,50 €", "image": "a.png"},
        {"id": "b", "title": "two\nlines", "price": "", "image": "b.png"},
    ]
    path = write_csv(tmp_path / "shop.csv", rows, delimiter=";")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    first, second = (item.product for item in items_of(path))
    assert (first.id, first.title, first.price) == ("a", 'A "big"; mug', 1.5)
    assert second.title == "two lines"


def test_tabs(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["a.png"])
    path = write_csv(tmp_path / "shop.tsv", [{"id": "a", "title": "A, b", "image": "a.png"}], delimiter="\t")
    assert items_of(path)[0].product.title == "A, b"


def test_lines_with_too_many_cells_are_counted(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["a.png", "b.png"])
    path = tmp_path / "shop.csv"
    path.write_text("id,title,image\na,A,a.png\nx,too,many,cells\nb,B\n\nb,B,b.png\n")
    catalog = opened(path)
    assert [item.product.id for item in catalog] == ["a", "b"]
    reasons = [(skipped.row, skipped.reason) for skipped in catalog.report.first]
    assert reasons == [("line 3", "4 cells where the header has 3"), ("row 2", "no picture")]


ODD = [
    "id,title,image\na,A,a.png\n",
    "id,title,image\r\na,A,a.png\r\n\r\nb,,b.png",
    'id,title,image\na,"x\ny",a.png\nb,"say ""hi""",b.png\n',
    "id,title,image\na\nb,B,b.png,extra\nc,C,c.png\n",
    "id,title,image\n   \na,  A ,a.png\n,,\n",
    "id,id,,image\n1,2,3,a.png\n",
    'id,title,image\na,5" pipe,a.png\nb,B,b.png\n',
    "id;title;image\na;A, b;a.png\n",
    "id,title,image\na,NA,null\n007,1e5,true\n",
    "id,title,image,\na,A,a.png,\nb,B,b.png,\n",
    "id,title,image\na,A,a.png,\nb,B,b.png,\n",
]


@pytest.mark.parametrize("text", ODD)
def test_plain_reading_gives_the_rows_that_datasets_gives(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text, newline="")
    plain = list(tables.csv_table(path, plain=True).read())
    assert plain == list(tables.csv_table(path).read())
    assert len(plain) == csvfile.look(path).rows


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text('id,title,image\na,A,a.png\nb,"B,b.png\nc,C,c.png\n')
    with pytest.raises(CatalogError, match="no CSV from line 3 on: a quote is never closed"):
        opened(tmp_path / "shop.csv")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_bytes("id,title,image\na,Tür,a.png\n".encode("latin-1"))
    with pytest.raises(CatalogError, match=r"shop\.csv is not UTF-8"):
        opened(tmp_path / "shop.csv")


# JSON lines


def test_json_lines_with_mixed_types(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["a.png", "b.png"])
    rows = [
        {"id": 1, "title": "A", "price": 5, "image": "a.png"},
        {"id": "two", "title": "B\u2028b", "price": "6 €", "image": ["b.png", "a.png"], "tags": ["x", "y"]},
        "{broken",
        "[1]",
        "",
        {"id": 3, "image": None},
    ]
    catalog = opened(write_json_lines(tmp_path / "shop.jsonl", rows))
    first, second = list(catalog)
    assert (first.product.id, first.product.price) == ("1", 5.0)
    assert (second.product.title, second.product.price) == ("B b", 6.0)
    assert second.product.attributes == {"tags": "x, y"}
    assert len(second.pictures) == 2
    reasons = [(skipped.row, skipped.reason) for skipped in catalog.report.first]
    assert reasons == [("line 3", "no JSON"), ("line 4", "no JSON object"), ("line 6", "no picture")]


def test_json_lines_without_objects(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="none of its first 50 lines is a JSON object"):
        opened(write_json_lines(tmp_path / "shop.jsonl", ["hello"]))


def test_pictures_in_data_uris(tmp_path: Path) -> None:
    uri = "data:image/png;base64," + base64.b64encode(PNG).decode()
    rows = [{"id": "a", "image": uri}, {"id": "b", "image": "data:text/html,<b>"}]
    catalog = opened(write_json_lines(tmp_path / "shop.jsonl", rows))
    (item,) = catalog
    assert item.pictures[0].read() == PNG
    assert item.product.image == ""
    assert "not a picture in base64" in catalog.report.first[0].reason


# parquet


def test_parquet_with_embedded_pictures(tmp_path: Path) -> None:
    struct = {"bytes": PNG, "path": "a.png"}
    path = write_parquet(
        tmp_path / "shop.parquet",
        {"sku": [1, 2, 3], "name": ["A", "B", "C"], "image": [struct, struct, None], "vector": [[0.1]] * 3},
    )
    catalog = opened(path)
    items = list(catalog)
    assert [item.product.id for item in items] == ["1", "2"]
    assert items[0].pictures[0].read() == PNG
    assert items[0].pictures[0].ref != items[1].pictures[0].ref
    assert items[0].product.attributes == {}
    assert (catalog.info.total, catalog.report.count) == (3, 1)


def test_parquet_with_feature_types(tmp_path: Path) -> None:
    from datasets import ClassLabel, Features, Image, List, Value

    features = Features(
        {"shots": List(Image()), "label": ClassLabel(names=["mug", "lamp"]), "caption": Value("string")}
    )
    shot = {"bytes": PNG, "path": None}
    path = write_parquet(
        tmp_path / "shop.parquet",
        {"shots": [[shot, shot], [shot]], "label": [1, 0], "caption": ["Tall lamp", "Mug"]},
        features,
    )
    first, second = items_of(path)
    assert (first.product.category, first.product.title, len(first.pictures)) == ("lamp", "Tall lamp", 2)
    assert (second.product.category, second.product.id) == ("mug", "2")


def test_parquet_with_paths_beside_it(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["pics/a.png"])
    path = write_parquet(tmp_path / "shop.parquet", {"id": ["a", "b"], "image": ["pics/a.png", "../../etc/passwd"]})
    assert ids_of(path) == ["a"]


def test_a_picture_struct_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    write_pictures(tmp_path, ["secret.png", "shop/a.png"])
    structs = [{"bytes": None, "path": "a.png"}, {"bytes": None, "path": str(tmp_path / "secret.png")}]
    path = write_parquet(tmp_path / "shop" / "shop.parquet", {"id": ["a", "x"], "image": structs})
    assert ids_of(path) == ["a"]


def test_a_file_that_is_not_parquet(tmp_path: Path) -> None:
    (tmp_path / "shop.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(CatalogError, match="cannot be read as parquet"):
        opened(tmp_path / "shop.parquet")


def test_a_parquet_file_with_a_damaged_page(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": [str(n) for n in range(80)], "image": [{"bytes": PNG, "path": None}] * 80})
    path = tmp_path / "shop.parquet"
    pq.write_table(table, path, row_group_size=2, compression="none", use_dictionary=False)
    with pq.ParquetFile(path) as file:
        last = file.metadata.row_group(39).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[last : last + 40] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(CatalogError, match=r"shop\.parquet cannot be read after row \d+: ") as caught:
        items_of(path)
    assert "\n" not in caught.value.message


def test_another_ending(tmp_path: Path) -> None:
    (tmp_path / "shop.xlsx").write_bytes(b"x")
    with pytest.raises(CatalogError, match=r"ends in '\.xlsx'") as caught:
        opened(tmp_path / "shop.xlsx")
    assert ".parquet" in caught.value.hint


def test_products_csv_named_itself_has_its_queries(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    write_csv(shop / "queries.csv", [{"query_text": "mug", "relevant_ids": "a|b"}])
    assert opened(shop / "products.csv").queries()[0].relevant == {"a", "b"}
    other = write_csv(shop / "other.csv", [{"id": "a", "image": "a.png"}])
    assert opened(other).queries() == []
