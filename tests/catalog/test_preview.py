"""The look at a catalogue before it is indexed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.toy import COLORS, picture_bytes
from visearch.catalog.preview import preview
from visearch.catalog.settle import settle
from visearch.catalog.tables import csv_table
from visearch.config import Settings
from visearch.errors import CatalogError

HEAD = "sku,name,cost,photo\n"
PICTURE = picture_bytes(COLORS["red"], (400, 300))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, offline=True)


def shop(tmp_path: Path, rows: str, head: str = HEAD, pictures: tuple[str, ...] = ("a.png",)) -> str:
    folder = tmp_path / "uploads" / "shop"
    for name in pictures:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PICTURE)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "products.csv").write_text(head + rows, "utf-8")
    return str(folder)


def test_the_first_rows_with_their_pictures_and_what_is_guessed(tmp_path: Path, settings: Settings) -> None:
    looked = preview(shop(tmp_path, "1,Mug,5,a.png\n" * 9), settings)
    assert looked.columns == ("sku", "name", "cost", "photo")
    assert looked.mapping == {"id": "sku", "title": "name", "image": "photo"}
    assert (looked.total, looked.checked, looked.usable, looked.problem) == (9, 9, 9, "")
    assert len(looked.rows) == 6 and looked.rows[0].cells["name"] == "Mug"
    assert looked.rows[0].picture.startswith(b"\xff\xd8\xff") and dict(looked.faults) == {"twice": 8}


def test_faults_are_counted_by_kind(tmp_path: Path, settings: Settings) -> None:
    rows = (
        "1,Mug,on request,a.png\n2,,7,gone.png\n3,,8,a.png\n4,Cup,9,\n5,Pot,1,../../secret.png\n6,x,1,http://h/a.png\n"
    )
    looked = preview(shop(tmp_path, rows), settings, {"price": "cost"})
    assert dict(looked.faults) == {
        "bad_price": 1, "no_file": 1, "no_title": 1, "no_picture": 1, "outside": 1, "offline": 1
    }  # fmt: skip
    assert looked.usable == 2 and looked.rows[1].reason == "there is no picture gone.png" and not looked.rows[1].picture
    assert looked.mapping["price"] == "cost"


def test_a_field_may_have_no_column(tmp_path: Path, settings: Settings) -> None:
    looked = preview(shop(tmp_path, "1,Mug,5,a.png\n"), settings, {"title": ""})
    assert "title" not in looked.mapping


def test_without_a_picture_column_it_says_so_and_shows_the_rows(tmp_path: Path, settings: Settings) -> None:
    name = shop(tmp_path, "1,Mug,5,a.png\n", "sku,name,cost,what\n", ())
    looked = preview(name, settings, {"image": ""})
    assert "no column with pictures" in looked.problem and looked.usable == 0
    assert looked.rows[0].cells["what"] == "a.png" and "image" not in looked.mapping
    (Path(name) / "a.png").write_bytes(PICTURE)
    assert preview(name, settings, {"image": "what"}).problem == ""


def test_no_usable_row_is_a_problem(tmp_path: Path, settings: Settings) -> None:
    looked = preview(shop(tmp_path, "1,Mug,5,gone.png\n", pictures=()), settings)
    assert "No row has a picture that can be found" in looked.problem


def test_a_column_that_is_not_there_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CatalogError, match="no column 'evil'"):
        preview(shop(tmp_path, "1,Mug,5,a.png\n"), settings, {"title": "evil"})


def test_pictures_are_found_wherever_they_were_packed(tmp_path: Path, settings: Settings) -> None:
    pictures = ("My photos/A.PNG", "x/one/b.png", "x/two/b.png", "c.png")
    rows = "1,A,1,img/a.png\n2,B,1,two/b.png\n3,C,1,c.png\n4,D,1,b.png\n5,E,1,c.png/c.png\n"
    name = shop(tmp_path, rows, pictures=pictures)
    looked = preview(name, settings)
    assert looked.usable == 3 and dict(looked.faults) == {"no_file": 2}
    assert (Path(name) / "img/a.png").read_bytes() == PICTURE and (Path(name) / "two/b.png").is_file()
    assert settle(Path(name), csv_table(Path(name) / "products.csv"), ("photo",)) == 0, "the second time all are there"


def test_a_catalogue_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    name = shop(tmp_path, "1,A,1,img/a.png\n2,B,1,a.png\n")
    looked = preview(name, Settings(home=tmp_path / "elsewhere", offline=True))
    assert looked.usable == 1 and not (Path(name) / "img").exists()
