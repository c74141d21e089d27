"""The merged list of a photo of many things is held against the whole photo."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from typer import Typer
from typer.testing import CliRunner

from tests.evaluate.shop import not_a_picture, photo, text, toy_engine
from tests.toy import COLORS, ToyCatalog
from visearch.catalog.base import LabelledQuery, Picture
from visearch.detect import DetectorInfo
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate import look
from visearch.evaluate.halves import half
from visearch.evaluate.look import LOOK, WHOLE, measure, to_table
from visearch.types import Box


class Halves:
    """A detector that knows that a scene is two things, side by side."""

    info = DetectorInfo("halves", "v1", "CC0-1.0")

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        middle = image.width / 2
        return Box(0, 0, middle, image.height, "Item 1"), Box(middle, 0, image.width, image.height, "Item 2")


def scene(number: int) -> LabelledQuery:
    picture = Image.new("RGB", (80, 40), COLORS["red"])
    picture.paste(COLORS["green"], (40, 0, 80, 40))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return LabelledQuery("photo", frozenset({"p-000", "p-001"}), image=Picture(f"room{number}", buffer.getvalue))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return toy_engine(tmp_path_factory.mktemp("look"), ToyCatalog(60))


def test_the_look_finds_what_the_whole_photo_mixes_up(engine: SearchEngine) -> None:
    scenes = [scene(n) for n in range(6)]
    unusable = [
        text("red bag", "p-000"),
        photo("red", "gone"),
        LabelledQuery("photo", frozenset({"p-000"}), "", not_a_picture()),
    ]
    measured = measure(engine, Halves(), [*scenes, *unusable])
    found = {(row.system, row.half): row for row in measured.rows}
    assert measured.photos == 6 and measured.boxes_per_photo == 2 and found[LOOK, "all"].n == 6
    assert found[LOOK, "A"].n == sum(half(s.image.ref) == "A" for s in scenes)
    assert found[LOOK, "B"].metrics["recall@10"] == 1 and found[WHOLE, "B"].metrics["recall@10"] < 1
    gain, low, high = measured.gain
    assert gain == pytest.approx(1 - found[WHOLE, "B"].metrics["recall@10"]) and low <= gain <= high
    assert "| whole photo |" in to_table(measured) and "2.0 boxes a photo" in to_table(measured)


def test_photos_on_one_half_only_are_not_measured(engine: SearchEngine) -> None:
    with pytest.raises(VisearchError, match="too few labelled photos"):
        measure(engine, Halves(), [scene(0)])


def test_the_command_prints_json(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Shop:
        def queries(self) -> list[LabelledQuery]:
            return [scene(n) for n in range(6)]

    monkeypatch.setenv("VISEARCH_HOME", str(tmp_path))
    monkeypatch.setattr(look, "open_engine", lambda *_: engine)
    monkeypatch.setattr(look, "open_catalog", lambda *_: Shop())
    monkeypatch.setattr(look, "load_detector", lambda *_: Halves())
    app = Typer()
    app.command()(look.main)
    done = CliRunner().invoke(app, ["sample", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["detector"] == "halves" and {"detect", "embed", "search"} <= set(document["timings_ms"])
