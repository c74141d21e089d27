"""The page served from this process, and clients that ask it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import socket
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from visearch.config import Settings
from visearch.ui import build_app, launch

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@contextlib.contextmanager
def serving(live: Any, settings: Settings | None = None) -> Iterator[Any]:
    """The Blocks of a page that answers at `demo.local_url`."""
    settings = settings or Settings()
    demo = build_app(live, settings)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    launch(demo, live, settings, server_port=port, prevent_thread_lock=True, quiet=True)
    try:
        yield demo
    finally:
        demo.close()


def in_session(
    demo: Any, talk: Callable[[ClientSession], Awaitable[Any]], headers: dict[str, str] | None = None
) -> Any:
    """What `talk` gives in a session of the official MCP client over streamable HTTP."""

    async def session() -> Any:
        address = f"{demo.local_url}gradio_api/mcp/"
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(address, http_client=http) as (read, write, _),
            ClientSession(read, write) as one,
        ):
            return await talk(one)

    # In a thread of its own: another test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(session())).result(120)


def answer_of(result: Any) -> Any:
    """The JSON that a tool answered."""
    assert not result.isError, result.content
    assert [one.type for one in result.content] == ["text"]
    return json.loads(result.content[0].text)


def told(result: Any) -> str:
    """The sentence that a tool refused with."""
    assert result.isError
    return str(result.content[0].text)


def differs(one: Any, other: Any, where: str = "") -> str:
    """Where two answers differ, "" when they do not. Times are not looked at; numbers may differ by a thousandth."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = {*one, *other} - {"timings_ms"}
        found = (
            differs(one.get(name, "absent"), other.get(name, "absent"), f"{where}.{name}") for name in sorted(names)
        )
        return next((text for text in found if text), "")
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        found = (differs(a, b, f"{where}[{n}]") for n, (a, b) in enumerate(zip(one, other, strict=True)))
        return next((text for text in found if text), "")
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return "" if math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-3) else f"{where}: {one} and {other}"
    return "" if one == other else f"{where}: {one!r:.200} and {other!r:.200}"
