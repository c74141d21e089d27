"""The guard before Gradio's server: closes what is not ours, measures bodies, asks who comes, marks every answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visearch import tally
from visearch.errors import VisearchError
from visearch.ops.logs import new_request_id, within
from visearch.ui.origin import same_origin
from visearch.ui.trust.doors import SMALL_BODY, Door, door_of
from visearch.ui.trust.headers import CLOSED, EVERYWHERE, page_policy
from visearch.ui.trust.login import language_for, login_html
from visearch.ui.trust.sessions import Sessions
from visearch.ui.trust.visitors import BusyError, Visitors, visitor_of

logger = logging.getLogger(__name__)

BODY_S = 30.0
"""Seconds in which the next piece of a body must come."""
MOST_PAGE = 4 << 20
_ANYBODY = frozenset(("/gradio_api/startup-events", "/robots.txt", "/health", "/ready"))
"""Open on a private page too: Gradio asks itself the first before it says that it runs, and whatever watches over the
app has no password. They hold nothing."""
REQUEST_ID = "x-request-id"
_TOO_LARGE = "The request is too large."


@dataclass(frozen=True)
class Rules:
    """What the guard goes by. `sessions` is there where the page is private; `public` where a Space's proxies stand
    before it; `frames` are the origins that may show the page."""

    visitors: Visitors
    sessions: Sessions | None = None
    frames: tuple[str, ...] = ()
    public: bool = False


class Guard:
    """ASGI middleware around `app`."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = new_request_id(Headers(scope=scope).get(REQUEST_ID, ""))
        answer = _Answer(send, self._rules.frames, request)
        # For the functions behind it, which may run later and in other threads.
        scope.setdefault("state", {})["request_id"] = request
        with within(request):
            await self._guarded(scope, receive, answer)

    async def _guarded(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._http(scope, receive, answer)
        except _RefusedError as refused:
            await answer.plain(refused.status, refused.text)
        except Exception:
            logger.exception("a request failed")
            await answer.plain(500, "Something went wrong in the server; its log has the details.")

    async def _http(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        peer = (scope.get("client") or ("",))[0]
        visitor = visitor_of(peer, headers, self._rules.public)
        # For the functions behind it, which see the request and not this.
        scope.setdefault("state", {})["visitor"] = visitor
        if self._rules.sessions and path in ("/login", "/logout") and scope["method"] == "POST":
            await self._sign(path, Request(scope, receive), visitor, answer, self._rules.sessions)
            return
        door = door_of(path, scope["method"])
        if door is None:
            raise _RefusedError(404, "There is nothing here.")
        if self._rules.sessions and path not in _ANYBODY and not self._rules.sessions.holds(headers):
            await self._shut(path, headers, answer)
            return
        if door.counts:
            try:
                self._rules.visitors.allow(visitor)
            except BusyError as error:
                raise _RefusedError(429, str(error)) from error
        await self._app(scope, _measured(door, headers, receive, answer), answer.send)

    async def _shut(self, path: str, headers: Headers, answer: _Answer) -> None:
        if path == "/" and "text/html" in headers.get("accept", ""):
            await answer.page(401, login_html(language_for(headers.get("accept-language", ""))))
            return
        raise _RefusedError(401, "Sign in first, or send a token: Authorization: Bearer TOKEN.")

    async def _sign(self, path: str, request: Request, visitor: str, answer: _Answer, sessions: Sessions) -> None:
        if not same_origin(request):
            raise _RefusedError(403, "Another site sent this.")
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto", "") == "https"
        cookie = ""
        if path == "/login":
            language = language_for(request.headers.get("accept-language", ""))
            measured = _measured(_LOGIN, request.headers, request.receive, answer)
            sent = parse_qs((await Request(request.scope, measured).body()).decode(errors="replace"))
            name, password = (sent.get(key, [""])[0] for key in ("name", "password"))
            try:
                cookie = await asyncio.to_thread(sessions.sign_in, name, password, visitor)
            except VisearchError as error:
                await answer.page(429 if isinstance(error, BusyError) else 401, login_html(language, error))
                return
        # A relative way back: behind a proxy the page may stand below some other path.
        headers = {"location": "./", "set-cookie": sessions.cookie(cookie, secure)}
        await answer.whole(303, b"", "text/plain", headers)


_LOGIN = Door(pattern=door_of("/", "GET").pattern, methods=frozenset(("POST",)), most=SMALL_BODY)  # type: ignore[union-attr]


class _RefusedError(Exception):
    """Ends a request with a status and a sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass
class _Answer:
    """Sends what the app answers, with our headers; a page is held back until its policy can be made."""

    out: Send
    frames: tuple[str, ...]
    request: str
    started: bool = False
    _ended: bool = False
    _head: Message | None = None
    _held: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if self._ended:
            return
        if message["type"] == "http.response.start":
            if _is_page(message):
                self._head = message
                return
            await self._start(message, CLOSED)
        elif self._head is not None:
            await self._hold(self._head, message)
        else:
            await self.out(message)

    async def _hold(self, head: Message, message: Message) -> None:
        self._held += message.get("body", b"")
        if message.get("more_body", False) and len(self._held) < MOST_PAGE:
            return
        self._head = None
        await self._start(head, page_policy(bytes(self._held), self.frames))
        await self.out({**message, "body": bytes(self._held)})

    async def _start(self, message: Message, policy: str) -> None:
        self.started = True
        tally.count("http", str(message["status"]))
        given = [(name, value) for name, value in message.get("headers", []) if name.lower() not in _OURS]
        told = {**EVERYWHERE, _POLICY: policy, REQUEST_ID: self.request}
        ours = [(name.encode(), value.encode()) for name, value in told.items()]
        await self.out({**message, "headers": given + ours})

    async def plain(self, status: int, text: str) -> None:
        """A sentence as Gradio's clients read it, and no more after it; nothing where the answer has begun."""
        if not self.started:
            await self.whole(status, json.dumps({"detail": text}).encode(), "application/json")
        self._ended = True

    async def page(self, status: int, html: str) -> None:
        """A page of ours."""
        await self.whole(status, html.encode(), "text/html; charset=utf-8", {"cache-control": "no-store"})

    async def whole(self, status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        headers = {"content-type": kind, "content-length": str(len(body)), **(more or {})}
        policy = page_policy(body, self.frames) if kind.startswith("text/html") else CLOSED
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._start({"type": "http.response.start", "status": status, "headers": raw}, policy)
        await self.out({"type": "http.response.body", "body": body})


_POLICY = "content-security-policy"
_OURS = frozenset(
    name.encode() for name in (*EVERYWHERE, _POLICY, REQUEST_ID, "x-frame-options", "server", "x-powered-by")
)


def _is_page(message: Message) -> bool:
    kinds = (value for name, value in message.get("headers", []) if name.lower() == b"content-type")
    return next(kinds, b"").startswith(b"text/html")


def _measured(door: Door, headers: Headers, receive: Receive, answer: _Answer) -> Receive:
    """`receive`, ended by an error for a body that is too large, too slow, or of files that Gradio would keep."""
    if door.most is not None:
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > door.most:
            raise _RefusedError(413, _TOO_LARGE)
        if headers.get("content-type", "").lower().startswith("multipart/"):
            raise _RefusedError(415, "Files are not taken here.")
    most, state = door.most, {"size": 0, "ended": False}

    async def refuse(status: int, text: str) -> _RefusedError:
        # At once: what is within catches every error and would answer by itself.
        await answer.plain(status, text)
        return _RefusedError(status, text)

    async def read() -> MutableMapping[str, Any]:
        if state["ended"]:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), BODY_S)
        except asyncio.TimeoutError as error:
            raise await refuse(408, "The request comes too slowly.") from error
        state["size"] += len(message.get("body", b""))
        state["ended"] = not message.get("more_body", False)
        if most is not None and state["size"] > most:
            raise await refuse(413, _TOO_LARGE)
        return message

    return read
