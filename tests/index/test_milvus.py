"""What Milvus does beside the matrix of test_servers, on a real server: its filters, files, generations and faults."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from tests.index.servers import Milvus, milvus
from tests.index.test_backends import gallery
from visearch.errors import StoreError
from visearch.evaluate import engines
from visearch.facets import Mask
from visearch.index import milvus as milvus_module
from visearch.index import milvus_link, milvus_table
from visearch.index.milvus import MilvusServer
from visearch.index.milvus_filter import TEXT_BYTES, attribute_key, cut, expression
from visearch.index.milvus_table import MilvusTable
from visearch.index.milvus_texts import PARTS
from visearch.index.server import Address, Only, ServerError, VanishedError, address_of
from visearch.types import RowIds, Vectors
from visearch.where import NUMBERS, TEXTS, Columns, Condition, Where

N, DIM = 240, 24
HOSTILE = '"] or row > 0 or brand in ["'
BRANDS = ("", "acme", HOSTILE, "it's \\ \\\" \n\t x", "\u6bdb\u8863 \U0001f9e5", "null")
ROOM = 'a"] or row > 0 or attributes["b.c'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    with milvus(tmp_path_factory.mktemp("milvus")) as server:
        yield server


@pytest.fixture
def server(running: Milvus) -> Iterator[MilvusServer]:
    client = client_of(running.url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return gallery(1500)


@pytest.fixture(scope="module")
def columns() -> Columns:
    rng = np.random.default_rng(4)
    texts = {name: [("", "a", "b b")[i] for i in rng.integers(3, size=N)] for name in TEXTS}
    texts["brand"] = [BRANDS[i] for i in rng.integers(len(BRANDS), size=N)]
    numbers = {name: np.round(rng.uniform(-5, 50, N), 1) for name in NUMBERS}
    for name, values in numbers.items():
        values[rng.random(N) < 0.3] = np.nan
        values[: len(name)] = 20.0
    rooms = [{ROOM: str(i % 3), "room": "kitchen"} if i % 2 else {"room": HOSTILE, "size": ""} for i in range(N)]
    return Columns(np.arange(N) // 2, [f"p{i // 2}" for i in range(N)], texts, numbers, rooms)


@pytest.fixture(scope="module")
def table(running: Milvus, vectors: Vectors, columns: Columns) -> Iterator[MilvusTable]:
    client = client_of(running.url)
    found, there = client.begin("filters", "g", DIM)
    assert there == 0
    found.upsert(np.arange(N), vectors[:N], columns)
    found.finish()
    yield found
    client.close()


def client_of(url: str) -> MilvusServer:
    address = address_of(url)
    assert address is not None
    return MilvusServer(address)


def filled(client: MilvusServer, key: str, generation: str, rows: RowIds, vectors: Vectors) -> MilvusTable:
    made, _ = client.begin(key, generation, DIM)
    made.upsert(rows, vectors, Columns.silent(rows))
    return made


def passing(columns: Columns, where: Where) -> set[int]:
    """The rows that `where` says, by numpy."""
    mask = np.ones(N, dtype=np.bool_)
    for condition in where.conditions:
        mask &= _passing(columns, condition)
    return set(np.flatnonzero(mask & ~np.isin(columns.product, where.without)).tolist())


def _passing(columns: Columns, asked: Condition) -> Mask:
    if asked.texts is not None:
        kept = columns.texts[asked.field] if not asked.attribute else []
        values = kept or [line.get(asked.field, "") for line in columns.attributes]
        return np.array([value in asked.texts for value in values])
    values_ = columns.numbers[asked.field]
    if asked.numbers is not None:
        mask = np.isin(values_, asked.numbers)
    else:
        low = -np.inf if asked.low is None else asked.low
        mask = (values_ >= low) & (values_ <= (np.inf if asked.high is None else asked.high))
        mask &= True if asked.above is None else values_ > asked.above
    return mask | np.isnan(values_) if asked.or_unknown else mask


CONDITIONS = [
    *(Condition("brand", texts=(brand,)) for brand in BRANDS),
    Condition("category", texts=("a",)),
    Condition("category", texts=("", "b b")),
    Condition("color", texts=()),
    Condition("material", texts=("nowhere",)),
    Condition("room", attribute=True, texts=("kitchen", HOSTILE)),
    Condition("room", attribute=True, texts=(HOSTILE,)),
    Condition("size", attribute=True, texts=("",)),
    Condition(ROOM, attribute=True, texts=("1",)),
    Condition(ROOM, attribute=True, texts=("", "2")),
    Condition("unheard of", attribute=True, texts=("x",)),
    Condition("unheard of", attribute=True, texts=("",)),
    Condition("price", low=10, high=30.5),
    Condition("price", low=20, high=20),
    Condition("price", high=-1.5),
    Condition("rating", low=-np.inf, high=np.inf),
    Condition("rating", low=np.nan),
    Condition("rating", low=np.inf),
    Condition("stock", above=20),
    Condition("stock", above=0, or_unknown=True),
    Condition("discount", high=0, or_unknown=True),
    Condition("reviews", numbers=(20, -3.0, 1e-7)),
    Condition("reviews", numbers=(20.0,), or_unknown=True),
    Condition("reviews", numbers=(np.nan,)),
    Condition("reviews", numbers=()),
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_passes_what_numpy_passes(
    condition: Condition, table: MilvusTable, columns: Columns, vectors: Vectors
) -> None:
    where = Where((condition,))
    assert set(table.exact(vectors[0], N, Only(where))[0].tolist()) == passing(columns, where)
    assert set(table.near(vectors[0], 20, Only(where))[0].tolist()) <= passing(columns, where)


def test_conditions_together(table: MilvusTable, columns: Columns, vectors: Vectors) -> None:
    where = Where((CONDITIONS[7], CONDITIONS[19], CONDITIONS[10]), without=(3, 70, 5, 119))
    wanted = passing(columns, where)
    assert 5 < len(wanted) < N // 2
    assert set(table.exact(vectors[0], N, Only(where))[0].tolist()) == wanted
    only = Where(without=(3, 70))
    assert set(table.exact(vectors[0], N, Only(only))[0].tolist()) == passing(columns, only)
    assert len(table.exact(vectors[0], N, Only(Where()))[0]) == N


@pytest.mark.parametrize("excluded", [False, True])
@pytest.mark.parametrize("rows", [[], [7], list(range(40, 90)), [0, 1, 2, 4, 5, 9], [0, N - 1], [3, N + 500]], ids=str)
def test_rows_that_may_be_found(rows: list[int], excluded: bool, table: MilvusTable, vectors: Vectors) -> None:
    only = Only(rows=np.array(rows, dtype=np.int64), excluded=excluded)
    wanted = set(range(N)) - set(rows) if excluded else set(range(N)) & set(rows)
    assert set(table.exact(vectors[0], N, only)[0].tolist()) == wanted
    assert set(table.near(vectors[0], 9, only)[0].tolist()) <= wanted


def test_many_rows_are_told_by_the_shorter_list() -> None:
    rows = np.setdiff1d(np.arange(100), [50, 60])
    assert expression(Only(rows=rows)) == "row >= 0 and row <= 99 and row not in [50,60]"
    assert expression(Only(rows=np.array([50, 60]))) == "row in [50,60]"
    assert expression(Only(rows=np.arange(4, 9))) == "row >= 4 and row <= 8"
    assert expression(Only(rows=np.array([2]), excluded=True)) == "not (row >= 2 and row <= 2)"
    assert expression(Only(where=Where())) == expression(None) == ""


def test_long_texts_stay_apart() -> None:
    first, second = "\u6bdb" * 300 + "a", "\u6bdb" * 300 + "b"
    assert cut(first) != cut(second)
    assert max(len(cut(text).encode()) for text in (first, second)) <= TEXT_BYTES
    assert cut("a\0b\ud800") == "ab"
    assert attribute_key(ROOM).replace("%", "").replace("_", "").isalnum()
    assert attribute_key("a%22%") != attribute_key('a"')


def test_the_best_rows_when_answers_are_cut(
    table: MilvusTable, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with more rows than Milvus gives at once, and vectors that need several answers."""
    best = np.lexsort((np.arange(N), -(vectors[:N] @ vectors[9])))
    for name, value in {"FEW": 10, "MOST": 60, "ANSWER_BYTES": 4 * DIM * 7}.items():
        monkeypatch.setattr(milvus_table, name, value)
    rows, found = table.exact(vectors[9], 20)
    assert rows.tolist() == best[:20].tolist()
    np.testing.assert_array_equal(found, vectors[rows])
    assert len(table.near(vectors[9], 500)[0]) == 60
    rows, found = table.fetch(np.array([5, 3, 77_777, *range(100, 130)]))
    assert set(rows.tolist()) == {3, 5, *range(100, 130)}
    np.testing.assert_array_equal(found, vectors[rows])


