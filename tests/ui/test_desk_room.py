"""The room Desk: what its parts say, who may check a delivery, and what can be saved."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.toy import COLORS, picture_bytes
from tests.ui.both import fields_in_both
from tests.ui.still import StillLive
from tests.ui.test_cards import NASTY, Tags
from visearch.config import Settings
from visearch.ui import build_app
from visearch.ui.photos import Photos
from visearch.ui.rooms import Rooms
from visearch.ui.rooms.desk import desk_room
from visearch.ui.rooms.desk.supplier import FOLDER, delivered
from visearch.ui.rooms.keeper import Keeper

PARTS = ("help", "shelf", "supplier")


class Visitor:
    """Calls the room as the page does."""

    def __init__(self, live: StillLive, home: Path, keeper: Keeper | None = None) -> None:
        self.photos = Photos()
        self.room = desk_room(live, Settings(home=home), self.photos, keeper or Keeper())
        self.rooms = Rooms({"desk": self.room}, keeper or Keeper())
        self.work = self.room._parts["supplier"].draw.__self__.work  # type: ignore[attr-defined]

    def __call__(self, do: str, **sent: Any) -> dict[str, Any]:
        return self.rooms.call({"room": "desk", "do": do, **sent})

    def client(self) -> TestClient:
        return TestClient(Starlette(routes=self.rooms.routes()))

    def photo(self, size: tuple[int, int] = (240, 200)) -> str:
        return self.photos.add(picture_bytes(COLORS["red"], size)).key


@pytest.fixture
def visitor(live: StillLive, tmp_path: Path) -> Visitor:
    return Visitor(live, tmp_path)


def test_both_languages_say_the_same() -> None:
    english, chinese = fields_in_both("dsk_")
    assert english == chinese and len(english) > 80


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens(visitor: Visitor, part: str, lang: str) -> None:
    reply = visitor("open", part=part, lang=lang)
    assert f'data-part="{part}"' in reply["regions"]["room"] and "{" not in Tags(reply["regions"]["room"]).text


def test_nothing_sent_can_break_it(visitor: Visitor) -> None:
    for do in ("open", "show", *visitor.room._does):
        if do in ("sup_example", "sup_check"):
            continue
        for junk in (None, 7, ["x"], {"a": 1}, NASTY, "../../etc/passwd"):
            fields = dict.fromkeys(("part", "photo", "choose", "kind", "number", "decision", "draft", "key"), junk)
            assert "went wrong" not in visitor(do, **fields).get("message", ""), (do, junk)


def test_the_help_desk_answers_and_a_candidate_can_be_chosen(visitor: Visitor) -> None:
    key = visitor.photo()
    html = visitor("help_ask", photo=key)["regions"]["help"]
    page = Tags(html)
    assert 'role="status"' in html and "verdict" in html
    choices = [tag["data-choose"] for tag in page.all("button") if "data-choose" in tag]
    assert choices and all(choice and choice.startswith("p-") for choice in choices)
    chosen = visitor("help_ask", photo=key, choose=choices[-1])["regions"]["help"]
    assert "Chosen by you" in chosen and "There is no support text" in chosen
    assert f'name="choose" value="{choices[-1]}"' in chosen
    assert visitor("help_ask", photo=key, choose="p-999")["refused"]


def test_a_shelf_is_drawn_and_saved_while_the_photo_is_kept(visitor: Visitor) -> None:
    key, client = visitor.photo((400, 300)), visitor.client()
    assert client.get(f"/room/desk/shelf/{key}.csv").status_code == 404
    html = visitor("shelf_ask", photo=key)["regions"]["shelf"]
    assert f"room/desk/shelf/{key}.csv" in html and "shelf-canvas" in html
    table = client.get(f"/room/desk/shelf/{key}.csv")
    assert table.text.lstrip("\ufeff").startswith("number,product id") and len(table.text.splitlines()) > 1
    assert client.get(f"/room/desk/shelf/{key}.jpg").content[:2] == b"\xff\xd8"
    visitor.photos.forget_all()
    assert client.get(f"/room/desk/shelf/{key}.jpg").status_code == 404


def test_the_example_delivery_is_checked_and_decided_on(visitor: Visitor) -> None:
    assert visitor("sup_example")["again_ms"]
    visitor.work.wait(60)
    html = visitor("poll")["regions"]["supplier"]
    assert "24 items: 0 accepted, 0 rejected." in html
    html = visitor("sup_decide", number="0", decision="reject")["regions"]["supplier"]
    assert "1 rejected" in html
    assert "0 rejected" in visitor("sup_undo")["regions"]["supplier"]
    assert visitor("sup_decide", number="99", decision="reject")["refused"]
    client = visitor.client()
    assert len(client.get("/room/desk/decisions.csv").text.splitlines()) == 25
    assert client.get("/room/desk/item/0.jpg").content[:2] == b"\xff\xd8"
    assert client.get("/room/desk/item/99.jpg").status_code == 404
    assert "Choose files" in visitor("sup_clear")["regions"]["supplier"]


def test_a_zip_with_a_table_comes_in_is_checked_and_nothing_of_it_stays(visitor: Visitor, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as sink:
        sink.writestr("products.csv", f'id,title,image\ns-1,"{NASTY.replace(chr(34), "")}",a.png\ns-2,Mug,b.png\n')
        sink.writestr("a.png", picture_bytes((200, 30, 30), (240, 240)))
        sink.writestr("b.png", picture_bytes((30, 200, 30), (240, 240)))
    draft, client = visitor("sup_draft")["draft"], visitor.client()
    sent = client.post(f"/room/desk/upload/{draft}?name=x.zip", content=packed.getvalue())
    assert sent.status_code == 200
    assert "refused" not in visitor("sup_check", draft=draft, title="spring")
    visitor.work.wait(60)
    html = visitor("poll")["regions"]["supplier"]
    assert "spring" in html and "2 items" in html and "<script" not in html and "onerror=alert(1)>" not in html
    assert [one.product.id for one in visitor.work.delivery.items] == ["s-1", "s-2"]
    left = [path for path in (tmp_path / "supplier").rglob("*") if path.is_file()]
    assert left == []
    assert client.post("/room/desk/upload/none?name=x.exe", content=b"x").status_code == 400


def test_on_a_public_page_only_the_keeper_sees_deliveries(live: StillLive, tmp_path: Path) -> None:
    visitor = Visitor(live, tmp_path, Keeper(token="secret", public=True))
    assert visitor("sup_example")["refused"] and visitor("sup_draft")["refused"]
    assert "Only the owner" in visitor("open", part="supplier")["regions"]["room"]
    client = visitor.client()
    assert client.get("/room/desk/decisions.csv").status_code == 404
    assert client.post("/room/desk/upload/x?name=a.zip", content=b"x").status_code == 403
    # Looking at photos is for everybody.
    assert "refused" not in visitor("help_ask", photo=visitor.photo())


def test_the_public_functions_answer(live: Any) -> None:
    demo = build_app(live, Settings())
    public = {fn.api_name: fn.fn for fn in demo.fns.values() if fn.api_visibility != "private"}
    from tests.ui.test_api import data_uri

    image = data_uri(picture_bytes(COLORS["red"], (240, 200)))
    assert public["identify"](image=image, k=2)["candidates"][0]["id"].startswith("p-")
    assert {"things", "products", "not_ours"} == set(public["shelf"](image=image))
    items = public["supplier"](items=[{"image": image, "title": "Red mug", "price": 12}])["items"]
    assert items[0]["id"] == "1" and items[0]["finding"] in ("same", "variant", "new")
    for bad in (None, [], "x", [{"image": image}] * 9, [{"image": "/etc/passwd"}], [{"image": image, "price": "x"}]):
        with pytest.raises(Exception, match=r"items|image|price"):
            public["supplier"](items=bad)


def test_addresses_in_a_delivery_reach_the_public_internet_only(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER / "uploads" / "delivery"
    folder.mkdir(parents=True)
    table = folder / "products.csv"
    table.write_text("id,title,image\na,Lamp,http://169.254.169.254/latest\n", "utf-8")
    fetcher = getattr(delivered(str(table), Settings(home=tmp_path)), "fetcher", None)
    assert fetcher is not None and fetcher.public_only
