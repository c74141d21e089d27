"""How the public functions ask: in turn, and with errors that reach the caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from visearch.errors import VisearchError
from visearch.ui.trust.visitors import Visitors, asking

if TYPE_CHECKING:
    from visearch.live import LiveEngine

logger = logging.getLogger(__name__)

T = TypeVar("T")
SHARED: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "search"}
"""What all functions that ask the engine give to `gr.api`: they share one queue."""


class Ask:
    """A visitor's calls are counted where they arrive; here they wait for their turn among everybody's questions."""

    def __init__(self, live: LiveEngine, visitors: Visitors) -> None:
        self._live, self._visitors = live, visitors

    def __call__(
        self, read: Callable[[], T], work: Callable[[T], dict[str, Any]], request: gr.Request | None
    ) -> dict[str, Any]:
        """`work` on what `read` made of the arguments. Raises gr.Error with the sentence for the caller."""

        def in_turn() -> dict[str, Any]:
            # Nobody waits for the first index, or for somebody's slow host, within a turn.
            self._live.engine()
            given = read()
            with self._visitors.turn(asking(request)):
                return work(given)

        return _told(in_turn)

    def at_once(self, work: Callable[[], T]) -> T:
        """What needs no turn."""
        return _told(work)


def _told(work: Callable[[], T]) -> T:
    """Errors as gr.Error, whose text reaches the caller; a bug only says that it is one."""
    try:
        return work()
    except VisearchError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        logger.exception("an API call failed")
        raise gr.Error("Something went wrong in the server; its log has the details.", print_exception=False) from error
