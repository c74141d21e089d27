"""A catalogue that is all markup, drawn in every view: nothing of it runs."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.trust.hostile_shop import ADDRESSES, MARKUP, HostileCatalog, read_markup
from tests.trust.hostile_words import TEXTS
from tests.trust.in_process import Inside
from visearch.insights.sheet import to_csv
from visearch.ui.markup import esc, safe_url

FIRST, SECOND = f"0{MARKUP[0]}", f"1{MARKUP[1]}"
VIEWS: tuple[dict[str, Any], ...] = (
    {},
    {"text": "red"},
    {"text": f"red {MARKUP[0]}"},
    {"text": "red under 20"},
    {"text": MARKUP[1], "filters": {"category": [f"Bags {MARKUP[1]}"], "price": {"min": 1}}},
    {"product": FIRST, "text": "red"},
    {"product": SECOND},
    {"like": FIRST},
    {"like": FIRST, "text": "red"},
    {"more": [FIRST], "less": [SECOND]},
    {"compare": [FIRST, SECOND]},
    {"compare": [FIRST, SECOND], "view": "compare"},
    {"saved": [FIRST, SECOND], "view": "saved"},
    {"photo": MARKUP[0]},
    {"product": MARKUP[0]},
    {"link": f"?q={MARKUP[1]}&category={MARKUP[2]}&product={MARKUP[0]}"},
)


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    return Inside(tmp_path_factory.mktemp("hostile"), HostileCatalog())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_no_view_has_markup_of_the_catalogues(inside: Inside, number: int, lang: str) -> None:
    reply = inside.demo.desk.ask({**VIEWS[number], "lang": lang})
    regions = reply.get("regions", {"message": reply.get("message", "")})
    assert any(regions.values())
    faults, sets = read_markup("".join(regions.values()))
    assert faults == []
    assert all(isinstance(json.loads(one), dict) for one in sets)


@pytest.mark.parametrize("what", ["open", "poll", "unlock", MARKUP[0]])
@pytest.mark.parametrize("room", ["catalogue", "insights", MARKUP[1]])
def test_no_room_has_markup_of_the_catalogues(inside: Inside, room: str, what: str) -> None:
    reply = inside.demo.rooms.call({"room": room, "do": what, "hub": MARKUP[0], "name": MARKUP[1], "map_id": MARKUP[2]})
    assert read_markup("".join([*reply.get("regions", {}).values(), reply.get("message", "")]))[0] == []


def test_a_look_at_a_hostile_table_is_only_text(inside: Inside, tmp_path: Path) -> None:
    from visearch.catalog.preview import preview
    from visearch.config import Settings
    from visearch.ui.rooms.catalogue.looking import look_html
    from visearch.ui.texts import Say

    head = ",".join('"' + evil.replace('"', '""') + '"' for evil in MARKUP)
    (tmp_path / "products.csv").write_text(f"image,{head}\n" + f"gone.png,{head}\n" * 3, "utf-8")
    looked = preview(str(tmp_path), Settings(home=tmp_path, offline=True), {"title": MARKUP[0]})
    html = look_html(looked, {"upload": MARKUP[0]}, False, Say("en"))
    assert MARKUP[0] not in html and esc(MARKUP[0]) in html and read_markup(html)[0] == []


def test_suggestions_carry_text_and_no_markup(inside: Inside) -> None:
    items = inside.demo.desk.suggest({"typed": "red"})["items"]
    assert items and all(isinstance(part, str) for item in items for part in item["parts"])


@pytest.mark.parametrize(
    "url", [*ADDRESSES[:5], "JaVaScRiPt:x", "https:javascript", "http:///x", "https://[", "\x01javascript:x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) == ""


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 500])
def test_escaped_texts_hold_nothing_that_opens_markup(text: str) -> None:
    assert not set(esc(text)) & set("<>\"'{}$`\0\r\n") - {"}"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "=cmd|' /C calc'!A0", "\n=1", " =1", "＝1"])
def test_no_cell_of_a_table_is_a_formula(start: str) -> None:
    row = to_csv(("a",), [(f"{start}1",)]).decode("utf-8-sig").splitlines(keepends=True)
    cell = "".join(row[1:]).strip('"')
    assert cell.startswith("'") and to_csv(("a",), [(1.5, -2, None)]).endswith(b"1.5,-2,\r\n")


def test_log_lines_stay_lines(inside: Inside, caplog: pytest.LogCaptureFixture) -> None:
    evil = "red\r\n2026-01-01 ERROR all is lost\x1b[2J"
    with caplog.at_level(logging.DEBUG, logger="visearch"):
        inside.demo.desk.ask({"text": evil, "product": evil, "photo": "x" * 30})
        inside.demo.rooms.call({"room": evil, "do": evil})
    assert not [one for one in caplog.messages if "\n" in one or "\x1b" in one]
