"""What a room is: a part of the page with its own questions and answers, beside searching."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.routing import Route

from visearch.ui.state import whole
from visearch.ui.texts import Say


class Room(Protocol):
    """One room. `Rooms` looks after errors, languages and who may enter what."""

    def do(self, what: str, sent: Mapping[str, Any], say: Say) -> dict[str, Any]:
        """`what` was asked, with whatever else the browser sent -> {"regions": {element id: html}, "again_ms", ...}.

        "open" draws the whole room into the region "room"; other answers may replace parts of it by their ids.
        `again_ms` is when the browser shall ask for "poll", and left out when it need not. VisearchErrors are told
        to the visitor. Nothing in `sent` can be trusted to be of any type.
        """
        ...

    def routes(self) -> list[Route]:
        """Its own addresses, such as downloads; each starts with /room/NAME/."""
        ...


def text_of(sent: Mapping[str, Any], name: str, most: int = 400) -> str:
    """A text field that the browser sent, without blanks around it; "" for anything else."""
    value = sent.get(name)
    return whole(" ".join(value.split())[:most]) if isinstance(value, str) else ""
