"""How the public functions ask: in turn, and with errors that reach the caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from visearch.errors import VisearchError
from visearch.ops.asked import API, Asked, kind_of_query, question
from visearch.ops.logs import within
from visearch.types import Query
from visearch.ui.trust.visitors import Visitors, asking, request_of

if TYPE_CHECKING:
    from visearch.live import LiveEngine

logger = logging.getLogger(__name__)

T = TypeVar("T")
SHARED: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "search"}
"""What all functions that ask the engine give to `gr.api`: they share one queue."""


class ToldError(gr.Error):  # type: ignore[misc]
    """A sentence for the caller; also as text, which is what an MCP client is told."""

    def __init__(self, message: str) -> None:
        super().__init__(message, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


class Ask:
    """A visitor's calls are counted where they arrive; here they wait for their turn among everybody's questions."""

    def __init__(self, live: LiveEngine, visitors: Visitors) -> None:
        self._live, self._visitors = live, visitors

    def __call__(
        self, read: Callable[[], T], work: Callable[[T], dict[str, Any]], request: gr.Request | None
    ) -> dict[str, Any]:
        """`work` on what `read` made of the arguments. Raises ToldError with the sentence for the caller."""

        def in_turn() -> dict[str, Any]:
            # Nobody waits for the first index, or for somebody's slow host, within a turn.
            with question(API, name_of(work)) as asked:
                engine = self._live.engine()
                given = read()
                if isinstance(given, Query):
                    asked.kind = kind_of_query(given)
                with self._visitors.turn(asking(request)):
                    document = work(given)
                manifest = engine.opened.manifest
                _note(asked, document, str(manifest.catalog["id"]), str(manifest.model["name"]))
                return document

        with within(request_of(request)):
            return _told(in_turn)

    def at_once(self, work: Callable[[], T]) -> T:
        """What needs no turn."""
        return _told(work)


def name_of(work: Callable[..., object]) -> str:
    """The public function that a piece of its work was written in, such as "detect"."""
    parts = work.__qualname__.split(".<locals>.")
    return parts[-2] if len(parts) > 2 else "other"


def _note(asked: Asked, document: dict[str, Any], catalog: str, model: str) -> None:
    timings, hits = document.get("timings_ms"), document.get("hits")
    count = len(hits) if isinstance(hits, list) else None
    asked.answered(timings if isinstance(timings, dict) else {}, count, catalog, model)


def _told(work: Callable[[], T]) -> T:
    """Errors as ToldError, whose text reaches the caller; a bug only says that it is one."""
    try:
        return work()
    except VisearchError as error:
        raise ToldError(str(error)) from error
    except Exception as error:
        logger.exception("an API call failed")
        raise ToldError("Something went wrong in the server; its log has the details.") from error
