"""A catalogue that a vector server keeps: whole, for several processes, through kills, silence and restarts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.index import servers
from tests.index.shared_shop import SHARED, answers, engine_on, publish, settings_for, with_toys
from visearch import prepare
from visearch.cli import app
from visearch.config import Settings
from visearch.errors import StoreError
from visearch.index import address_of
from visearch.index.server import ServerError, patiently, refused, server_of, silent
from visearch.prepare import open_engine
from visearch.remote import RemoteStore, store_of
from visearch.shop.company import scenes_of
from visearch.shop.reviews import reviews_of
from visearch.types import Query

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["postgresql", "milvus"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with getattr(servers, request.param)(tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture
def url(server: Any, tmp_path: Path) -> Iterator[str]:
    """With nothing of the tests before on it."""
    yield server.url
    store_of(settings_for(server.url, tmp_path)).remove("shared", "toy")


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    with_toys(monkeypatch)


def test_a_page_needs_no_copy_of_the_catalogue(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(url, tmp_path / "builder", 1)
    here = open_engine(settings_for("exact", tmp_path / "builder"), SHARED, lazy=True)
    monkeypatch.setattr(prepare, "open_catalog", lambda *_, **__: pytest.fail("read the catalogue"))
    there = engine_on(url, tmp_path / "page")
    assert isinstance(store_of(settings_for(url, tmp_path)), RemoteStore)
    assert answers(there) == answers(here)
    assert there.opened.products == here.opened.products
    assert there.facets().values == here.facets().values
    sha = here.opened.row_picture[7]
    assert there.opened.thumbnail(sha).read_bytes() == here.opened.thumbnail(sha).read_bytes()
    assert there.opened.manifest.fingerprint == here.opened.manifest.fingerprint
    np.testing.assert_array_equal(np.asarray(there.opened.vectors), np.asarray(here.opened.vectors))


def test_reviews_and_campaigns_travel_too(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "product_id,rating,text,date,language\np-003,5,Lasts for years,2026-01-02,en\n"
    (tmp_path / "reviews.csv").write_text(lines)
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "boxes.csv").write_text("image,product_id,x0,y0,x1,y1\na.jpg,p-001,0,0,9,9\n")
    with monkeypatch.context() as patch:
        patch.setattr("visearch.catalog.beside.local_path", lambda _: tmp_path)
        publish(url, tmp_path / "builder", 1)
    there = engine_on(url, tmp_path / "page")
    assert [review.text for review in reviews_of(there).by_product["p-003"]] == ["Lasts for years"]
    assert scenes_of(there) == [("p-001",)]
    assert there.opened.beside("campaigns.csv") is None


def test_vectors_that_are_too_many_to_bring_here(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(url, tmp_path / "builder", 1)
    here = open_engine(settings_for("exact", tmp_path / "builder"), SHARED, lazy=True)
    monkeypatch.setattr("visearch.remote.WHOLE_BYTES", 0)
    there = engine_on(url, tmp_path / "page")
    assert not list((tmp_path / "page").rglob("vectors.npy"))
    assert answers(there) == answers(here)
    rows = [5, 3, 5, 59]
    np.testing.assert_array_equal(there.opened.vectors[rows], here.opened.vectors[rows])
    np.testing.assert_array_equal(there.opened.vectors[4], here.opened.vectors[4])
    probe = np.ones(8, dtype=np.float32)
    np.testing.assert_allclose(there.opened.vectors @ probe, here.opened.vectors @ probe, atol=1e-6)


def test_what_is_there_is_found_without_a_name(url: str, tmp_path: Path) -> None:
    publish(url, tmp_path / "builder", 1)
    auto = Settings(index=url, home=tmp_path / "page", offline=True)
    assert (prepare.first_choice(auto).catalog, prepare.first_choice(auto).model) == ("shared", "toy")
    assert [manifest.catalog["id"] for manifest in store_of(auto).list()] == ["shared"]
    assert prepare.hub_choice(auto.with_(offline=False)) is None


def test_the_same_again_sends_nothing(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(url, tmp_path / "builder", 1)
    store = store_of(settings_for(url, tmp_path))
    before = store.current("shared", "toy")
    with monkeypatch.context() as patch:
        patch.setattr("visearch.remote.send_rows", lambda *_: pytest.fail("sent rows"))
        publish(url, tmp_path / "builder", 1)
    assert store.current("shared", "toy") == before
    publish(url, tmp_path / "builder", 2)
    assert store.current("shared", "toy") != before


def test_who_still_reads_the_old_one_reads_all_of_it(url: str, tmp_path: Path) -> None:
    publish(url, tmp_path / "builder", 1)
    old = engine_on(url, tmp_path / "page")
    before = answers(old)
    publish(url, tmp_path / "builder", 2)
    publish(url, tmp_path / "builder", 3)
    assert answers(old) == before
    assert {hit.product.price for hit in engine_on(url, tmp_path / "page").search(Query("red")).hits} == {3.0}


def test_a_file_that_was_changed_there_is_not_read(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even of an index that is too large to be compared whenever it is opened."""
    monkeypatch.setattr("visearch.manifest.CHECK_ALL_UP_TO", 0)
    publish(url, tmp_path / "builder", 1)
    store = store_of(settings_for(url, tmp_path))
    key, generation = store.key("shared", "toy"), store.current("shared", "toy")
    first = next(store.server.read_file(key, generation, "products.jsonl"))
    store.server.put_files(key, generation, [("products.jsonl", 0, first.replace(b"red", b"RED", 1))])
    with pytest.raises(StoreError, match=r"products\.jsonl"):
        engine_on(url, tmp_path / "page")


