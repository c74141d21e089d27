"""What is missing or broken at start, or breaks later: the app answers, says so, and recovers by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.test_live import shop as shop
from tests.test_store import flip
from tests.toy import ToyCatalog, ToyEmbedder
from visearch import finder, manifest, prepare, watching
from visearch.captions.base import CaptionerInfo
from visearch.config import Settings
from visearch.errors import CatalogError, ModelError, StoreError
from visearch.finder import late_captioner, late_detector
from visearch.live import LiveEngine
from visearch.patience import BACK_OFF_S, waits
from visearch.prepare import Choice, read_choice, record_choice
from visearch.store import Store
from visearch.types import Box, Query

PHOTO = Image.new("RGB", (64, 64), "red")


@pytest.fixture(autouse=True)
def wordless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sentence encoder: the real one takes seconds to load, and says nothing here."""
    monkeypatch.setattr(prepare, "load_sentences", lambda settings: {})
    monkeypatch.setattr(prepare, "sentence_names", tuple)


def settings_of(home: Path) -> Settings:
    """Neither catalogue nor model by name, and no detector to load."""
    return Settings(home=home, detector="none")


class Waits:
    """Stands in for waiting: each wait runs the next of `events` (True ends it), and none waits."""

    def __init__(self, *events: Callable[[], Any]) -> None:
        self.events, self.asked = list(events), []

    def __call__(self, stop: threading.Event, seconds: float) -> bool:
        self.asked.append(seconds)
        if not self.events:
            return True
        self.events.pop(0)()
        return stop.is_set()


