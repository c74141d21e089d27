"""Another catalogue while the present one answers: what changes, what is kept, and what a failure leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.toy import ToyCatalog, ToyEmbedder
from visearch import prepare
from visearch.catalog.base import CatalogItem
from visearch.config import Settings
from visearch.errors import CatalogError, VisearchError
from visearch.live import LiveEngine
from visearch.mappings import read_mapping
from visearch.prepare import Choice, hub_choice, read_choice, record_choice
from visearch.status import Status
from visearch.types import Query


class GatedCatalog(ToyCatalog):
    """Gives its first product, and the others when the test says so."""

    def __init__(self, n: int, name: str) -> None:
        super().__init__(n, name)
        self.begun, self.go = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[CatalogItem]:
        for number, item in enumerate(super().__iter__()):
            if number == 1:
                self.begun.set()
                assert self.go.wait(60)
            yield item


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Catalogues and models by name, no sentences; `mappings` collects what catalogues were opened with."""
    parts: dict[str, Any] = {"sample": ToyCatalog(6, "sample"), "embedded": ToyEmbedder("embedded"), "mappings": []}
    parts["shop"] = ToyCatalog(9, "shop")

    def open_(name: str, settings: Settings, mapping: Mapping[str, str] | None = None, **_: object) -> ToyCatalog:
        parts["mappings"].append(mapping)
        found = parts.get(name, CatalogError(f"There is no {name}."))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(prepare, "open_catalog", open_)
    monkeypatch.setattr(prepare, "load_model", lambda name, *_: parts[name])
    monkeypatch.setattr(prepare, "load_sentences", lambda settings: {})
    monkeypatch.setattr(prepare, "sentence_names", tuple)
    return parts


@pytest.fixture
def live(tmp_path: Path, shop: dict[str, Any]) -> LiveEngine:
    live = LiveEngine(Settings(home=tmp_path, offline=True, detector="none"), lambda _: False)
    live.start()
    live.wait(60)
    return live


def done(live: LiveEngine) -> Status:
    live.wait(60)
    return live.status()


def test_another_catalogue_takes_over_and_is_kept_for_the_next_start(live: LiveEngine, tmp_path: Path) -> None:
    live.switch("shop")
    status = done(live)
    assert (status.state, status.generation, status.products, status.catalog.id) == ("ready", 2, 9, "shop")
    assert (status.wanted, status.failed, status.before) == ("", "", "Toy shop")
    assert live.engine().search(Query(text="red")).hits
    settings = Settings(home=tmp_path, detector="none")
    later = LiveEngine(settings, lambda _: pytest.fail("asked the hub for something better"))
    later.start()
    assert done(later).catalog.id == "shop"


def test_the_present_one_answers_until_then(live: LiveEngine, shop: dict[str, Any]) -> None:
    shop["shop"] = gated = GatedCatalog(9, "shop")
    live.switch("shop")
    assert gated.begun.wait(60)
    status = live.status()
    assert (status.state, status.wanted, status.catalog.id) == ("switching", "shop", "sample")
    assert live.engine(wait=False).browse(10).total == 6
    with pytest.raises(VisearchError, match="Another catalogue is being prepared"):
        live.switch("sample")
    gated.go.set()
    assert done(live).products == 9


def test_cancelled_nothing_has_changed(live: LiveEngine, shop: dict[str, Any], tmp_path: Path) -> None:
    shop["shop"] = gated = GatedCatalog(9, "shop")
    live.switch("shop")
    assert gated.begun.wait(60)
    live.cancel()
    gated.go.set()
    status = done(live)
    assert (status.state, status.catalog.id, status.generation, status.failed) == ("ready", "sample", 1, "")
    assert read_choice(tmp_path) is None
    live.switch("shop")
    assert done(live).catalog.id == "shop", "it can be tried again"


