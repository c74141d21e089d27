from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.catalog.helpers import PNG, opened, write_json_lines
from visearch.catalog.base import CatalogItem
from visearch.catalog.fetch import Fetcher, Prefetcher
from visearch.config import Settings
from visearch.errors import CatalogError, PictureError
from visearch.types import Product


class Shop:
    """A server of pictures: `answers[path]` are (status, content type, body) to give, the last one again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, str, bytes]]] = {}
        self.asked: list[str] = []
        self.gates: dict[str, threading.Event] = {}
        self.arrived = threading.Semaphore(0)
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append(self.path)
                shop.arrived.release()
                if self.path in shop.gates:
                    shop.gates[self.path].wait(30)
                script = shop.answers.get(self.path, [(404, "text/plain", b"no")])
                status, kind, body = script.pop(0) if len(script) > 1 else script[0]
                self.send_response(status)
                if kind.startswith("-> "):
                    self.send_header("location", kind[3:])
                elif kind:
                    self.send_header("content-type", kind)
                if kind != "image/chunked":
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def give(self, path: str, *answers: tuple[int, str, bytes]) -> str:
        self.answers[path] = list(answers or [(200, "image/png", PNG)])
        return self.url + path


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("NO_PROXY", "*")
    shop = Shop()
    yield shop
    for gate in shop.gates.values():
        gate.set()
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Fetcher:
    return Fetcher(wait=waits.append)


def test_a_picture(shop: Shop, fetcher: Fetcher, waits: list[float]) -> None:
    assert fetcher.fetch(shop.give("/a.png")) == PNG
    assert (waits, fetcher.dead) == ([], {})


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_tried_again(shop: Shop, fetcher: Fetcher, waits: list[float], status: int) -> None:
    url = shop.give("/a.png", (status, "text/plain", b""), (status, "text/plain", b""), (200, "image/png", PNG))
    assert fetcher.fetch(url) == PNG
    assert len(waits) == 2
    assert waits[1] > waits[0] > 0
    assert fetcher.dead == {}


def test_a_lasting_fault_ends_after_three_attempts(shop: Shop, fetcher: Fetcher, waits: list[float]) -> None:
    url = shop.give("/a.png", (503, "text/plain", b""))
    with pytest.raises(PictureError, match="after 3 attempts: the server answered 503"):
        fetcher.fetch(url)
    assert (len(shop.asked), len(waits)) == (3, 2)
    assert "503" in fetcher.dead[url]


def test_a_picture_that_is_gone_is_asked_for_once(shop: Shop, fetcher: Fetcher, waits: list[float]) -> None:
    with pytest.raises(PictureError, match="answered 404"):
        fetcher.fetch(shop.url + "/gone.png")
    assert (len(shop.asked), waits) == (1, [])


def test_nobody_listens(fetcher: Fetcher, waits: list[float]) -> None:
    with closing(ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler).socket) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(PictureError, match="after 3 attempts: no connection"):
        fetcher.fetch(f"http://127.0.0.1:{port}/a.png")
    assert len(waits) == 2


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/pdf", "image/svg+xml"])
def test_other_content_is_refused(shop: Shop, fetcher: Fetcher, kind: str) -> None:
    with pytest.raises(PictureError, match=r"holds .*, not a picture"):
        fetcher.fetch(shop.give("/a.png", (200, kind, PNG)))


def test_untyped_content_is_judged_by_its_first_bytes(shop: Shop, fetcher: Fetcher) -> None:
    assert fetcher.fetch(shop.give("/a", (200, "application/octet-stream", PNG))) == PNG
    assert fetcher.fetch(shop.give("/b", (200, "", PNG))) == PNG
    with pytest.raises(PictureError, match="does not hold a picture"):
        fetcher.fetch(shop.give("/c", (200, "application/octet-stream", b"<html>")))


@pytest.mark.parametrize("kind", ["image/png", "image/chunked"])
def test_too_many_bytes_declared_or_not(shop: Shop, kind: str) -> None:
    fetcher = Fetcher(max_bytes=1000)
    with pytest.raises(PictureError, match="has more than"):
        fetcher.fetch(shop.give("/big.png", (200, kind, bytes(100_000))))


def test_a_time_out(shop: Shop, waits: list[float]) -> None:
    shop.gates["/slow.png"] = threading.Event()
    with pytest.raises(PictureError, match="after 2 attempts: its host does not answer"):
        Fetcher(timeout_s=0.05, attempts=2, wait=waits.append).fetch(shop.give("/slow.png"))
    assert len(waits) == 1


def test_redirects_are_followed_but_not_for_ever(shop: Shop, fetcher: Fetcher) -> None:
    shop.give("/a.png")
    assert fetcher.fetch(shop.give("/r", (302, "-> /a.png", b""))) == PNG
    with pytest.raises(PictureError, match="redirect"):
        fetcher.fetch(shop.give("/loop", (302, "-> /loop", b"")))


def test_private_networks_are_refused_for_strangers_addresses(shop: Shop) -> None:
    fetcher = Fetcher(public_only=True)
    url = shop.give("/a.png")
    with pytest.raises(PictureError, match="private network"):
        fetcher.fetch(url)
    with pytest.raises(PictureError, match="private network"):
        fetcher.fetch("http://169.254.169.254/latest/meta-data")
    assert shop.asked == []
    assert Fetcher(public_only=True, trusted_hosts=frozenset({"127.0.0.1"})).fetch(url) == PNG


def test_a_redirect_into_a_private_network_is_refused(shop: Shop) -> None:
    url = shop.give("/r", (302, "-> http://127.0.0.2:9/secret.png", b""))
    fetcher = Fetcher(public_only=True, trusted_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(PictureError, match="private network"):
        fetcher.fetch(url)


def test_an_address_that_is_none(fetcher: Fetcher) -> None:
    with pytest.raises(PictureError, match="cannot be fetched"):
        fetcher.fetch("http://[::bad/a.png")


# ahead


def url_items(prefetcher: Prefetcher, shop: Shop, count: int) -> Iterator[CatalogItem]:
    from visearch.catalog.base import Picture

    for number in range(count):
        url = shop.give(f"/{number}.png")
        yield CatalogItem(Product(str(number)), (Picture(url, prefetcher.download(url)),))


def test_nothing_is_fetched_before_somebody_reads(shop: Shop, fetcher: Fetcher) -> None:
    prefetcher = Prefetcher(fetcher, workers=2, ahead=4)
    items = list(prefetcher.ahead(url_items(prefetcher, shop, 10)))
    assert [item.product.id for item in items] == [str(number) for number in range(10)]
    assert shop.asked == []
    assert items[7].pictures[0].read() == PNG
    assert shop.asked == ["/7.png"]


def test_the_first_reading_starts_the_next_ones_in_order(shop: Shop, fetcher: Fetcher) -> None:
    prefetcher = Prefetcher(fetcher, workers=3, ahead=4)
    shop.gates = {f"/{number}.png": threading.Event() for number in range(12)}
    with closing(prefetcher.ahead(url_items(prefetcher, shop, 12))) as items:
        first = next(items)
        reader = threading.Thread(target=first.pictures[0].read)
        reader.start()
        for _ in range(3):
            assert shop.arrived.acquire(timeout=10)
        assert len(shop.asked) == 3  # as many as there are workers, though only one is read
        assert set(shop.asked) <= {f"/{number}.png" for number in range(5)}  # and none beyond the window
        for gate in shop.gates.values():
            gate.set()
        reader.join(10)
        rest = list(items)
    assert [item.product.id for item in [first, *rest]] == [str(number) for number in range(12)]
    assert all(item.pictures[0].read() == PNG for item in rest)
    assert len(shop.asked) == 12


def test_pictures_can_be_read_after_the_end(shop: Shop, fetcher: Fetcher) -> None:
    prefetcher = Prefetcher(fetcher, workers=1, ahead=8)
    items = prefetcher.ahead(url_items(prefetcher, shop, 8))
    first, second = next(items), next(items)
    assert first.pictures[0].read() == PNG
    items.close()
    assert second.pictures[0].read() == PNG


def test_what_was_read_comes_before_the_error(shop: Shop, fetcher: Fetcher) -> None:
    prefetcher = Prefetcher(fetcher, ahead=8)

    def broken() -> Iterator[CatalogItem]:
        yield from url_items(prefetcher, shop, 3)
        raise CatalogError("the rest is gone")

    found = []
    with pytest.raises(CatalogError, match="the rest is gone"):
        for item in prefetcher.ahead(broken()):
            found.append(item.product.id)
    assert found == ["0", "1", "2"]


def test_a_catalogue_of_addresses(shop: Shop, tmp_path: Path) -> None:
    rows = [{"id": n, "img_url": shop.give(f"/{n}.png")} for n in ("a", "b")]
    rows.append({"id": "c", "img_url": shop.url + "/gone.png"})
    catalog = opened(write_json_lines(tmp_path / "shop.jsonl", rows))
    a, b, c = list(catalog)
    assert (a.pictures[0].read(), b.pictures[0].read()) == (PNG, PNG)
    assert not a.pictures[0].stable
    assert a.product.image == shop.url + "/a.png"
    with pytest.raises(PictureError, match="answered 404"):
        c.pictures[0].read()
    assert list(catalog.dead_pictures) == [shop.url + "/gone.png"]


def test_offline_no_address_is_fetched(shop: Shop, tmp_path: Path) -> None:
    path = write_json_lines(tmp_path / "shop.jsonl", [{"id": "a", "image": shop.give("/a.png")}])
    with pytest.raises(CatalogError, match="cannot be fetched while offline"):
        list(opened(path, settings=Settings(offline=True)))
    assert shop.asked == []
