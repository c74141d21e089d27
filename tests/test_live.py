"""What answers at start, what is prepared behind it, and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.toy import ToyCatalog, ToyEmbedder
from visearch import live as live_module
from visearch import prepare
from visearch.config import AUTO, Settings
from visearch.errors import CatalogError, ModelError, VisearchError
from visearch.live import LiveEngine
from visearch.prepare import Choice, first_choice, hub_choice, read_choice, record_choice
from visearch.types import Query


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Catalogues and models by name, in place of the real ones; a value that is an error is raised. No sentences."""
    parts: dict[str, object] = {"sample": ToyCatalog(6, "sample"), "embedded": ToyEmbedder("embedded")}

    def part(name: str) -> object:
        found = parts.get(name, CatalogError(f"There is no {name}."))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(prepare, "open_catalog", lambda name, settings, **_: part(name))
    monkeypatch.setattr(prepare, "load_model", lambda name, *_: part(name))
    monkeypatch.setattr(prepare, "load_sentences", lambda settings: {})
    monkeypatch.setattr(prepare, "sentence_names", tuple)
    return parts


def live_engine(settings: Settings, reachable: Callable[[float], bool], **options: Any) -> LiveEngine:
    """One that does not try again, and does not load and export the real detector, unless the test says so."""
    settings = settings.with_(detector="none") if settings.detector == AUTO else settings
    return LiveEngine(settings, reachable, **{"wait": lambda stop, seconds: True, **options})


def run(live: LiveEngine) -> LiveEngine:
    live.start()
    live.wait(60)
    return live


def test_offline_the_sample_answers_and_says_why(tmp_path: Path, shop: dict[str, object]) -> None:
    live = run(live_engine(Settings(home=tmp_path, offline=True), lambda _: pytest.fail("asked the hub")))
    status = live.status()
    assert (status.state, status.generation, status.products) == ("ready", 1, 6)
    assert status.catalog.id == "sample" and status.model.name == "embedded" and "Offline" in status.reason
    assert live.engine().search(Query(text="red")).hits


def test_the_hub_takes_over_when_it_is_complete(tmp_path: Path, shop: dict[str, object]) -> None:
    settings = Settings(home=tmp_path)
    shop[prepare.DEFAULT_HUB_CATALOG] = ToyCatalog(9, prepare.DEFAULT_HUB_CATALOG)
    shop[prepare.HUB_MODEL] = ToyEmbedder(prepare.HUB_MODEL)
    seen = []
    live = live_engine(settings, lambda _: bool(seen.append(live.status()) or True))
    run(live)
    assert seen[0].state == "ready" and seen[0].catalog.id == "sample", "the sample answers while the hub is asked"
    status = live.status()
    assert (status.generation, status.products, status.catalog.id) == (2, 9, prepare.DEFAULT_HUB_CATALOG)
    later = run(live_engine(Settings(home=tmp_path, offline=True), lambda _: False)).status()
    assert later.catalog.id == prepare.DEFAULT_HUB_CATALOG and later.reason.startswith("Chosen earlier")


class QuickToy(ToyEmbedder):
    """Notes that it was asked to be quicker, or cannot be."""

    quickened = 0
    broken = False

    def quicken(self) -> None:
        self.quickened += 1
        if self.broken:
            raise RuntimeError("no compiler")


def test_what_answers_in_the_end_is_quickened(tmp_path: Path, shop: dict[str, object]) -> None:
    first, last = QuickToy("embedded"), QuickToy(prepare.HUB_MODEL)
    shop |= {"embedded": first, prepare.HUB_MODEL: last}
    shop[prepare.DEFAULT_HUB_CATALOG] = ToyCatalog(9, prepare.DEFAULT_HUB_CATALOG)
    run(live_engine(Settings(home=tmp_path), lambda _: True))
    assert (first.quickened, last.quickened) == (0, 1)


def test_a_runtime_that_fails_leaves_the_answers(tmp_path: Path, shop: dict[str, object]) -> None:
    shop["embedded"] = toy = QuickToy("embedded")
    toy.broken = True
    live = run(live_engine(Settings(home=tmp_path, offline=True), lambda _: False))
    assert toy.quickened == 1 and live.status().state == "ready"
    assert live.engine().search(Query(text="red")).hits


