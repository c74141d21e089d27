"""Addresses that lead into the server's own network are never asked, however they are written or redirected."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from visearch.catalog.fetch import Fetcher
from visearch.catalog.public import PublicTransport, is_public
from visearch.errors import PictureError
from visearch.ui.photos import fetch_public
from visearch.ui.posted import read_picture

PRIVATE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.170", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1",
    "fec0::1", "ff0e::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_inner_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_the_internet_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.jpg", "https://localhost/a.jpg", "https://[::1]/a.jpg", "https://2130706433/a.jpg",
        "https://0x7f.1/a.jpg", "https://0177.0.0.1/a.jpg", "https://127.1/a.jpg", "https://[::ffff:127.0.0.1]/a.jpg",
        "https://169.254.169.254/latest/meta-data/", "https://0/a.jpg",
    ],
)  # fmt: skip
def test_every_way_to_write_this_machine_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(PictureError, match=r"private network|Invalid IPv4"):
        fetch_public(url)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/a.jpg", "file:///etc/passwd", "ftp://example.com/a.jpg", "javascript:alert(1)", "/etc/passwd"],
)
def test_other_schemes_are_no_photo(url: str) -> None:
    with pytest.raises(PictureError, match="paths are not read"):
        read_picture(url)


class Inner(httpx.BaseTransport):
    """Stands for the network: notes what is connected to."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer, self.asked = answer, []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        return self.answer(request)


def test_the_address_that_was_checked_is_the_one_that_is_asked() -> None:
    inner = Inner(lambda request: httpx.Response(200, content=b"x"))
    names = iter([["93.184.216.34"], ["127.0.0.1"]])
    with httpx.Client(transport=PublicTransport(resolve=lambda host: next(names), inner=inner)) as client:
        assert client.get("https://shop.example/a.jpg").content == b"x"
        # A name that leads elsewhere at the second look.
        with pytest.raises(PictureError, match="private network"):
            client.get("https://shop.example/a.jpg")
    assert inner.asked == [("93.184.216.34", "shop.example", "shop.example")]


def test_one_inner_address_among_several_is_enough_to_refuse() -> None:
    inner = Inner(lambda request: httpx.Response(200))
    transport = PublicTransport(resolve=lambda host: ["93.184.216.34", "10.0.0.1"], inner=inner)
    with httpx.Client(transport=transport) as client, pytest.raises(PictureError, match="private network"):
        client.get("https://shop.example/a.jpg")
    assert inner.asked == []


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("https://inside.example/a.jpg", "private network"),
        ("https://169.254.169.254/a.jpg", "private network"),
        ("https://shop.example:22/a.jpg", "unusual port"),
        ("https://user:secret@shop.example/a.jpg", "holds a password"),
    ],
)
def test_every_redirect_is_checked(to: str, says: str) -> None:
    places = {"shop.example": ["93.184.216.34"], "inside.example": ["10.1.2.3"], "169.254.169.254": ["169.254.169.254"]}
    inner = Inner(lambda request: httpx.Response(302, headers={"location": to}))
    transport = PublicTransport(resolve=places.__getitem__, inner=inner)
    with httpx.Client(transport=transport, follow_redirects=True) as client, pytest.raises(PictureError, match=says):
        client.get("https://shop.example/a.jpg")
    assert len(inner.asked) == 1


def test_a_packed_picture_is_not_unpacked() -> None:
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    headers = {"content-type": "image/png", "content-encoding": "gzip"}
    inner = Inner(lambda request: httpx.Response(200, headers=headers, stream=httpx.ByteStream(bomb)))
    fetcher = Fetcher(attempts=1)
    fetcher._client = httpx.Client(transport=PublicTransport(resolve=lambda host: ["93.184.216.34"], inner=inner))
    with pytest.raises(PictureError, match="comes packed"):
        fetcher.fetch("https://shop.example/a.png")
