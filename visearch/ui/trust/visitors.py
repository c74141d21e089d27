"""Who asks, how often, and how many at once: nobody can keep the page from the others."""

from __future__ import annotations

import contextlib
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visearch.errors import VisearchError

BURST, PER_SECOND = 40.0, 2.0
"""Questions that a visitor may ask at once, and from then on: a page full of clicks, then one every half second."""
AT_ONCE = 4
"""Questions of one visitor that are worked on, or wait, side by side."""
WAITING = 24
"""Questions of all visitors that may wait for a turn: below the 40 threads that the server has."""
PATIENCE_S = 20.0
_MOST_VISITORS = 10_000


class BusyError(VisearchError):
    """There is no room for one more question just now; asking again in a moment helps."""


def too_many() -> BusyError:
    """For a visitor who asks faster than a person does."""
    return BusyError("That was too much at once.", "Wait a few seconds and try again.", "too_many")


def busy() -> BusyError:
    """For everybody, when more ask than can be answered."""
    return BusyError("Many people are searching right now.", "Try again in a few seconds.", "busy")


@dataclass(frozen=True)
class Load:
    """Questions that are worked on and that wait just now, and how many can be worked on side by side."""

    working: int
    waiting: int
    turns: int


@dataclass
class _Visitor:
    left: float
    seen: float
    inside: int = 0


class Visitors:
    """A bucket of questions for each visitor, and turns for all of them together. Thread-safe.

    `at_a_time` questions are worked on side by side; `waiting` more wait up to `patience_s` seconds, and whoever comes
    then is told at once. What is kept of a visitor is a count under their address, in memory, for minutes.
    """

    def __init__(
        self,
        at_a_time: int,
        waiting: int = WAITING,
        patience_s: float = PATIENCE_S,
        burst: float = BURST,
        per_second: float = PER_SECOND,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns = threading.Semaphore(at_a_time)
        self._at_a_time, self._inside_now, self._working = at_a_time, 0, 0
        self._places = threading.Semaphore(at_a_time + waiting)
        self._patience = patience_s
        self._burst, self._per_second, self._now = burst, per_second, now
        self._known: OrderedDict[str, _Visitor] = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, visitor: str, cost: float = 1.0) -> None:
        """Counts one question of `visitor`; "" is this machine's own user, who is not counted. Raises BusyError."""
        with self._lock:
            if visitor and not self._spend(visitor, cost):
                raise too_many()

    @contextlib.contextmanager
    def turn(self, visitor: str = "") -> Iterator[None]:
        """One question being worked on. Raises BusyError when there is no turn to be had."""
        with self._inside(visitor):
            if not self._places.acquire(blocking=False):
                raise busy()
            self._moved(inside=1)
            try:
                if not self._turns.acquire(timeout=self._patience):
                    raise busy()
                self._moved(working=1)
                try:
                    yield
                finally:
                    self._moved(working=-1)
                    self._turns.release()
            finally:
                self._moved(inside=-1)
                self._places.release()

    def load(self) -> Load:
        """How much is asked just now."""
        with self._lock:
            return Load(self._working, self._inside_now - self._working, self._at_a_time)

    def _moved(self, inside: int = 0, working: int = 0) -> None:
        with self._lock:
            self._inside_now += inside
            self._working += working

    @contextlib.contextmanager
    def _inside(self, visitor: str) -> Iterator[None]:
        if not visitor:
            yield
            return
        with self._lock:
            known = self._visitor(visitor)
            if known.inside >= AT_ONCE:
                raise too_many()
            known.inside += 1
        try:
            yield
        finally:
            with self._lock:
                known.inside -= 1

    def _spend(self, visitor: str, cost: float) -> bool:
        known, now = self._visitor(visitor), self._now()
        known.left = min(self._burst, known.left + (now - known.seen) * self._per_second)
        known.seen = now
        if known.left < cost:
            return False
        known.left -= cost
        return True

    def _visitor(self, visitor: str) -> _Visitor:
        known = self._known.get(visitor)
        if known is None:
            known = self._known[visitor] = _Visitor(self._burst, self._now())
        self._known.move_to_end(visitor)
        while len(self._known) > _MOST_VISITORS:
            self._known.popitem(last=False)
        return known


def visitor_of(peer: str, headers: Mapping[str, str], public: bool) -> str:
    """A name for whoever sent a request: their address, an IPv6 one by its network; "" on one's own machine.

    Behind a Space's proxies (`public`) it is the last public address of X-Forwarded-For, which those wrote: what
    stands before it may be made up. Elsewhere the server itself takes that header from its own machine alone.
    """
    if public:
        forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
        peer = next((part for part in reversed(forwarded) if _is_global(part)), peer)
    try:
        ip = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if ip.is_loopback:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def asking(request: Any) -> str:
    """The name that the guard gave whoever sent a request, Starlette's or Gradio's; "" where there is none."""
    return _given(request, "visitor")


def request_of(request: Any) -> str:
    """The id that the guard gave the request, likewise."""
    return _given(request, "request_id")


def _given(request: Any, name: str) -> str:
    scope = getattr(getattr(request, "request", request), "scope", None) or {}
    return str(scope.get("state", {}).get(name, ""))


def _is_global(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False
