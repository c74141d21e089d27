"""Counting what is asked for: rare words are on no disk, and nothing can fail a search."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from visearch.config import Settings
from visearch.insights import demand as module
from visearch.insights.demand import ANONYMOUS, FILE, Demand, Summary
from visearch.insights.watch import Watch


def on_disk(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_off_unless_it_is_asked_for() -> None:
    assert Settings.from_env({}).demand is False
    assert Settings.from_env({"VISEARCH_DEMAND": "0"}).demand is False
    assert Settings.from_env({"VISEARCH_DEMAND": "1"}).demand is True


def test_words_are_kept_only_once_enough_searches_used_them(tmp_path: Path) -> None:
    demand = Demand(tmp_path)
    for number in range(ANONYMOUS):
        assert b"oak table" not in on_disk(tmp_path), f"after {number} searches"
        demand.search("  Oak   TABLE ", photo=False, close=number > 0)
    found = demand.summary()
    assert [(one.text, one.searches, one.far) for one in found.top] == [("oak table", ANONYMOUS, 1)]
    assert found.missed == found.top and found.searches == ANONYMOUS and found.far == 1
    demand.search("oak table", photo=False, close=True)
    assert demand.summary().top[0].searches == ANONYMOUS + 1


def test_what_another_process_saw_does_not_add_up(tmp_path: Path) -> None:
    for _ in range(ANONYMOUS):
        Demand(tmp_path).search("oak table", photo=False, close=True)
    assert Demand(tmp_path).summary().top == ()
    assert b"oak" not in on_disk(tmp_path)


@pytest.mark.parametrize("text", ["i am " + 10 * "somebody ", "somebody@example.org", "somebody +49 (30) 123-4567"])
def test_what_may_be_personal_is_counted_and_never_kept(tmp_path: Path, text: str) -> None:
    demand = Demand(tmp_path)
    for _ in range(2 * ANONYMOUS):
        demand.search(text, photo=False, close=True)
    assert demand.summary().searches == 2 * ANONYMOUS and demand.summary().top == ()
    assert b"somebody" not in on_disk(tmp_path)


def test_photos_and_ranks_are_numbers(tmp_path: Path) -> None:
    demand = Demand(tmp_path)
    demand.search("", photo=True, close=False)
    for rank in (1, 1, 2, 3, 4, 10, 11, 24, 25, 480, 0, -3):
        demand.opened(rank)
    found = demand.summary()
    assert (found.searches, found.photos, found.far, found.top) == (1, 1, 1, ())
    assert found.opened == (2, 1, 1, 2, 2, 2)
    assert len(found.days) == 1 and found.days[0][1] == 1 and len(found.days[0][0]) == len("2026-11-22")


def test_the_file_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORDS", 3)
    monkeypatch.setattr(module, "MOST_HIDDEN", 2)
    demand = Demand(tmp_path)
    for word, times in (("a", 5), ("b", 4), ("c", 3), ("d", 3)):
        for _ in range(times):
            demand.search(word, photo=False, close=True)
    assert [one.text for one in demand.summary().top] == ["a", "b", "d"]
    for word in "xyz":
        demand.search(word, photo=False, close=True)
    assert len(demand._hidden) == 2


def test_days_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demand = Demand(tmp_path)
    demand.search("", photo=False, close=True)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.executemany("INSERT INTO day VALUES (?, 'searches', 7)", [("2020-01-01",), ("2020-01-02",)])
    monkeypatch.setattr(module, "DAYS", 2)
    demand.search("", photo=False, close=True)
    assert [n for _, n in demand.summary().days] == [7, 2]


def test_forgetting_forgets_the_hidden_counts_too(tmp_path: Path) -> None:
    demand = Demand(tmp_path)
    for _ in range(ANONYMOUS):
        demand.search("oak", photo=False, close=True)
    demand.search("elm", photo=False, close=True)
    demand.forget()
    assert demand.summary() == Summary()
    for _ in range(ANONYMOUS - 1):
        demand.search("elm", photo=False, close=True)
    assert demand.summary().top == ()


@pytest.mark.parametrize("obstacle", ["a file in the way", "no database"])
def test_what_cannot_be_counted_fails_nothing(tmp_path: Path, obstacle: str) -> None:
    home = tmp_path / "home"
    if obstacle == "no database":
        home.mkdir()
        (home / FILE).write_bytes(b"this is no database at all" * 100)
    else:
        home.write_bytes(b"")
    demand = Demand(home)
    demand.search("oak", photo=False, close=True)
    demand.opened(1)
    assert demand.summary() == Summary()


def test_the_watch_counts_only_who_lets_it(tmp_path: Path) -> None:
    watch = Watch(demand=Demand(tmp_path))
    watch.answered("oak", False, {"total": 10.0}, True, counted=False)
    watch.opened(1, counted=False)
    assert watch.demand.summary() == Summary()  # type: ignore[union-attr]
    assert len(watch.pace) == 1
    watch.answered("", True, {"total": 10.0}, True, counted=True)
    assert watch.demand.summary().photos == 1  # type: ignore[union-attr]
    Watch().answered("oak", False, {"total": 1.0}, True, counted=True)
