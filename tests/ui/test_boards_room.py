"""The room Boards: whatever is sent, it answers; no link holds a private photo; only owners change campaigns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.toy import picture_bytes
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.config import Settings
from visearch.shop.campaigns import Campaign, write_campaigns
from visearch.ui.photos import Photos
from visearch.ui.rooms import Keeper, Rooms
from visearch.ui.rooms.boards import boards_room
from visearch.ui.rooms.boards.asked import read_board

KEY = "AbCdEfGhIjKlMnOpQrStUvWxYz012345"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> StillLive:
    engine = engine_of(tmp_path_factory.mktemp("home"))
    return StillLive(engine, ready_status(engine))


@pytest.fixture
def photos() -> Photos:
    return Photos()


def rooms(live: StillLive, photos: Photos, keeper: Keeper | None = None) -> Rooms:
    keeper = keeper or Keeper()
    return Rooms({"boards": boards_room(live, Settings(), photos, keeper)}, keeper)


def ask(live: StillLive, store: Photos, what: str, keeper: Keeper | None = None, **sent: object) -> dict[str, Any]:
    return rooms(live, store, keeper).call({"room": "boards", "do": what, **sent})


def test_a_board_is_made_of_photos_and_words_and_says_what_brought_what(live: StillLive, photos: Photos) -> None:
    keys = [photos.add(picture_bytes(rgb, (64, 64))).key for rgb in ((200, 30, 30), (30, 60, 200))]
    reply = ask(live, photos, "board_make", photos=keys, words="yellow", pins="p-003", pruned="p-000")
    mood, picks = reply["regions"]["board-mood"], reply["regions"]["board-picks"]
    assert mood.count("<li data-photo") == 2 and "The words brought" in mood
    assert picks.index('data-id="p-003"') < picks.index("data-id=", picks.index('data-id="p-003"') + 10)
    assert 'data-id="p-000"' not in picks and 'class="because-pic"' in picks


def test_a_link_opens_the_same_products_in_the_same_order(live: StillLive, photos: Photos) -> None:
    link = "?room=boards&part=mood&name=Spring%20%3Cb%3E&words=red&ids=p-005%7Cp-001%7Cgone%7Cp-009&pins=p-005"
    room = ask(live, photos, "open", link=link)["regions"]["room"]
    order = [room.index(f'data-id="{id_}"') for id_ in ("p-005", "p-001", "p-009")]
    assert order == sorted(order) and room.count('class="pick"') == 3 and "Spring &lt;b&gt;" in room


def test_no_link_holds_a_private_photo() -> None:
    board = read_board({"photos": ["example:2", KEY, "https://shop.example/a.jpg"], "words": "a|b", "ids": ["1"]})
    assert KEY in board.photos
    assert KEY not in board.link() and "example:2" in board.link() and "shop.example" in board.link()


def test_a_photo_that_is_gone_is_asked_for_and_else_left_out(live: StillLive, photos: Photos) -> None:
    kept = photos.add(picture_bytes((200, 30, 30), (64, 64))).key
    asked = {"photos": [kept, KEY]}
    refused = ask(live, photos, "board_make", **asked)
    assert refused["refused"] and refused["forgotten"]
    lenient = ask(live, photos, "board_make", lenient=True, **asked)
    assert 'data-id="' in lenient["regions"]["board-picks"] and "no longer kept" in lenient["toast"]


@pytest.mark.parametrize(
    "sent",
    [
        {"photos": 5, "words": ["x"], "ids": {"a": 1}},
        {"k": "many", "min": "nan", "max": -3, "words": "red"},
        {"category": "Nothing", "words": "red"},
        {"ids": "|" * 9000},
    ],
)
def test_whatever_is_sent_there_is_an_answer(live: StillLive, photos: Photos, sent: Mapping[str, object]) -> None:
    for what in ("open", "show", "board_make", "board_cards", "mark_open", "mark_find", "camp_budget", "camp_edit"):
        reply = ask(live, photos, what, **sent)
        assert reply.get("refused") or reply["regions"]


def test_the_downloads_hold_the_board_in_its_order(live: StillLive, photos: Photos) -> None:
    client = TestClient(Starlette(routes=rooms(live, photos).routes()))
    table = client.get("/room/boards/board.csv", params={"ids": "p-004|p-001|gone"})
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["p-004", "p-001"] and rows[0]["price"] == "14.0"
    sheet = client.get("/room/boards/sheet.png", params={"ids": "p-004|p-001", "name": "Spring", "lang": "zh"})
    assert Image.open(io.BytesIO(sheet.content)).format == "PNG"
    assert client.get("/room/boards/sheet.png").status_code == 404
    example = client.get("/room/boards/campaigns-example.csv")
    assert b"product_ids" in example.content


def test_only_the_owner_changes_campaigns(live: StillLive, photos: Photos, tmp_path: Path) -> None:
    table = write_campaigns([Campaign("Spring", date(2020, 1, 1), date(2090, 1, 1), 2, ("p-001", "p-002"))]).decode()
    locked = Keeper("secret")
    for what in ("camp_save", "camp_load", "camp_remove", "camp_reset", "camp_edit"):
        assert ask(live, photos, what, locked, csv=table, name="Spring")["refused"]
    assert 'type="password"' in ask(live, photos, "open", locked, part="campaigns")["regions"]["room"]
    assert "Spring" in ask(live, photos, "camp_load", csv=table)["regions"]["camp-list"]
    fields = {"name": "Late", "start": "2026-01-01", "end": "2020-01-01", "slots": "2", "product_ids": "p-001, p-003"}
    assert "ends before it starts" in ask(live, photos, "camp_save", **fields)["message"]
    saved = ask(live, photos, "camp_save", **{**fields, "end": "2090-01-01"})
    assert "Late" in saved["regions"]["camp-list"] and "Spring" in saved["regions"]["camp-list"]
    budget = ask(live, photos, "camp_budget", questions="green mug\nblack bag")["regions"]["camp-budget"]
    assert "green mug" in budget and "places over 2 questions" in budget
    assert "Spring" not in ask(live, photos, "camp_remove", name="Spring")["regions"]["camp-list"]
    assert "There are no campaigns" in ask(live, photos, "camp_reset")["regions"]["camp-list"]


def test_every_part_is_drawn_in_both_languages(live: StillLive, photos: Photos) -> None:
    for part in ("mood", "marks", "campaigns"):
        english, chinese = (ask(live, photos, "show", part=part, lang=lang)["regions"] for lang in ("en", "zh"))
        assert english["boards-body"] != chinese["boards-body"] and f'data-part="{part}"' in english["boards-body"]
