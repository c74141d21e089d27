"""The addresses for whatever watches over the app: whether it lives, whether it answers, and its numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from visearch import __version__
from visearch.ops import metrics
from visearch.ops.metrics import Gauges, Metrics

if TYPE_CHECKING:
    from visearch.live import LiveEngine, Status

_NO_STORE = {"Cache-Control": "no-store"}
SERVER_TOPIC = "server"
"""What a note of `live.status()` is about while the server that holds the vectors does not answer."""
_WAITING = {
    "starting": "The app is starting.",
    "indexing": "The first index is being made.",
    "switching": "A catalogue is being prepared, and none answers yet.",
    "failed": "No index could be opened; the log says why.",
}


class Watched:
    """`/health`, `/ready` and, where VISEARCH_METRICS=1 asks for it, `/metrics`.

    They are answered in the server's own loop, so that they come at once when every thread is busy. Raises
    VisearchError when numbers are asked for and their package is missing.
    """

    def __init__(self, live: LiveEngine, demo: Any) -> None:
        self._live, self._demo, self._began = live, demo, time.monotonic()
        self._metrics = Metrics(self._gauges, __version__) if metrics.wanted() else None
        demo.metrics = self._metrics

    def routes(self) -> list[Route]:
        """For Gradio's server."""
        return [Route("/health", self._health), Route("/ready", self._ready), Route("/metrics", self._numbers)]

    async def _health(self, request: Request) -> Response:
        told = {"status": "ok", "version": __version__, "uptime_s": round(time.monotonic() - self._began, 1)}
        return JSONResponse(told, headers=_NO_STORE)

    async def _ready(self, request: Request) -> Response:
        reason = unready(self._live.status())
        if reason:
            return JSONResponse({"status": "unready", "reason": reason}, 503, {**_NO_STORE, "Retry-After": "5"})
        return JSONResponse({"status": "ready"}, headers=_NO_STORE)

    async def _numbers(self, request: Request) -> Response:
        if self._metrics is None:
            return JSONResponse({"detail": f"Numbers are collected with {metrics.VARIABLE}=1."}, 404)
        return Response(self._metrics.text(), headers=_NO_STORE, media_type=self._metrics.content_type)

    def _gauges(self) -> Gauges:
        status, load = self._live.status(), self._demo.visitors.load()
        queue = getattr(self._demo, "_queue", None)
        return Gauges(
            state=status.state,
            ready=not unready(status),
            products=status.products,
            generation=status.generation,
            working=load.working,
            waiting=load.waiting,
            turns=load.turns,
            queued=len(queue) if queue is not None else 0,
        )


def unready(status: Status) -> str:
    """Why nobody is answered just now, in words that tell nothing private; "" while an engine answers."""
    if status.catalog is None:
        return _WAITING.get(status.state, "No index answers yet.")
    return "The server that holds the vectors does not answer as it should." if SERVER_TOPIC in status.topics else ""
