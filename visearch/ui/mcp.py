"""The MCP server (https://modelcontextprotocol.io): Gradio's own, with a few tools that an agent can tell apart.

What differs from Gradio's:

- Five tools instead of every public function: each one costs an agent some hundred tokens in every conversation, and
  the workflows' functions either resemble these five or need what an agent does not have (a visitor's clicks, a
  supplier's list). They stay functions of the HTTP API.
- A call runs in the request that brought it. Gradio's way, a call of itself over HTTP, would come from this machine: as
  a visitor who is not counted, and who has no token.
- Answers are JSON instead of Python's way to write a dict, and their pictures have addresses that a client can open.
- Descriptions hold all that the docstrings say, types their limits.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import re
from typing import Any

from gradio.mcp import GradioMCPServer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from visearch import __version__
from visearch.errors import VisearchError
from visearch.ui.described import described
from visearch.ui.origin import same_origin

TOOLS = {
    "search": "Search products by words or photo",
    "detect": "Find things in a photo",
    "similar": "Find look-alikes of a product",
    "product": "Read one product",
    "catalog": "What this shop sells",
}
"""Public functions that are tools, with titles for people."""

INSTRUCTIONS = (
    "This server searches the catalogue of one shop, by words (English or Chinese), by photo, or by both. Call search "
    "first; similar and product take an id of its hits. Photos are https addresses or base64 data URIs. For a photo "
    "with several things call detect and give one of its boxes to search. Hits with close: false are not what was "
    "asked for, only the nearest: say so. catalog lists what can be filtered."
)

_OURS = re.compile(r"thumbs/[0-9a-f]{64}\.jpg")
_TRUE = frozenset(("1", "true", "yes", "on"))


def wanted() -> bool:
    """Whether MCP is to be served: as GRADIO_MCP_SERVER says, else where the package `mcp` is installed."""
    told = os.environ.get("GRADIO_MCP_SERVER", "").strip().lower()
    return told in _TRUE if told else importlib.util.find_spec("mcp") is not None


class ShopServer(GradioMCPServer):  # type: ignore[misc]
    """The MCP server of a page. Raises ImportError without the package `mcp`."""

    handle_streamable_http: ASGIApp

    def __init__(self, blocks: Any) -> None:
        super().__init__(blocks)
        self.mcp_server.version, self.mcp_server.instructions = __version__, INSTRUCTIONS
        self._tell_what_tools_do()
        self._over_http, self.handle_streamable_http = self.handle_streamable_http, self._guarded

    def get_tool_to_endpoint(self) -> dict[str, str]:
        """Tool -> function, those of TOOLS in that order."""
        every: dict[str, str] = super().get_tool_to_endpoint()
        named = {endpoint.lstrip("/"): tool for tool, endpoint in every.items()}
        return {named[name]: f"/{name}" for name in TOOLS if name in named}

    def get_block_fn_from_endpoint_name(self, endpoint_name: str) -> Any:
        """A function as one that needs no queue: its turn is taken in `Ask`."""
        found = copy.copy(super().get_block_fn_from_endpoint_name(endpoint_name))
        if found is not None:
            found.queue = False
        return found

    def get_fn_description(self, block_fn: Any, tool_name: str) -> tuple[str, dict[str, str]]:
        """What the tool does and answers, and what its arguments are."""
        told = described(block_fn.fn)
        about = {name: schema["description"] for name, schema in told.parameters.items()}
        return f"{told.text} Returns JSON: {told.returns}", about

    def get_input_schema(
        self, tool_name: str, parameters: dict[str, str] | None = None
    ) -> tuple[dict[str, Any], list[Any]]:
        """The arguments' JSON schema. No argument is a file that Gradio would keep."""
        block_fn = self.get_block_fn_from_endpoint_name(self.tool_to_endpoint.get(tool_name, ""))
        if block_fn is None:
            raise VisearchError(
                f"There is no tool {tool_name!r:.60}.", f"Take one of {', '.join(self.tool_to_endpoint)}."
            )
        return described(block_fn.fn).schema(), []

    def postprocess_output_data(self, data: Any, root_url: str) -> list[Any]:
        """The answer as one JSON text."""
        return [self.types.TextContent(type="text", text=_text(output, root_url)) for output in data]

    def _tell_what_tools_do(self) -> None:
        """Titles for people, and that nothing is changed: clients need not ask before they call."""
        listing, handlers = self.types.ListToolsRequest, self.mcp_server.request_handlers
        as_listed = handlers[listing]

        async def with_hints(asked: Any) -> Any:
            answer = await as_listed(asked)
            for tool in answer.root.tools:
                title = TOOLS[self.tool_to_endpoint[tool.name].lstrip("/")]
                tool.title = title
                tool.annotations = self.types.ToolAnnotations(title=title, readOnlyHint=True, destructiveHint=False)
            return answer

        handlers[listing] = with_hints

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _refused(Request(scope))
        await (self._over_http if answer is None else answer)(scope, receive, send)


def _refused(request: Request) -> Response | None:
    if not same_origin(request):
        # As the standard demands (transports, "Security Warning"): else any page that a person opens could ask.
        return JSONResponse({"detail": "Another site's page sent this."}, 403)
    streams = "text/event-stream" in request.headers.get("accept", "")
    if request.method == "POST" or (request.method == "GET" and not streams):
        return None
    # There is nothing that this server would tell unasked, and no session to end.
    return Response(status_code=405, headers={"allow": "POST"})


def _text(output: Any, root_url: str) -> str:
    return json.dumps(_absolute(output, root_url.rstrip("/")), ensure_ascii=False, separators=(",", ":"))


def _absolute(value: Any, root: str) -> Any:
    if isinstance(value, dict):
        return {name: _absolute(inner, root) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_absolute(inner, root) for inner in value]
    return f"{root}/{value}" if isinstance(value, str) and _OURS.fullmatch(value) else value