def test_vectors_of_another_length_are_refused(server: MilvusServer, table: MilvusTable, vectors: Vectors) -> None:
    other = server.table("filters", "g", 8)
    with pytest.raises(ServerError, match="refuses") as caught:
        other.near(vectors[0, :8], 5)
    assert not caught.value.again
    with pytest.raises(ServerError, match="has vectors of 24 numbers, not 8"):
        other.fetch(np.array([1]))


def test_files(server: MilvusServer, vectors: Vectors) -> None:
    filled(server, "files", "g1", np.arange(3), vectors[:3])
    assert list(server.read_file("files", "g1", "rows.npy")) == []
    long = [bytes([i]) * (i + 1) for i in range(2 * PARTS + 3)]
    names = ("rows.npy", 'o"dd/na\\me', "one", "none")
    server.put_files("files", "g1", [(name, i, part) for name in names[:2] for i, part in enumerate(long)])
    server.put_files("files", "g1", [("one", 0, bytes(40_000)), ("none", 0, b"")])
    for name, wanted in zip(names, (long, long, [bytes(40_000)], [b""]), strict=True):
        assert list(server.read_file("files", "g1", name)) == wanted
    server.put_files("files", "g1", [("rows.npy", i, part) for i, part in enumerate(long[:4])])
    assert list(server.read_file("files", "g1", "rows.npy")) == long[:4]
    server.put_files("files", "g1", [("late", 1, b"the first part is missing")])
    with pytest.raises(ServerError, match="only parts of late"):
        list(server.read_file("files", "g1", "late"))
    server.drop("files")
    with pytest.raises(VanishedError):
        list(server.read_file("files", "g1", "one"))