@pytest.mark.parametrize("broken", ["catalog", "model", "hub"])
def test_a_hub_that_breaks_leaves_the_sample_answering(tmp_path: Path, shop: dict[str, object], broken: str) -> None:
    shop[prepare.DEFAULT_HUB_CATALOG] = (
        CatalogError("The hub went away after 3 rows.") if broken == "catalog" else ToyCatalog(9, "hf:x")
    )
    shop[prepare.HUB_MODEL] = ModelError("No weights.") if broken == "model" else ToyEmbedder(prepare.HUB_MODEL)
    live = run(live_engine(Settings(home=tmp_path), lambda _: broken != "hub"))
    status = live.status()
    assert (status.state, status.catalog.id, status.generation) == ("ready", "sample", 1)
    assert len(status.notes) == 1 and live.engine().browse(3).hits
    assert read_choice(tmp_path) is None


def test_a_recorded_choice_that_is_gone_falls_back_to_the_sample(tmp_path: Path, shop: dict[str, object]) -> None:
    record_choice(tmp_path, Choice("hf:gone/away", "embedded", "it was there"))
    status = run(live_engine(Settings(home=tmp_path, offline=True), lambda _: False)).status()
    assert status.catalog.id == "sample" and "hf:gone/away" in status.reason


def test_a_catalogue_by_name_that_fails_is_told_and_can_be_tried_again(tmp_path: Path, shop: dict[str, object]) -> None:
    live = run(live_engine(Settings(home=tmp_path, catalog="shop", model="embedded"), lambda _: False))
    assert live.status().state == "failed" and "There is no shop" in live.status().error
    with pytest.raises(VisearchError, match="There is no shop"):
        live.engine()
    shop["shop"] = ToyCatalog(3, "shop")
    assert live.engine().browse(5).total == 3


def test_an_index_of_other_weights_is_made_anew(tmp_path: Path, shop: dict[str, object]) -> None:
    settings = Settings(home=tmp_path, offline=True)
    run(live_engine(settings, lambda _: False))
    shop["embedded"] = ToyEmbedder("embedded", weights="v2")
    live = run(live_engine(settings, lambda _: False))
    assert (live.status().state, live.status().generation) == ("ready", 2)
    assert live.engine().model.weights == "v2" and live.engine().search(Query(text="red")).hits
    shop["embedded"] = ToyEmbedder("embedded", weights="v3")
    assert prepare.open_engine(settings).search(Query(text="red")).hits


def test_what_was_chosen_by_name_is_never_replaced() -> None:
    by_name = Settings(catalog="shop", model="vit-b-32", home=Path("/nowhere"))
    assert hub_choice(by_name) is None
    assert (first_choice(by_name).catalog, first_choice(by_name).model) == ("shop", "vit-b-32")
    only_catalog = Settings(catalog="shop", home=Path("/nowhere"))
    assert first_choice(only_catalog).model == prepare.FIRST_MODEL
    assert hub_choice(only_catalog).catalog == "shop"


def test_a_damaged_record_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "choice.json").write_text("{half")
    assert read_choice(tmp_path) is None


def test_examples_exist_for_the_sample_only(tmp_path: Path, shop: dict[str, object]) -> None:
    live = run(live_engine(Settings(home=tmp_path, offline=True), lambda _: False))
    examples = live.examples()
    assert len(examples.photos) == len(live_module.SAMPLE_PHOTOS) and examples.texts
    shop["shop"] = ToyCatalog(3, "shop")
    other = run(live_engine(Settings(home=tmp_path, catalog="shop", offline=True), lambda _: False))
    assert not other.examples().photos


def test_without_its_detector_photos_are_searched_as_a_whole(tmp_path: Path, shop: dict[str, object]) -> None:
    live = run(live_engine(Settings(home=tmp_path, offline=True, detector="sharpest"), lambda _: False))
    assert live.detector().info.name == "none" and live.detector().detect(Image.new("RGB", (64, 64))) == ()
    told = [note for note in live.status().notes if "Photos are searched as a whole" in note]
    assert len(told) == 1 and "sharpest" in told[0] and live.status().state == "ready"


def test_the_detector_is_loaded_once(tmp_path: Path) -> None:
    live = LiveEngine(Settings(home=tmp_path, offline=True, detector="none"))
    assert live.detector() is live.detector()
