"""Photos that come in: kept in memory under secret names, upright, and never read from elsewhere on the disk."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.toy import COLORS
from tests.ui.still import StillLive
from visearch.errors import PictureError
from visearch.images import MAX_BYTES
from visearch.recent import VISITORS_KEEP_S, Recent, forget_old
from visearch.types import Box
from visearch.ui.desk import Desk
from visearch.ui.files import routes
from visearch.ui.incoming import photo_route
from visearch.ui.photos import PHOTO_SIDE, SWEEP_S, Photos, fetch_public


def jpeg(size: tuple[int, int], orientation: int = 1) -> bytes:
    picture = Image.new("RGB", size, COLORS["white"])
    picture.paste(COLORS["red"], (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_a_kept_photo_is_upright_and_not_huge() -> None:
    photos = Photos()
    photo = photos.add(jpeg((4000, 3000), orientation=6))
    assert (photo.width, photo.height) == (PHOTO_SIDE * 3 // 4, PHOTO_SIDE)
    assert photos.image(photo).size == (photo.width, photo.height)
    red, white = photos.image(photo).getpixel((700, 100)), photos.image(photo).getpixel((700, 1900))
    assert red[1] < 100 and white[1] > 200, "the left half of the file is the upper half of the upright photo"


def test_names_cannot_be_guessed_and_the_oldest_is_forgotten() -> None:
    photos = Photos(most_bytes=30_000)
    kept = [photos.add(jpeg((800, 600 + i))) for i in range(12)]
    assert len({photo.key for photo in kept}) == 12 and all(len(photo.key) >= 32 for photo in kept)
    assert photos.get(kept[0].key) is None and photos.get(kept[-1].key) == kept[-1]
    assert photos.get("nothing") is None


def test_an_address_is_fetched_once() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return jpeg((60, 40))

    photos = Photos(fetch)
    assert photos.fetched("https://shop.example/a.jpg") == photos.fetched("https://shop.example/a.jpg")
    assert asked == ["https://shop.example/a.jpg"]


@pytest.mark.parametrize("url", ["https://127.0.0.1/a.png", "https://localhost/a.png", "https://[::1]/a.png"])
def test_addresses_in_the_servers_own_network_are_refused(url: str) -> None:
    with pytest.raises(PictureError):
        fetch_public(url)


def test_areas_and_boxes_say_the_same() -> None:
    photo = Photos().add(jpeg((200, 100)))
    assert photo.area(Box(50, 25, 100, 75)) == "0.2500,0.2500,0.5000,0.7500"
    assert photo.box("0.25,0.25,0.5,0.75") == Box(50, 25, 100, 75)
    assert photo.area(Box(-5, 0, 300, 100)) == "0.0000,0.0000,1.0000,1.0000"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_photo_is_forgotten_in_time_however_much_it_is_used() -> None:
    clock = Clock()
    photos = Photos(now=clock)
    photo = photos.add(jpeg((200, 100)))
    photos.image(photo)
    for clock.seconds in (200, 400, 560):
        assert photos.get(photo.key) is not None
    clock.seconds = 600 - SWEEP_S
    photos.forget_old()
    assert len(photos) == 0 and not photos._decoded and photos.get(photo.key) is None


def test_no_forgotten_photo_is_given_out_before_it_is_swept() -> None:
    clock = Clock()
    photos = Photos(now=clock)
    key = photos.add(jpeg((200, 100))).key
    clock.seconds = 600
    assert photos.get(key) is None and len(photos) == 0


def test_what_was_made_of_a_photo_goes_with_it() -> None:
    clock = Clock()
    cache: Recent[int] = Recent(8, keep_s=VISITORS_KEEP_S, now=clock)
    assert cache.get("photo", lambda: 1) == 1 and cache.get("photo", lambda: 2) == 1
    clock.seconds = 600
    forget_old()
    assert len(cache) == 0 and cache.get("photo", lambda: 3) == 3


def test_a_photo_comes_in_as_bytes_and_no_disk_is_touched(live: StillLive, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = Photos()
    client = TestClient(Starlette(routes=[photo_route(Desk(live, photos))]))  # type: ignore[arg-type]
    sent = jpeg((400, 200))

    def no_file(*args: object, **options: object) -> None:
        raise AssertionError(f"a file was made: {args}")

    monkeypatch.setattr(tempfile, "_mkstemp_inner", no_file)
    monkeypatch.setattr(Path, "write_bytes", no_file)
    key = client.post("/photos", content=sent).json()["photo"]
    assert photos.get(key) is not None
    refused = client.post("/photos?lang=zh", content=b"%PDF-1.7").json()
    assert refused["refused"] and "而是 PDF" in refused["message"]
    assert client.post("/photos", content=b"").json()["refused"]
    assert "the limit is 25 MB" in client.post("/photos", content=bytes(MAX_BYTES + 1)).json()["message"]
    other = client.post("/photos", content=sent, headers={"origin": "https://elsewhere.example"})
    assert other.status_code == 403 and len(photos) == 1


def test_photos_and_their_parts_are_served_to_who_knows_the_key(live: StillLive) -> None:
    photos = Photos()
    client = TestClient(Starlette(routes=routes(live, photos)))
    key = photos.add(jpeg((400, 200))).key
    whole = client.get(f"/photos/{key}.jpg")
    assert whole.status_code == 200 and "private" in whole.headers["cache-control"]
    part = Image.open(io.BytesIO(client.get(f"/photos/{key}/0.5,0,1,1.jpg").content))
    assert part.size == (160, 160) and min(part.convert("RGB").getpixel((80, 80))) > 200
    for path in (f"{key}x", f"{key}/0.5,0,0.4,1", f"{key}/0,0,2,2", f"{key}/..%2f..%2fx", f"{key}/0,0,0.001,0.001"):
        assert client.get(f"/photos/{path}.jpg").status_code == 404, path


def test_heat_is_drawn_for_photo_and_product(live: StillLive) -> None:
    photos = Photos()
    client = TestClient(Starlette(routes=routes(live, photos)))
    key = photos.add(jpeg((400, 200))).key
    for side, size in (("photo", (200, 200)), ("product", (32, 32))):
        asked = {"photo": key, "part": "0,0,0.5,1", "product": "p-000", "side": side}
        answer = client.get("/heat", params=asked)
        assert answer.status_code == 200 and Image.open(io.BytesIO(answer.content)).size == size
    assert client.get("/heat", params={"photo": key, "part": "whole", "product": "none"}).status_code == 404
    assert client.get("/heat", params={"photo": "x", "part": "whole", "product": "p-000"}).status_code == 404
    assert client.get("/heat").status_code == 404


def test_the_pages_own_files_are_kept_for_ever_by_version(live: StillLive) -> None:
    from visearch.ui.static import static_url

    client = TestClient(Starlette(routes=routes(live, Photos())))
    main = client.get(f"/{static_url('main.js')}")
    assert main.status_code == 200 and "immutable" in main.headers["cache-control"]
    assert main.headers["content-type"].startswith("text/javascript")
    assert client.get("/page/old/main.js").headers["cache-control"] == "no-store"
    for path in ("page/x/../../page.py", "page/x/%2e%2e/page.py", "page/x/none.js", "page/x/vendor/idiomorph.LICENSE"):
        assert client.get(f"/{path}").status_code == 404, path
