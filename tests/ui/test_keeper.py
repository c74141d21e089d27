"""Who may change things."""

from __future__ import annotations

import pytest

from visearch.errors import VisearchError
from visearch.ui.rooms import Keeper
from visearch.ui.rooms.keeper import MOST_WRONG, WITHIN_S


def test_on_ones_own_computer_everybody_may() -> None:
    keeper = Keeper.from_env({})
    assert keeper.state == "open" and keeper.holds({})
    keeper.check({})


@pytest.mark.parametrize("env", [{"SPACE_ID": "me/shop"}, {"GRADIO_SHARE": "True"}])
def test_a_public_page_without_a_token_is_locked(env: dict[str, str]) -> None:
    keeper = Keeper.from_env(env)
    assert keeper.state == "locked"
    for sent in ({}, {"key": ""}, {"key": None}, {"token": ""}):
        with pytest.raises(VisearchError, match="public page") as raised:
            keeper.check(sent)
        assert "VISEARCH_OWNER_TOKEN" in raised.value.hint
    with pytest.raises(VisearchError):
        keeper.unlock("")


def test_the_token_gives_a_key_and_the_key_opens() -> None:
    keeper = Keeper.from_env({"SPACE_ID": "me/shop", "VISEARCH_OWNER_TOKEN": " geheim-Ü "})
    with pytest.raises(VisearchError, match="Only the owner"):
        keeper.check({"key": "geheim-Ü"})
    key = keeper.unlock("geheim-Ü")
    keeper.check({"key": key})
    assert key != keeper.unlock("geheim-Ü") and not keeper.holds({"key": key[:-1]}) and not keeper.holds({"key": 5})
    assert not Keeper("geheim-Ü").holds({"key": key}), "a key ends with the server"


@pytest.mark.parametrize("token", ["", "secre", "secret ", None, 5, ["secret"], "\ud800"])
def test_anything_else_does_not(token: object) -> None:
    keeper = Keeper("secret")
    with pytest.raises(VisearchError, match="not the owner's token"):
        keeper.unlock(token)


def test_tokens_cannot_be_tried_out() -> None:
    clock = [0.0]
    keeper = Keeper("secret", now=lambda: clock[0])
    key = keeper.unlock("secret")
    for _ in range(MOST_WRONG):
        with pytest.raises(VisearchError, match="not the owner's"):
            keeper.unlock("guess")
    with pytest.raises(VisearchError, match="too many"):
        keeper.unlock("secret")
    keeper.check({"key": key})
    clock[0] = WITHIN_S
    assert keeper.holds({"key": keeper.unlock("secret")})
