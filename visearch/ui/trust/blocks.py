"""Gradio's Blocks for functions that programs call: nothing that they send is kept or logged."""

from __future__ import annotations

from typing import Any

import gradio as gr

from visearch.ui.mcp import ShopServer

MOST_UNREAD = 256
"""Answers that wait for programs which have not come for them; older ones go."""


class Blocks(gr.Blocks):  # type: ignore[misc]
    """A page whose HTTP functions take and give plain JSON (`gr.api`).

    Gradio keeps the last input of every session for its components, and prints inputs that do not fit into the log.
    There are no components here that could use them, and an input may be a visitor's photo.
    """

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any = None, explicit_call: bool = False
    ) -> list[Any]:
        """The values as they came. Raises gr.Error when there are too few, or more than the function takes."""
        wanted = len(block_fn.inputs)
        if len(inputs) != wanted:
            raise gr.Error(
                f"/{block_fn.api_name} takes {wanted} values in the order of /gradio_api/info; {len(inputs)} came.",
                print_exception=False,
            )
        return list(inputs)

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any = None) -> list[Any]:
        """The function's one result."""
        return [predictions]

    @property
    def mcp_server_obj(self) -> ShopServer | None:
        """The MCP server. Where Gradio sets its own, ours comes instead."""
        return self._mcp

    @mcp_server_obj.setter
    def mcp_server_obj(self, given: object) -> None:
        self._mcp = None if given is None else ShopServer(self)

    def bound_memory(self) -> None:
        """Keeps fewer answers that nobody came for: one may have 500 products."""
        self._queue.pending_messages_per_session.max_size = MOST_UNREAD
