"""What programs and agents read before they ask: `/agents.md`, the OpenAPI document, and what is wrong with a call."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr
from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from visearch.errors import VisearchError
from visearch.ui.described import Described, described, public_functions
from visearch.ui.mcp import TOOLS
from visearch.ui.openapi import openapi
from visearch.ui.trust.visitors import BURST, PER_SECOND

if TYPE_CHECKING:
    from visearch.live import LiveEngine

_MD = "/agents.md"
_OPENAPI = "/gradio_api/openapi.json"
_MOST_VALUES = 12

_TEXT = """\
# {title}

> Visual product search over the catalogue of one shop: a photo, words (English or Chinese), or both in; products out.

{sells}

## How to ask

{mcp}- HTTP, in one step: POST `{{"data": [all arguments by position]}}` as JSON to `{root}/gradio_api/run/NAME`; the
  answer is `{{"data": [ANSWER]}}`, or `{{"error": SENTENCE}}`.
- HTTP, for long answers: POST the arguments by name to `{root}/gradio_api/call/v2/NAME`, then GET
  `{root}/gradio_api/call/NAME/EVENT_ID`, a stream of server-sent events.
- Python: `gradio_client.Client("{root}").predict(text="striped mug", api_name="/search")`; in JavaScript
  `@gradio/client` does the same.
- All functions with types and limits: `{root}{openapi}` (OpenAPI 3.1).

```bash
curl -s {root}/gradio_api/run/search -H 'Content-Type: application/json' {header}\\
  -d '{{"data": ["striped mug", null, null, 3, null]}}'
```

## Functions

{functions}

## What to know

- Give `search` words, a photo, or both. Prices, colours and what is not wanted are read from the words ("under 200,
  not black"); `understood` says what was read.
- Photos are https addresses or base64 data URIs, at most 25 MB. They are not kept.
- For a photo with several things call `detect` first and give one of its boxes to `search`.
- `match` is 0-100. Hits with `"close": false` are only the nearest that there are: say so, or ask otherwise.
- Pictures are addresses below `{root}/`.
- A visitor may ask {burst:.0f} times at once and {rate:.0f} times a second from then on. More is refused with the
  status 429: wait a few seconds.
- Errors are one sentence on what was wrong and one on what to do.
- {access}
"""
_PRIVATE = (
    "The catalogue is private: send `Authorization: Bearer TOKEN` (or `X-Visearch-Token: TOKEN`) with every request."
)
_OPEN = "No token is needed."


def agent_routes(demo: gr.Blocks, live: LiveEngine, private: bool) -> list[Route]:
    """`/agents.md` and the OpenAPI document. They come before Gradio's own addresses."""

    def page(request: Request) -> Response:
        text = agents_md(demo, live, get_root_url(request, _MD, None), private)
        return PlainTextResponse(text, media_type="text/markdown", headers={"cache-control": "no-cache"})

    def document(request: Request) -> Response:
        return JSONResponse(openapi(public_functions(demo), get_root_url(request, _OPENAPI, None), private))

    return [Route(_MD, page), Route(_OPENAPI, document)]


def unknown_argument(request: Request, error: Exception) -> Response:
    """For a call with an argument that there is not: Gradio raises TypeError for it, and would say nothing of it."""
    said = str(error)
    if not said.startswith(("Parameter `", "No value provided for required argument")):
        raise error
    told = said.partition(" Please click")[0]
    return JSONResponse({"detail": f"{told} The arguments stand in {_OPENAPI}."}, 422)


def agents_md(demo: gr.Blocks, live: LiveEngine, root: str, private: bool) -> str:
    """How an agent uses this shop's search, with what the shop sells just now. Markdown."""
    functions = public_functions(demo)
    mcp = ""
    if demo.mcp_server_obj is not None:
        mcp = f"- MCP (best for agents): `{root}/gradio_api/mcp/`, streamable HTTP; tools: {', '.join(TOOLS)}.\n"
    return _TEXT.format(
        title=_one_line(demo.title),
        sells=_sells(live),
        mcp=mcp,
        root=root,
        openapi=_OPENAPI,
        header='-H "Authorization: Bearer $TOKEN" ' if private else "",
        functions="\n".join(_line(described(function), name in TOOLS) for name, function in functions.items()),
        burst=BURST,
        rate=PER_SECOND,
        access=_PRIVATE if private else _OPEN,
    )


def _sells(live: LiveEngine) -> str:
    try:
        engine = live.engine(wait=False)
    except VisearchError as error:
        return _one_line(str(error))
    info, facets = engine.opened.manifest.catalog, engine.facets()
    lines = [f'The catalogue is "{_one_line(info["title"])}": {len(engine.opened.products):,} products.']
    for name, values in facets.values.items():
        shown = ", ".join(f"{_one_line(value)} ({n})" for value, n in values[:_MOST_VALUES])
        lines.append(f"- {name}: {shown}{', ...' if len(values) > _MOST_VALUES else ''}")
    for name, (low, high) in facets.ranges.items():
        unit = f" {facets.currency}" if "price" in name else ""
        lines.append(f"- {name}: {low:g} to {high:g}{unit}")
    return "\n".join(lines)


def _line(one: Described, main: bool) -> str:
    arguments = ", ".join(f"{name}={json.dumps(told.get('default', '...'))}" for name, told in one.parameters.items())
    name = f"**{one.name}**" if main else one.name
    return f"- {name}(`{arguments}`): {one.summary}" if arguments else f"- {name}(): {one.summary}"


def _one_line(text: str) -> str:
    """What a catalogue says, without what could begin something of its own in Markdown."""
    return " ".join(str(text).replace("`", "'").replace("<", "(").split())[:120]


HANDLERS: dict[type[Exception], Callable[[Request, Exception], Response]] = {TypeError: unknown_argument}
"""For Gradio's server."""
