"""The catalogue room: who sees what, what is asked of the live engine, and how files come in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.toy import COLORS, ToyCatalog, ToyEmbedder, picture_bytes
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.build import build
from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.mappings import record_mapping
from visearch.store import Store
from visearch.ui.rooms import Keeper, Rooms
from visearch.ui.rooms.catalogue import CatalogueRoom
from visearch.ui.rooms.catalogue import upload as upload_module
from visearch.uploads import Uploads

TABLE = b"sku,name,cost,photo\n1,Red mug,12.50,red.png\n2,Blue mug,on request,blue.png\n3,Green mug,9,gone.png\n"
CHOICE = {"map_id": "sku", "map_title": "name", "map_image": "photo", "map_price": "cost"}


@dataclass
class AskedLive(StillLive):
    """Notes what it is asked to do."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def switch(self, catalog: str, model: str | None = None, mapping: Mapping[str, str] | None = None) -> None:
        self.asked.append(("switch", catalog, model, mapping))
        self.now = replace(self.now, state="switching", wanted="shop", stage="embedding", done=3, total=9)

    def undo(self) -> None:
        self.asked.append(("undo",))

    def cancel(self) -> None:
        self.asked.append(("cancel",))

    def forget(self, catalog: str) -> None:
        self.asked.append(("forget", catalog))


@dataclass
class Visitor:
    """Asks the room as a browser does."""

    rooms: Rooms
    live: AskedLive
    home: Path
    key: str = ""

    def __call__(self, do: str, **sent: object) -> dict[str, Any]:
        return self.rooms.call({"room": "catalogue", "do": do, "key": self.key, **sent})

    @property
    def client(self) -> TestClient:
        return TestClient(Starlette(routes=self.rooms.routes()), base_url="http://testserver")

    def send(self, draft: str, name: str, data: bytes, **headers: str) -> Any:
        address = f"/room/catalogue/upload/{draft}"
        return self.client.post(
            address, params={"name": name}, content=data, headers={"x-visearch-key": self.key, **headers}
        )

    def upload(self, title: str = "Shop") -> dict[str, Any]:
        draft = self("draft")["draft"]
        assert self.send(draft, "shop.csv", TABLE).json() == {"size": len(TABLE)}
        assert self.send(draft, "photos.zip", archive(self.home)).status_code == 200
        return self("finish", draft=draft, title=title)


def archive(folder: Path) -> bytes:
    with zipfile.ZipFile(folder / "photos.zip", "w") as made:
        made.writestr("photos/red.png", picture_bytes(COLORS["red"]))
        made.writestr("photos/blue.png", picture_bytes(COLORS["blue"]))
        made.writestr("notes.txt", "x")
    return (folder / "photos.zip").read_bytes()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def visitor(home: Path, keeper: Keeper) -> Visitor:
    engine = engine_of(home)
    live = AskedLive(engine, ready_status(engine))
    room = CatalogueRoom(live, Settings(home=home, offline=True), keeper)  # type: ignore[arg-type]
    return Visitor(Rooms({"catalogue": room}, keeper), live, home)


@pytest.fixture
def ask(tmp_path: Path) -> Visitor:
    return visitor(tmp_path, Keeper())


def test_it_shows_what_answers(ask: Visitor) -> None:
    told = text(ask("open")["regions"]["room"])
    assert "Answers now Toy shop" in told and "Products 24" in told and "Model toy" in told and "flat (exact)" in told
    assert "Licence CC0-1.0" in told and "Nothing was left out" in told
    assert "Sample catalogue" in told and "huggingface/amazon-berkeley-objects Offline" in told
    assert re.search(r"Built \d{4}-\d\d-\d\d \d\d:\d\d UTC", told)


def test_what_was_left_out_is_there_with_its_reason(ask: Visitor) -> None:
    manifest = ask.live.ready.opened.manifest
    changed = replace(manifest, skipped=120, skipped_first=[{"row": "row 7", "reason": "<no picture>"}])
    ask.live.ready.opened.manifest = changed
    html = ask("poll")["regions"]["cat-now"]
    assert "120 rows or pictures were left out" in text(html) and "row 7 &lt;no picture&gt;" in text(html)


def test_indexes_on_disk_are_offered_and_chosen_by_key(ask: Visitor) -> None:
    other = ToyCatalog(5, "hf:acme/shop")
    build(other, ToyEmbedder("small"), Settings(home=ask.home))
    card = ask("poll")["regions"]["cat-offers"]
    assert "Toy shop Indexed 5 products" in text(card) and card.count("thumbs/") == 5
    key = re.search(r'data-offer="(\w+)"[^>]*aria-label="Use Toy shop"', card)
    reply = ask("switch", offer=key[1])
    assert ask.live.asked == [("switch", "hf:acme/shop", "small", None)]
    assert "Preparing shop" in text(reply["regions"]["cat-progress"]) and "3 of 9" in reply["regions"]["cat-progress"]
    assert reply["again_ms"] and " disabled" in reply["regions"]["cat-offers"]


@pytest.mark.parametrize("offer", ["", "hf:acme/shop", "/etc", "../uploads", None, 5])
def test_a_name_or_a_path_is_no_key(ask: Visitor, offer: object) -> None:
    assert ask("switch", offer=offer)["refused"] and ask.live.asked == []


def test_why_a_switch_failed_is_told(ask: Visitor) -> None:
    ask.live.now = replace(ask.live.now, failed="It has <no> pictures.")
    told = ask("poll")
    assert "The catalogue was not switched. It has &lt;no&gt; pictures." in text(told["regions"]["cat-progress"])
    assert told["again_ms"] is None