class Later:
    """Stands in for a thread: keeps what was to be run."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.work.append(work)

    def run(self) -> None:
        while self.work:
            self.work.pop(0)()


def run(live: LiveEngine) -> LiveEngine:
    live.start()
    live.wait(60)
    live._again.join(60)
    live.wait(60)
    return live


def with_hub(shop: dict[str, Any]) -> None:
    shop[prepare.DEFAULT_HUB_CATALOG] = ToyCatalog(9, prepare.DEFAULT_HUB_CATALOG)
    shop[prepare.HUB_MODEL] = ToyEmbedder(prepare.HUB_MODEL)


def test_the_waits_grow_and_go_on() -> None:
    found = waits()
    assert [next(found) for _ in range(7)] == [*BACK_OFF_S, BACK_OFF_S[-1], BACK_OFF_S[-1]]


def test_a_hub_that_comes_back_is_used_without_a_restart(tmp_path: Path, shop: dict[str, Any]) -> None:
    with_hub(shop)
    up, told = [], []
    live = LiveEngine(settings_of(tmp_path), lambda _: bool(up))
    live._again._pause = pause = Waits(
        lambda: told.append(live.status()), lambda: up.append(1), lambda: pytest.fail("it had all it wanted")
    )
    status = run(live).status()
    assert told[0].state == "ready" and told[0].catalog.id == "sample" and "does not answer" in told[0].notes[0]
    assert (status.generation, status.catalog.id, status.notes) == (2, prepare.DEFAULT_HUB_CATALOG, ())
    assert pause.asked == [*BACK_OFF_S[:2]]
    assert read_choice(tmp_path).catalog == prepare.DEFAULT_HUB_CATALOG


def test_a_hub_that_breaks_is_asked_again_and_noted_once(tmp_path: Path, shop: dict[str, Any]) -> None:
    with_hub(shop)
    whole, shop[prepare.HUB_MODEL] = shop[prepare.HUB_MODEL], ModelError("No weights.")
    nothing = lambda: None  # noqa: E731
    live = LiveEngine(settings_of(tmp_path), lambda _: True, wait=Waits(nothing, nothing))
    status = run(live).status()
    assert (status.state, status.catalog.id) == ("ready", "sample")
    assert len(status.notes) == 1 and "No weights" in status.notes[0]
    mend = lambda: shop.update({prepare.HUB_MODEL: whole})  # noqa: E731
    live = LiveEngine(settings_of(tmp_path), lambda _: True, wait=Waits(mend))
    assert run(live).status().catalog.id == prepare.DEFAULT_HUB_CATALOG


def test_a_person_ends_the_trying(tmp_path: Path, shop: dict[str, Any]) -> None:
    shop["shop"] = ToyCatalog(3, "shop")
    live = LiveEngine(settings_of(tmp_path), lambda _: False)
    live._again._pause = Waits(lambda: live.switch("shop"))
    assert run(live).status().catalog.id == "shop" and live._again._thread is None


def test_a_catalogue_by_name_that_comes_later_opens_by_itself(tmp_path: Path, shop: dict[str, Any]) -> None:
    shop["hf:a/b"] = CatalogError("The hub does not answer.")
    come = lambda: shop.update({"hf:a/b": ToyCatalog(4, "hf:a/b")})  # noqa: E731
    settings = settings_of(tmp_path).with_(catalog="hf:a/b", model="embedded")
    status = run(LiveEngine(settings, lambda _: True, wait=Waits(come))).status()
    assert (status.state, status.products, status.error) == ("ready", 4, "")
    assert run(LiveEngine(settings.with_(offline=True), wait=Waits())).status().state == "ready"


def test_what_was_chosen_before_takes_over_again(tmp_path: Path, shop: dict[str, Any]) -> None:
    record_choice(tmp_path, Choice("hf:a/b", "embedded", "it was there", chosen=True))
    come = lambda: shop.update({"hf:a/b": ToyCatalog(4, "hf:a/b")})  # noqa: E731
    live = LiveEngine(settings_of(tmp_path), lambda _: True, wait=Waits(come))
    assert run(live).status().catalog.id == "hf:a/b"
    assert read_choice(tmp_path).chosen


def test_a_damaged_index_is_made_anew(tmp_path: Path, shop: dict[str, Any]) -> None:
    settings = Settings(home=tmp_path, offline=True, detector="none")
    run(LiveEngine(settings))
    flip(Store(tmp_path).open("sample").path / "vectors.npy")
    status = run(LiveEngine(settings)).status()
    assert (status.state, status.catalog.id, status.products) == ("ready", "sample", 6)
    Store(tmp_path).open("sample", verify=True)


def test_an_old_index_answers_while_it_cannot_be_refreshed(
    tmp_path: Path, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, offline=True, detector="none")
    run(LiveEngine(settings))
    good, monkeypatch_limit = shop["sample"], settings.with_(limit=5)
    shop["sample"] = StoreError("The disk is full.")
    live = LiveEngine(monkeypatch_limit, wait=Waits(lambda: shop.update(sample=good)))
    pause = live._again._pause
    told: list[Any] = []
    pause.events.insert(0, lambda: told.append(live.status()))  # type: ignore[attr-defined]
    run(live)
    assert told[0].state == "ready" and told[0].products == 6 and "The disk is full." in told[0].notes[0]
    assert live.status().notes == () and live.status().generation == 2


def test_a_choice_that_cannot_be_kept_is_told(
    tmp_path: Path, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_hub(shop)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("visearch.choices.write_file", full)
    status = run(LiveEngine(settings_of(tmp_path), lambda _: True)).status()
    assert status.catalog.id == prepare.DEFAULT_HUB_CATALOG
    assert "not kept for the next start" in status.notes[0] and "full" in status.notes[0]


def test_a_home_that_cannot_be_written_serves_what_is_there(
    tmp_path: Path, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, offline=True, detector="none")
    run(LiveEngine(settings))
    monkeypatch.setattr(watching.os, "access", lambda path, mode: path != tmp_path)
    live = run(LiveEngine(settings))
    assert "The folder VISEARCH_HOME cannot be written" in live.status().notes[0]
    assert live.engine().search(Query(text="red")).hits
    assert "cannot be written" not in watching.not_kept(tmp_path.parent / "other" / "new")


def test_places_on_this_machine_are_not_told(tmp_path: Path, shop: dict[str, Any]) -> None:
    folder = str(tmp_path / "secret" / "shop")
    shop[folder] = StoreError(f"The disk of {tmp_path}/home and {folder}/a.csv is full.", f"Mend {folder}.")
    settings = Settings(home=tmp_path / "home", catalog=folder, model="embedded", offline=True, detector="none")
    error = run(LiveEngine(settings, wait=Waits())).status().error
    assert error == "The disk of VISEARCH_HOME and shop/a.csv is full. Mend shop."
    record_choice(settings.home, Choice(folder, "embedded", "it was there"))
    status = run(LiveEngine(settings.with_(catalog="auto", model="auto"), wait=Waits())).status()
    assert status.catalog.id == "sample" and str(tmp_path) not in f"{status.reason} {status.notes}"


def test_a_large_index_is_compared_after_it_answers(
    tmp_path: Path, shop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, offline=True, detector="none")
    run(LiveEngine(settings))
    monkeypatch.setattr(manifest, "CHECK_ALL_UP_TO", 0)
    monkeypatch.setattr(watching, "CHECK_ALL_UP_TO", 0)
    later, told = Later(), []
    opened = Store(tmp_path).open("sample")
    watching.check_later(opened, told.append, later)
    assert len(later.work) == 1 and not told
    later.run()
    assert not told
    flip(opened.path / "vectors.npy")
    watching.check_later(Store(tmp_path).open("sample"), told.append, later)
    later.run()
    assert "vectors.npy" in told[0] and "python -m visearch index sample" in told[0]


def test_files_that_changed_since_are_told_and_the_index_goes_on(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "products.csv").write_text("id\n1\n")
    catalog, now, told, later = str(tmp_path / "shop"), [0.0], [], Later()
    watch = watching.SourceWatch(told.append, lambda: now[0], later)
    watch.follow(catalog, prepare.source_stamp(catalog))
    watch.ask()
    assert not later.work, "it was just indexed"
    now[0] = 61.0
    watch.ask()
    watch.ask()
    assert len(later.work) == 1
    later.run()
    assert told == [""]
    (tmp_path / "shop" / "products.csv").write_text("id\n1\n2\n")
    for _ in range(2):
        now[0] += 61.0
        watch.ask()
        later.run()
        (tmp_path / "shop" / "products.csv").unlink(missing_ok=True)
    assert f"python -m visearch index {catalog}" in told[1] and "have changed" in told[1]
    (tmp_path / "shop").rmdir()
    now[0] += 61.0
    watch.ask()
    later.run()
    assert "no longer there" in told[-1]


def test_without_its_captioner_photos_get_words_of_the_catalogue(tmp_path: Path, shop: dict[str, Any]) -> None:
    settings = settings_of(tmp_path).with_(offline=True, captioner="blip")
    live = run(LiveEngine(settings))
    told = live.status().notes
    assert len(told) == 1 and told[0].startswith("Photos are put into words of the catalogue: ") and "blip" in told[0]
    assert live.engine().describe(PHOTO).by == "zero-shot"


class Broken:
    """A detector and a captioner that fail on every photo."""

    info = CaptionerInfo("brittle", "", "")

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        raise RuntimeError("out of memory")

    def caption(self, image: Image.Image) -> str:
        raise RuntimeError("out of memory")


@pytest.mark.parametrize(
    ("make", "name", "ask"),
    [
        (late_detector, "load_detector", lambda part: part.detect(PHOTO) == ()),
        (late_captioner, "load_captioner", lambda part: part.caption(PHOTO) == ""),
    ],
)
def test_a_part_that_is_missing_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, make: Any, name: str, ask: Callable[[Any], bool]
) -> None:
    parts: dict[str, Any] = {}
    plain = getattr(finder, name)

    def load(wanted: str, settings: Settings) -> Any:
        if wanted != "mine":
            return plain(wanted, settings)
        if not parts:
            raise ModelError("The hub is down.")
        return parts["mine"]

    monkeypatch.setattr(finder, name, load)
    now, told, later = [0.0], [], Later()
    late = make(Settings(detector="mine", captioner="mine", home=Path("/nowhere")), told.append, lambda: now[0], later)
    assert late.get() is late.get() and ask(late.get())
    assert len(told) == 1 and "The hub is down." in told[0] and not later.work
    now[0] = 31.0
    late.get()
    late.get()
    assert len(later.work) == 1
    later.run()
    assert len(told) == 2, "it failed once more"
    now[0] = 80.0
    late.get()
    assert not later.work, "the second wait is longer"
    parts["mine"], now[0] = Broken(), 92.0
    late.get()
    later.run()
    assert told[-1] == "" and late.get().info.name == "brittle"
    assert ask(late.get()) and "failed on a photo" in told[-1]
