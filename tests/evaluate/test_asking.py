"""What a catalogue is asked, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.evaluate.shop import not_a_picture, photo, text
from tests.evaluate.test_compare import make_shop
from visearch.build import Progress
from visearch.catalog.base import LabelledQuery
from visearch.cli import app
from visearch.config import Settings
from visearch.evaluate.asking import first_boxes, questions
from visearch.types import Box


class Finder:
    """Sees one thing in every photo but the blue ones."""

    def detect(self, picture):
        return () if picture.getpixel((1, 1)) == (30, 60, 200) else (Box(2, 3, 30, 31, "thing", 0.9), Box(0, 0, 5, 5))


def test_photos_ask_by_their_likeliest_thing_too() -> None:
    seen: list[Progress] = []
    broken = LabelledQuery("photo", frozenset({"a"}), image=not_a_picture())
    boxed = photo("green", "a", box=Box(0, 0, 9, 9))
    queries = [photo("red", "a"), photo("blue", "a"), boxed, broken, text("red", "a")]
    found = list(first_boxes(queries, Finder(), seen.append))
    assert [(one.kind, one.image.ref, one.box.label) for one in found] == [("crop", "red.png", "thing")]
    assert (found[0].box.x0, found[0].box.y1) == (2, 31)
    assert [(p.stage, p.done, p.total) for p in seen] == [("detecting", 1, 3), ("detecting", 2, 3)]


def test_a_catalogue_without_labels_has_no_questions(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    settings = Settings(home=tmp_path, offline=True)
    assert len(questions(str(shop), settings) or []) == 5
    (shop / "queries.csv").unlink()
    assert questions(str(shop), settings) is None


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        "VISEARCH_HOME": str(tmp_path_factory.mktemp("home")),
        "VISEARCH_OFFLINE": "1",
        "VISEARCH_RUNTIME": "torch",
        "VISEARCH_MODEL": "embedded",
    }


def run(home: dict[str, str], *args: str):
    return CliRunner().invoke(app, ["evaluate", *args], env=home)


def test_the_command_measures_refuses_compares_and_reports(tmp_path: Path, home: dict[str, str]) -> None:
    shop = make_shop(tmp_path / "shop")
    report, again = tmp_path / "report", tmp_path / "again"
    done = run(home, str(shop), "--report", str(report), "--off", str(shop))
    assert done.exit_code == 0, done.output
    assert "Off-catalogue photos: AUROC" in done.stdout and "95 % interval" in done.stdout
    done = run(home, str(shop), "--against", str(report), "--report", str(again), "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["against"]["by_kind"]["photo"]["hit@1"]["difference"] == 0
    assert json.loads((again / "evaluation.json").read_text("utf-8"))["against"] == document["against"]
    assert "Against another run" in (again / "report.html").read_text("utf-8")


def test_a_catalogue_without_labels_asks_itself(tmp_path: Path, home: dict[str, str]) -> None:
    shop = make_shop(tmp_path / "plain")
    (shop / "queries.csv").unlink()
    done = run(home, str(shop), "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["method"], document["by_kind"]["photo"]["n"]) == ("leave-one-out", 3)
    assert document["by_kind"]["photo"]["hit@1"] == 1, "all of them are shapes"


@pytest.mark.parametrize("option", ["--against", "--off"])
def test_a_wrong_folder_is_named_before_anything_is_measured(tmp_path: Path, home: dict[str, str], option: str) -> None:
    done = run(home, str(tmp_path / "no-shop"), option, str(tmp_path / "gone"))
    assert done.exit_code == 1 and "gone" in done.stderr and "no-shop" not in done.stderr