def test_a_table_and_its_pictures_come_in_are_looked_at_and_indexed(ask: Visitor) -> None:
    looked = ask.upload("Spring <shop>")
    html = looked["regions"]["cat-look"]
    assert "Check Spring-shop" in text(html) and "a picture that is not in the upload: 1" in text(html)
    assert "Index 2 products" in text(html) and html.count("data:image/jpeg;base64,") == 2
    assert '<option value="name" selected>name</option>' in html
    assert "Left out of the ZIP: 1 " in looked["toast"]
    again = ask("look", upload="Spring-shop", **CHOICE)["regions"]["cat-look"]
    assert "Prices that cannot be read and stay empty: 1" in text(again)
    reply = ask("index", upload="Spring-shop", **CHOICE, map_brand="")
    (_, catalog, model, mapping) = ask.live.asked[0]
    assert catalog == str(ask.home / "uploads" / "Spring-shop") and model is None
    assert mapping == {"id": "sku", "title": "name", "image": "photo", "price": "cost", "brand": ""}
    assert reply["regions"]["cat-look"] == ""


def test_what_was_chosen_before_is_proposed_again(ask: Visitor) -> None:
    ask.upload()
    record_mapping(ask.home, str(ask.home / "uploads" / "Shop"), {"title": "sku", "image": "photo"})
    assert '<option value="sku" selected>sku</option>' in ask("look", upload="Shop")["regions"]["cat-look"]


def test_without_pictures_it_cannot_be_indexed(ask: Visitor) -> None:
    ask.upload()
    looked = ask("look", upload="Shop", map_image="")["regions"]["cat-look"]
    assert "has no column with pictures" in text(looked) and re.search(r'id="cat-go" disabled', looked)
    assert ask("index", upload="Shop", map_image="")["refused"] and ask.live.asked == []


def test_a_broken_table_is_told_and_not_kept(ask: Visitor) -> None:
    draft = ask("draft")["draft"]
    ask.send(draft, "shop.csv", b"\xff\xfe\x00nonsense")
    assert "is not UTF-8" in text(ask("finish", draft=draft, title="Shop")["message"])
    assert Uploads(ask.home).list() == []


@pytest.mark.parametrize(
    "sent", [{"upload": "../home"}, {"upload": "/etc"}, {"hub": "/etc/passwd"}, {"hub": "a b"}, {}]
)
def test_nothing_that_is_sent_is_opened_as_a_path(ask: Visitor, sent: dict[str, str]) -> None:
    for do in ("look", "index", "remove"):
        assert ask(do, **sent)["refused"]
    assert ask.live.asked == []


def test_a_hub_name_needs_the_hub(ask: Visitor) -> None:
    assert "VISEARCH_OFFLINE" in ask("look", hub="acme/shop")["message"]


def test_an_upload_is_removed_with_its_index_unless_it_answers(ask: Visitor) -> None:
    ask.upload()
    catalog = str(ask.home / "uploads" / "Shop")
    build(ToyCatalog(3, catalog), ToyEmbedder(), Settings(home=ask.home))
    reply = ask("remove", upload="Shop")
    assert ("forget", catalog) in ask.live.asked and reply["toast"] == "Shop was removed"
    assert not Path(catalog).exists() and [m.catalog["id"] for m in Store(ask.home).list()] == ["toy"]
    ask.upload("Now")
    ask.live.ready.opened.manifest.catalog["id"] = str(ask.home / "uploads" / "Now")
    assert "answers now" in ask("remove", upload="Now")["message"]


def test_only_the_owner_changes_anything(tmp_path: Path) -> None:
    guest = visitor(tmp_path, Keeper("secret"))
    told = guest("open")["regions"]["room"]
    assert "Answers now" in text(told) and 'type="password"' in told and 'data-do="switch"' not in told
    assert "cat-upload" not in told and "cat-files" not in told
    for do in ("look", "index", "switch", "undo", "cancel", "draft", "finish", "drop", "remove", "close"):
        assert "Only the owner" in guest(do)["message"]
    assert guest.send("0" * 32, "a.csv", TABLE).status_code == 403 and guest.live.asked == []
    guest.key = guest("unlock", token="secret")["key"]
    assert "cat-upload" in guest("open")["regions"]["room"] and guest("draft")["draft"]


def test_unknown_wishes_are_refused(ask: Visitor) -> None:
    for do in ("format", "__init__", "_switch", "routes"):
        assert ask(do)["refused"]


def test_files_are_taken_from_the_page_only(ask: Visitor) -> None:
    draft = ask("draft")["draft"]
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        assert ask.send(draft, "a.csv", TABLE, **headers).status_code == 403
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}):
        assert ask.send(draft, "a.csv", TABLE, **headers).status_code == 200
    proxied = {"origin": "https://me-shop.hf.space", "x-forwarded-host": "me-shop.hf.space"}
    assert ask.send(draft, "a.csv", TABLE, **proxied).status_code == 200


def test_the_address_takes_catalogues_only(ask: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = ask("draft")["draft"]
    assert "is no catalogue" in ask.send(draft, "run.exe", b"x").json()["message"]
    assert ask.send("nobody", "a.csv", TABLE).status_code == 400
    monkeypatch.setitem(upload_module.LIMITS, ".csv", 10)
    assert "larger than" in ask.send(draft, "a.csv", TABLE).json()["message"]
    assert ask.client.get(f"/room/catalogue/upload/{draft}").status_code == 405


def test_a_catalogue_that_is_being_prepared_is_told_by_the_live_engine(ask: Visitor) -> None:
    def busy(*_: object) -> None:
        raise VisearchError("Another catalogue is being prepared.", "Wait.")

    ask.live.undo = busy  # type: ignore[method-assign]
    assert "Another catalogue is being prepared" in ask("undo")["message"]