def test_pictures(server: MilvusServer) -> None:
    assert server.read_picture("ab" * 32) is None
    assert server.pictures_there(["ab" * 32]) == set()
    large = np.random.default_rng(0).bytes(100_000)
    server.put_pictures([("ab" * 32, b"small"), ("cd" * 32, large), ("ef" * 32, b"")])
    assert [server.read_picture(sha * 32) for sha in ("ab", "cd", "ef", "01")] == [b"small", large, b"", None]
    asked = ["cd" * 32, "01" * 32, *(f"{i:064x}" for i in range(600)), "ef" * 32]
    assert server.pictures_there(asked) == {"cd" * 32, "ef" * 32}


def test_a_generation_takes_over_while_others_search(
    running: Milvus, server: MilvusServer, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_module, "GRACE_S", 0.0)
    assert server.current("swap") is None
    filled(server, "swap", "g0", np.arange(100), vectors[:100]).finish()
    assert server.current("swap") is None
    server.publish("swap", "g0", {"catalog": "c0"})
    wrong: list[object] = []
    seen: set[str] = set()
    stop = threading.Event()

    def search() -> None:
        other = client_of(running.url)
        try:
            while not stop.is_set():
                generation = other.current("swap")
                assert generation is not None
                rows, _ = other.table("swap", generation, DIM).near(vectors[0], 5)
                seen.add(generation)
                if set(rows // 100) != {int(generation[1:])}:
                    wrong.append((generation, rows))
        except Exception as error:
            wrong.append(error)
        finally:
            other.close()

    searching = threading.Thread(target=search)
    searching.start()
    for i in (1, 2):
        filled(server, "swap", f"g{i}", 100 * i + np.arange(100), vectors[:100]).finish()
        server.put_files("swap", f"g{i}", [("a", 0, b"x")])
        server.publish("swap", f"g{i}", {"catalog": f"c{i}"})
        end = time.monotonic() + 10
        while f"g{i}" not in seen and searching.is_alive() and time.monotonic() < end:
            stop.wait(0.01)
    stop.set()
    searching.join()
    assert wrong == []
    assert seen >= {"g1", "g2"}
    assert server.current("swap") == "g2"
    assert "swap" in server.names()
    assert server._told(server._rows("swap", "g2"))["visearch.catalog"] == "c2"
    server.publish("swap", "g2", {"catalog": "c2"})  # once more: nothing that may be asked goes
    assert server._generations("swap") == ["g1", "g2"]
    server.drop("swap")
    assert "swap" not in server.names()
    with pytest.raises(VanishedError, match="just been replaced"):
        server.table("swap", "g2", DIM).near(vectors[0], 5)


def test_an_old_generation_stays_for_a_while(server: MilvusServer, vectors: Vectors) -> None:
    for i in range(3):
        filled(server, "grace", f"g{i}", np.arange(3), vectors[:3])
        server.publish("grace", f"g{i}", {})
    assert server._generations("grace") == ["g0", "g1", "g2"]
    server.drop("grace")


def test_an_earlier_try_goes_on_where_rows_are_whole(server: MilvusServer, vectors: Vectors) -> None:
    table = filled(server, "resume", "g1", np.arange(500), vectors[:500])
    assert server.begin("resume", "g1", DIM)[1] == 500
    table.upsert(np.arange(600, 700), vectors[600:700], Columns.silent(np.arange(600, 700)))
    assert server.begin("resume", "g1", DIM)[1] == 500
    assert server.begin("resume", "g1", 8)[1] == 0  # of another length: begun anew
    server.drop("resume")


def test_what_was_acknowledged_survives_a_kill(
    running: Milvus, server: MilvusServer, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _ = server.begin("killed", "g1", DIM)
    acknowledged, enough = [0], threading.Event()

    def write() -> None:
        try:
            for start in range(0, len(vectors), 50):
                rows = np.arange(start, start + 50)
                table.upsert(rows, vectors[rows], Columns.silent(rows))
                acknowledged[0] = start + 50
                if start >= 400:
                    enough.set()
        except ServerError:
            enough.set()

    monkeypatch.setattr(milvus_table, "WRITE_S", 1.0)
    writing = threading.Thread(target=write)
    writing.start()
    enough.wait(30)
    running.kill()
    writing.join()
    running.start()
    table, there = server.begin("killed", "g1", DIM)
    assert there >= acknowledged[0] >= 450
    rows, found = table.fetch(np.arange(there))
    assert sorted(rows.tolist()) == list(range(there))
    np.testing.assert_array_equal(found, vectors[rows])
    rest = np.arange(there, len(vectors))
    table.upsert(rest, vectors[rest], Columns.silent(rest))
    assert table.count() == len(vectors)
    server.drop("killed")


def test_a_server_that_is_away_and_back(
    running: Milvus, table: MilvusTable, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = table.near(vectors[0], 5)[0].tolist()
    running.kill()
    start = time.monotonic()
    with pytest.raises(ServerError, match="does not answer") as caught:
        table.near(vectors[0], 5)
    assert time.monotonic() - start < 9
    assert caught.value.again
    assert caught.value.key == "server_silent"
    with socket.create_server(("127.0.0.1", urlsplit(running.url).port or 0)), monkeypatch.context() as patch:
        # Something takes its calls and answers none: many who ask at once wait no longer than one.
        patch.setattr(milvus_link, "TIMEOUT_S", 1.0)
        start = time.monotonic()
        with ThreadPoolExecutor(6) as pool:
            faults = [asked.exception() for asked in [pool.submit(table.near, vectors[0], 5) for _ in range(6)]]
        assert time.monotonic() - start < 5
        assert {type(fault) for fault in faults} == {ServerError}
    running.start()
    assert table.near(vectors[0], 5)[0].tolist() == before  # by itself, and the collection is loaded again
    assert table.count() == N


def test_a_server_that_hangs(
    running: Milvus, table: MilvusTable, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_link, "TIMEOUT_S", 1.0)
    running.pause()
    try:
        start = time.monotonic()
        with pytest.raises(ServerError, match="does not answer") as caught:
            table.near(vectors[0], 5)
        assert 0.5 < time.monotonic() - start < 5
        assert caught.value.again
    finally:
        running.go_on()
    monkeypatch.undo()
    assert len(table.near(vectors[0], 5)[0]) == 5


def test_nobody_answers_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_link, "TIMEOUT_S", 1.0)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        start = time.monotonic()
        with pytest.raises(ServerError, match="does not answer"):
            client_of(f"milvus://127.0.0.1:{mute.getsockname()[1]}/test").version()
        assert time.monotonic() - start < 5


def test_the_install_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(StoreError) as caught:
        MilvusServer(Address("milvus", "http://127.0.0.1:1"))
    assert "pip install pymilvus" in caught.value.hint


def test_the_version(server: MilvusServer) -> None:
    assert server.version().startswith("Milvus Lite 3.")


def test_the_password_is_as_it_was_meant() -> None:
    assert client_of("milvus://me:a%40b%3Ac@127.0.0.1:1/test")._link._token() == "me:a@b:c"
    assert client_of("milvuss://key%2F1@127.0.0.1:1/test")._link._token() == "key/1"


def test_a_server_is_measured(running: Milvus, server: MilvusServer) -> None:
    found = CliRunner().invoke(_app(engines.main), [running.url, "--rows", "300", "--dim", "8", "--queries", "3"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["server"] == server.version()
    assert told["rows"] == told["searches"]["all"]["rows"] == 300
    assert {search["recall@10"] for search in told["searches"].values()} == {1.0}
    assert told["searches"]["price 10% as rows"]["rows"] == told["searches"]["price 10% as condition"]["rows"] == 30
    assert not [name for name in server._link.ask("list_collections") if "measure" in name]


def _app(command: Callable[..., None]) -> typer.Typer:
    app = typer.Typer()
    app.command()(command)
    return app
