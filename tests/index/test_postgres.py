"""PostgreSQL killed, hanging and started again: what is told, what is kept, and that all goes on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.index import servers
from tests.index.shared_shop import answers, ask, engine_on, publish, settings_for, with_toys
from visearch.index import address_of, postgres_link, postgres_table
from visearch.index.server import ServerError, server_of
from visearch.live import LiveEngine
from visearch.remote import store_of
from visearch.types import Query
from visearch.where import Columns


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with servers.postgresql(tmp_path_factory.mktemp("postgresql")) as started:
        yield started


@pytest.fixture
def url(server: Any, tmp_path: Path) -> Iterator[str]:
    """With nothing of the tests before on it."""
    yield server.url
    until(lambda: _removed(server.url, tmp_path))  # it may have been started again a moment ago


def _removed(url: str, home: Path) -> bool:
    try:
        store_of(settings_for(url, home)).remove("shared", "toy")
    except ServerError:
        return False
    return True


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    with_toys(monkeypatch)


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Asks again and again; fails when it never comes true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"


def test_a_server_that_is_killed_is_told_of_and_found_again(
    server: Any, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(url, tmp_path / "builder", 1)
    live = LiveEngine(settings_for(url, tmp_path / "page"))
    live.start()
    live.wait(60)
    assert ask(live, 1) == (1, [])
    monkeypatch.setattr(postgres_link, "TIMEOUT_S", 1.0)
    monkeypatch.setattr(postgres_table, "EXACT_S", 1.0)
    server.kill()
    try:
        with pytest.raises(ServerError, match="does not answer") as caught:
            ask(live, 1)
        assert caught.value.hint and caught.value.key == "server_silent" and server.url not in str(caught.value)
        until(lambda: any("does not answer" in note for note in live.status().notes))
    finally:
        server.start()
    monkeypatch.undo()
    with_toys(monkeypatch)
    until(lambda: _answers(live))
    until(lambda: not any("does not answer" in note for note in live.status().notes))
    live._served.stop()


def _answers(live: LiveEngine) -> bool:
    try:
        return ask(live, 1) == (1, [])
    except ServerError:
        return False


def test_a_restart_under_load_costs_errors_only_while_it_lasts(server: Any, url: str, tmp_path: Path) -> None:
    publish(url, tmp_path / "builder", 1)
    engine = engine_on(url, tmp_path / "page")
    wanted, stop = answers(engine), threading.Event()
    wrong: list[object] = []

    def visitor() -> None:
        while not stop.is_set():
            try:
                if answers(engine) != wanted:
                    wrong.append("another answer")
            except ServerError:
                pass
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=visitor) for _ in range(3)]
    for thread in threads:
        thread.start()
    server.kill()
    server.start()
    until(lambda: answers(engine) == wanted)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_server_that_hangs_is_given_up(
    server: Any, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(url, tmp_path / "builder", 1)
    engine = engine_on(url, tmp_path / "page")
    monkeypatch.setattr(postgres_link, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(postgres_table, "EXACT_S", 0.5)
    server.pause()
    try:
        started = time.monotonic()
        with pytest.raises(ServerError):
            engine.search(Query("red", ranker="picture"))
        assert time.monotonic() - started < 10
    finally:
        server.go_on()
    monkeypatch.undo()
    with_toys(monkeypatch)
    until(lambda: bool(engine.search(Query("red", ranker="picture")).hits))


def test_nothing_acknowledged_is_lost_when_it_is_killed(server: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next try goes on where the rows end."""
    monkeypatch.setattr(postgres_link, "TIMEOUT_S", 1.0)
    monkeypatch.setattr(postgres_table, "WRITE_S", 1.0)
    client = server_of(address_of(url))
    table, there = client.begin("killed", "killed_1", 8)
    assert there == 0
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((4000, 8)).astype(np.float32)
    acknowledged = 0
    killer = threading.Thread(target=server.kill)
    try:
        for start in range(0, 4000, 100):
            rows = np.arange(start, start + 100)
            if start == 1000:
                killer.start()
            table.upsert(rows, vectors[rows], Columns.silent(rows))
            acknowledged = start + 100
    except ServerError:
        pass
    killer.join()
    server.start()
    until(lambda: _there(client) >= acknowledged)
    again, there = client.begin("killed", "killed_1", 8)
    assert acknowledged <= there <= acknowledged + 100 and there >= 1000
    rows, found = again.fetch(np.arange(acknowledged))
    np.testing.assert_array_equal(found[np.argsort(rows)], vectors[:acknowledged])
    client.drop("killed")


def _there(client: Any) -> int:
    try:
        return int(client.table("killed", "killed_1", 8).count())
    except ServerError:
        return -1
