"""The studio's tables, and the sample catalogue against them. Nothing is rendered; no renderer is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("tomllib", reason="the studio wants Python 3.11")

from data.studio.catalogue import box_rows, family_row, product_row, query_rows, rendered, write_tables
from data.studio.kinds import KINDS
from data.studio.photos_list import wanted
from data.studio.queries import answers, text_queries
from data.studio.scenes_list import products_of, scenes
from data.studio.table import barcode, by_id, check_digit, kind_variants, rounds
from data.studio.validate import catalogue_problems, fingerprint, table_problems

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"


def test_the_table_has_no_problems() -> None:
    assert table_problems() == []


def test_there_are_480_products_in_40_kinds() -> None:
    assert len(by_id()) == 480
    assert len(KINDS) == len(set(KINDS)) == 40
    assert all(len(kind_variants(kind)) >= 11 for kind in KINDS)


def test_every_product_is_told_in_two_languages() -> None:
    assert [v.id for v in by_id().values() if not (v.title_zh and v.description_zh)] == []


def test_at_least_200_products_get_a_photo_and_there_are_40_scenes() -> None:
    assert sum(map(wanted, by_id().values())) >= 200
    assert len(scenes()) == 40
    assert all(len(list(products_of(scene))) <= 12 for scene in scenes().values())


def test_check_digit_of_a_published_code() -> None:
    # The example of the GS1 check digit calculator's page: 629104150021 -> 3.
    assert check_digit("629104150021") == "3"


def test_barcodes_follow_from_kind_and_number() -> None:
    assert by_id()["mug-01"].shop["barcode"] == barcode("mug", 1) == "2104831500017"


def test_families_have_several_members_of_one_kind_and_brand() -> None:
    members: dict[tuple[str, str], list[str]] = {}
    for variant in by_id().values():
        if variant.family:
            members.setdefault((variant.kind, variant.family), []).append(variant.facets["brand"])
    assert members
    assert [key for key, brands in members.items() if len(brands) < 2 or len(set(brands)) > 1] == []


def test_a_run_that_is_cut_short_holds_every_kind() -> None:
    assert {variant.kind for variant in rounds()[: len(KINDS)]} == set(KINDS)


def test_every_text_query_has_an_answer() -> None:
    empty = [query.text for query in text_queries() if not answers(query, by_id().values())]
    assert empty == []


def test_the_sample_is_what_the_table_says() -> None:
    assert catalogue_problems(SAMPLE) == []
    assert [row["id"] for row in map(product_row, rendered(SAMPLE))]
    assert len(rendered(SAMPLE)) == 480
    assert Counter(row["kind"] for row in query_rows(SAMPLE, rendered(SAMPLE)))["photo"] >= 200
    assert len({row["image"] for row in box_rows(SAMPLE)}) == 40
    assert {row["product_id"] for row in box_rows(SAMPLE)} <= set(by_id())


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A catalogue of two products, a photo and a scene with a box, cut from the sample."""
    for name in ("images", "queries", "scenes"):
        (tmp_path / name).mkdir()
    kept = [by_id()[name] for name in ("book-05", "mug-01")]
    for name in (*(variant.image for variant in kept), kept[0].photo):
        shutil.copy(SAMPLE / name, tmp_path / name)
    lines = (SAMPLE / "scenes" / "boxes.csv").read_text().splitlines()
    box = next(line for line in lines if ",book-05," in line)
    shutil.copy(SAMPLE / box.partition(",")[0], tmp_path / "scenes")
    (tmp_path / "scenes" / "boxes.csv").write_text(f"{lines[0]}\n{box}\n")
    write_tables(tmp_path)
    assert catalogue_problems(tmp_path) == []
    return tmp_path


def test_a_picture_that_is_there_twice_is_found(small: Path) -> None:
    with Image.open(small / "images" / "mug-01.jpg") as picture:
        picture.save(small / "images" / "book-05.jpg", quality=60)
    assert catalogue_problems(small) == ["images/mug-01.jpg and images/book-05.jpg look the same"]


def test_a_picture_that_is_missing_cut_or_too_large_is_found(small: Path) -> None:
    (small / "images" / "mug-01.jpg").unlink()
    whole = (small / "queries" / "book-05-photo.jpg").read_bytes()
    (small / "queries" / "book-05-photo.jpg").write_bytes(whole[: len(whole) // 2])
    Image.new("RGB", (500, 384)).save(small / "images" / "book-05.jpg")
    wrong = [problem.partition(":")[0] for problem in catalogue_problems(small)]
    assert sorted(wrong) == ["images/book-05.jpg", "images/mug-01.jpg", "queries/book-05-photo.jpg"]


def test_a_box_outside_its_scene_or_of_no_product_is_found(small: Path) -> None:
    file = small / "scenes" / "boxes.csv"
    head, row = file.read_text().splitlines()
    for bad in (row.rpartition(",")[0] + ",513", row.replace("book-05", "book-99")):
        file.write_text(f"{head}\n{bad}\n")
        (problem,) = catalogue_problems(small)
        assert problem.startswith("boxes.csv")


def test_an_answer_that_is_not_for_sale_is_found(small: Path) -> None:
    with (small / "queries.csv").open("a") as file:
        file.write(",blue thing,mug-99,text\n")
    (problem,) = catalogue_problems(small)
    assert problem.startswith("queries.csv") and "mug-99" in problem


def test_a_wrong_barcode_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    mug = by_id()["mug-01"]
    changed = replace(mug, shop={**mug.shop, "barcode": "2104831500018"})
    monkeypatch.setitem(by_id(), "mug-01", changed)
    assert table_problems() == [
        "mug-01: barcode 2104831500018 should be 2104831500017",
        "mug-01: barcode 2104831500018 has a wrong check digit",
    ]


def test_twins_are_told_apart_by_their_pictures() -> None:
    twins = [v for v in rendered(SAMPLE) if v.twin and (SAMPLE / by_id()[v.twin.of].image).exists()]
    for variant in twins:
        assert family_row(variant)["twin"] == variant.twin.of
        other = SAMPLE / by_id()[variant.twin.of].image
        assert not fingerprint(SAMPLE / variant.image).same(fingerprint(other))


def test_the_command_lists_without_the_renderer() -> None:
    command = [sys.executable, "-m", "data.studio", "list"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "480 products, 40 scenes" in told