def test_two_processes_search_while_a_third_indexes(url: str, tmp_path: Path) -> None:
    """No error that a visitor sees, no answer of two editions, and both end with the newest."""
    publish(url, tmp_path / "builder", 1)
    pages = [_page(url, tmp_path / f"page{i}", 4) for i in range(2)]
    try:
        for page in pages:
            assert page.stdout is not None and page.stdout.readline() == "ready\n"
        for number in (2, 3, 4):
            publish(url, tmp_path / "builder", number)
        told = [json.loads(page.communicate(timeout=60)[0]) for page in pages]
    finally:
        for page in pages:
            page.kill()
    for one in told:
        assert one["faults"] == 0, one["wrong"]
        assert one["seen"]["4"] >= 50 and len(one["seen"]) >= 2, one["seen"]


def _page(url: str, home: Path, last: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.index.shared_shop", url, str(home), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_an_upload_that_was_killed_goes_on(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visearch.sending.BATCH", 10)
    sent: list[int] = []
    table = type(server_of(address_of(url)).table("x", "x_1", 8))
    upsert = table.upsert

    def failing(self: Any, rows: np.ndarray, *more: Any) -> None:
        sent.extend(rows.tolist())
        if len(sent) == 30:
            raise KeyboardInterrupt
        upsert(self, rows, *more)

    monkeypatch.setattr(table, "upsert", failing)
    with pytest.raises(KeyboardInterrupt):
        publish(url, tmp_path / "builder", 1)
    store = store_of(settings_for(url, tmp_path))
    assert store.current("shared", "toy") is None
    publish(url, tmp_path / "builder", 1)
    assert sent == [*range(30), *range(20, 60)]
    assert len(engine_on(url, tmp_path / "page").opened.index) == 60


def test_a_backup_of_what_a_server_holds_comes_back(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(url, tmp_path / "builder", 1)
    engine = engine_on(url, tmp_path / "page")
    before, pictures = answers(engine), len(set(engine.opened.row_picture))
    for name, value in {"INDEX": url, "HOME": str(tmp_path / "keeper"), "OFFLINE": "1"}.items():
        monkeypatch.setenv(f"VISEARCH_{name}", value)
    run = CliRunner().invoke
    again = run(app, ["index", "shared", "--model", "toy"])
    assert "answers from" in again.stdout, again.output
    made = run(app, ["backup", "shared", str(tmp_path / "shared.tar"), "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["thumbnails"] == pictures and not list(tmp_path.glob(".*"))
    publish(url, tmp_path / "builder", 2)
    assert answers(engine_on(url, tmp_path / "page")) != before
    back = run(app, ["restore", str(tmp_path / "shared.tar"), "--force", "--json"])
    assert back.exit_code == 0, back.output
    assert answers(engine_on(url, tmp_path / "another")) == before


# ---------------------------------------------------------------------- tries and addresses


def test_tries_come_later_and_later_until_the_time_is_over() -> None:
    now, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    def failing(left: float) -> None:
        now[0] += 0.01
        raise OSError("away")

    address = address_of("postgresql://host/db")
    with pytest.raises(ServerError, match="does not answer"):
        patiently(failing, lambda error: silent(address, error), 60.0, 4, lambda: now[0], sleep)
    assert len(pauses) == 3 and 0.05 <= pauses[0] <= 0.15 and 0.1 <= pauses[1] <= 0.3 and 0.2 <= pauses[2] <= 0.6
    pauses.clear()
    with pytest.raises(ServerError):
        patiently(failing, lambda error: silent(address, error), 0.04, 4, lambda: now[0], sleep)
    assert not pauses
    with pytest.raises(ServerError, match="refuses"):
        patiently(failing, lambda error: refused(address, "no"), 60.0, 4, lambda: now[0], sleep)
    assert not pauses
    answers = iter([OSError("away"), 7])

    def once(left: float) -> int:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert patiently(once, lambda error: silent(address, error), 60.0, 4, lambda: now[0], sleep) == 7


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("mysql://host/db", "unknown kind, 'mysql'"),
        ("milvus:///name", "has no host"),
        ("postgresql://host/db?visearch=Robert');--", "cannot be used"),
    ],
)
def test_addresses_that_are_not_whole(value: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        address_of(value)
    assert caught.value.hint


def test_a_password_is_never_told() -> None:
    address = address_of("postgresql://anna:s3cret@db.example:5433/shop?visearch=test")
    assert address is not None and address.name == "test"
    assert address.shown == "PostgreSQL at db.example:5433"
    assert "s3cret" not in repr(address) and "s3cret" in address.url and "visearch" not in address.url
    assert "s3cret" not in repr(Settings(index=address.url))
