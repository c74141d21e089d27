"""The rooms beside searching: what comes in may be anything, and what goes out is always an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.routing import Route

from visearch.errors import VisearchError
from visearch.ui.header import head_html
from visearch.ui.rooms import ROOMS, Keeper, Rooms, door_html
from visearch.ui.texts import TEXTS, Say


class Hall:
    """Answers with what it was asked."""

    def do(self, what: str, sent: Mapping[str, Any], say: Say) -> dict[str, Any]:
        if what == "fail":
            raise VisearchError("It is <broken>.", "Mend it.")
        if what == "bug":
            raise KeyError("secret detail")
        return {"regions": {"room": what}, "said": say.language}

    def routes(self) -> list[Route]:
        return []


@pytest.fixture
def rooms() -> Rooms:
    return Rooms({"catalogue": Hall()}, Keeper("secret"))


def test_a_room_is_drawn_with_its_title(rooms: Rooms) -> None:
    reply = rooms.call({"room": "catalogue", "lang": "zh"})
    assert reply["regions"] == {"room": "open"} and reply["said"] == "zh" and reply["again_ms"] is None
    assert reply["title"] == "商品目录 · visearch"


def test_errors_are_told_and_bugs_are_not(rooms: Rooms) -> None:
    failed = rooms.call({"room": "catalogue", "do": "fail"})
    assert failed["refused"] and "It is &lt;broken&gt;." in failed["message"] and "Mend it." in failed["message"]
    chinese = rooms.call({"room": "catalogue", "do": "fail", "lang": "zh"})
    assert "操作没有成功" in chinese["message"]
    assert "secret detail" not in rooms.call({"room": "catalogue", "do": "bug"})["message"]


@pytest.mark.parametrize("sent", [None, 5, "catalogue", [], {}, {"room": ["catalogue"]}, {"room": "cellar"}])
def test_whatever_comes_there_is_an_answer(rooms: Rooms, sent: object) -> None:
    assert rooms.call(sent)["refused"]


def test_the_token_is_given_once(rooms: Rooms) -> None:
    wrong = rooms.call({"room": "catalogue", "do": "unlock", "token": "guess"})
    assert wrong["refused"] and "key" not in wrong
    right = rooms.call({"room": "catalogue", "do": "unlock", "token": "secret"})
    assert right["key"] and right["regions"] == {"room": "open"}


def test_the_door_says_what_is_needed() -> None:
    say = Say()
    assert door_html(Keeper(), {}, say) == ""
    assert 'type="password"' in door_html(Keeper("secret"), {}, say)
    assert "VISEARCH_OWNER_TOKEN" in door_html(Keeper(public=True), {}, say)


def test_the_masthead_leads_to_every_room(busy: Any) -> None:
    head = head_html(busy.status(), Say())
    for name in ROOMS:
        assert f'href="?room={name}"' in head
        assert all({f"room_{name}", f"room_{name}_hint"} <= set(texts) for texts in TEXTS.values())