@pytest.mark.parametrize("broken", [CatalogError("It has no pictures."), RuntimeError("a bug")])
def test_a_failure_leaves_the_old_one_and_says_why(
    live: LiveEngine, shop: dict[str, Any], tmp_path: Path, broken: Exception
) -> None:
    shop["shop"] = broken
    live.switch("shop", mapping={"title": "name"})
    status = done(live)
    assert (status.state, status.catalog.id, status.generation) == ("ready", "sample", 1)
    assert status.failed == ("It has no pictures." if isinstance(broken, CatalogError) else status.failed)
    assert status.failed and "a bug" not in status.failed
    assert read_choice(tmp_path) is None and read_mapping(tmp_path, "shop") == {}
    shop["shop"] = ToyCatalog(9, "shop")
    live.switch("shop")
    assert done(live).failed == ""


def test_one_press_leads_back_and_forgets_the_choice(live: LiveEngine, tmp_path: Path) -> None:
    with pytest.raises(VisearchError, match="nothing to go back to"):
        live.undo()
    live.switch("shop")
    done(live)
    live.undo()
    status = done(live)
    assert (status.catalog.id, status.before, read_choice(tmp_path)) == ("sample", "Toy shop", None)
    live.undo()
    assert done(live).catalog.id == "shop" and read_choice(tmp_path).chosen


def test_going_back_to_what_the_hub_gave_keeps_its_record(tmp_path: Path, shop: dict[str, Any]) -> None:
    before = Choice("shop", "embedded", "the hub answered")
    record_choice(tmp_path, before)
    live = LiveEngine(Settings(home=tmp_path, offline=True, detector="none"), lambda _: False)
    live.start()
    assert done(live).catalog.id == "shop"
    live.switch("sample")
    done(live)
    live.undo()
    assert done(live).catalog.id == "shop" and read_choice(tmp_path) == before


def test_what_is_removed_cannot_be_gone_back_to(live: LiveEngine) -> None:
    live.switch("shop")
    done(live)
    live.forget("sample")
    assert live.status().before == ""
    with pytest.raises(VisearchError):
        live.undo()


def test_a_mapping_is_used_and_kept(live: LiveEngine, shop: dict[str, Any], tmp_path: Path) -> None:
    live.switch("shop", mapping={"title": "name"})
    done(live)
    assert shop["mappings"][-1] == {"title": "name"} == read_mapping(tmp_path, "shop")
    live.undo()
    done(live)
    count = len(shop["mappings"])
    live.switch("shop")
    done(live)
    assert len(shop["mappings"]) == count, "its index is there: it is not read again"
    prepare.build_index(Settings(home=tmp_path), Choice("shop", "embedded", ""), lambda: shop["embedded"])
    assert shop["mappings"][-1] == {"title": "name"}
    live.undo()
    done(live)
    live.switch("shop", mapping={"title": "label"})
    done(live)
    assert shop["mappings"][-1] == {"title": "label"} == read_mapping(tmp_path, "shop")


def test_a_person_comes_before_the_hub(tmp_path: Path, shop: dict[str, Any]) -> None:
    shop[prepare.DEFAULT_HUB_CATALOG] = gated = GatedCatalog(9, prepare.DEFAULT_HUB_CATALOG)
    shop[prepare.HUB_MODEL] = ToyEmbedder(prepare.HUB_MODEL)
    live = LiveEngine(Settings(home=tmp_path, detector="none"), lambda _: True)
    live.start()
    assert gated.begun.wait(60)
    live.switch("shop")
    gated.go.set()
    status = done(live)
    assert (status.catalog.id, status.generation, status.notes) == ("shop", 2, ())
    assert hub_choice(Settings(home=tmp_path)) is None


def test_the_time_left_is_the_pace_so_far() -> None:
    status = Status(done=30, total=90, began=(100.0, 10), moved=110.0)
    assert status.left_s(110.0) == pytest.approx(30.0) and status.left_s(120.0) == pytest.approx(20.0)
    assert status.left_s(200.0) is None, "it has stood still for longer than that"
    assert Status(done=0, total=90, began=(100.0, 0), moved=110.0).left_s(110.0) is None
    assert Status(done=9, began=(100.0, 0), moved=110.0).left_s(110.0) is None
