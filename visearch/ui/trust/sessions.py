"""Signing in: a cookie for people, a token for programs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie

from visearch.errors import VisearchError
from visearch.passwords import Accounts
from visearch.ui.trust.visitors import Visitors

COOKIE = "visearch_session"
LASTS_S = 12 * 3600
TOKEN_HEADER = "x-visearch-token"  # noqa: S105 (a header's name)


class Sessions:
    """Who is signed in. A session is signed, not kept: it outlives a restart and holds for every process. Thread-safe.

    `space` is for a page in a Space's frame, whose cookies are those of another site.
    """

    def __init__(self, accounts: Accounts, space: bool = False, now: Callable[[], float] = time.time) -> None:
        self._accounts, self._space, self._now = accounts, space, now
        # One try at a time: each takes 16 MB and a core. A visitor has five at once, and then one in twelve seconds.
        self._tries = Visitors(at_a_time=1, waiting=8, patience_s=10, burst=5, per_second=1 / 12)

    def sign_in(self, name: str, password: str, visitor: str) -> str:
        """A cookie's value. Raises VisearchError for a wrong name or password, BusyError after too many tries."""
        # The own machine's tries are counted too: behind a proxy on it, that is everybody.
        self._tries.allow(visitor or "here")
        with self._tries.turn(visitor or "here"):
            right = self._accounts.is_user(name[:200], password[:1000])
        if not right:
            raise VisearchError("That name and password do not go together.", "Try again.", "wrong_password")
        body = f"{base64.urlsafe_b64encode(name.encode()).decode()}.{int(self._now()) + LASTS_S}"
        return f"{body}.{self._signature(body)}"

    def holds(self, headers: Mapping[str, str]) -> bool:
        """Whether a request may enter. `headers` have names in lower case."""
        return self._cookie(headers.get("cookie", "")) or self._token(headers)

    def cookie(self, value: str, secure: bool) -> str:
        """The Set-Cookie header; an empty value ends the session."""
        parts = [f"{COOKIE}={value}", "Path=/", "HttpOnly", f"Max-Age={LASTS_S if value else 0}"]
        if self._space:
            # In the hub's frame the page is another site's: partitioned, it is sent there and nowhere else.
            parts += ["SameSite=None", "Secure", "Partitioned"]
        else:
            parts += ["SameSite=Lax", *(["Secure"] if secure else [])]
        return "; ".join(parts)

    def _cookie(self, header: str) -> bool:
        try:
            morsel = SimpleCookie(header).get(COOKIE)
        except CookieError:
            return False
        body, _, signature = (morsel.value if morsel else "").rpartition(".")
        name, _, until = body.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()) or not until.isdigit():
            return False
        return int(until) > self._now() and self._named(name) in self._accounts.users

    def _token(self, headers: Mapping[str, str]) -> bool:
        # Beside the usual header, which on a private Space holds the hub's own token.
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = (headers.get(TOKEN_HEADER, ""), bearer.strip() if scheme.lower() == "bearer" else "")
        return any(token and self._accounts.is_token(token) for token in given)

    def _signature(self, body: str) -> str:
        return hmac.new(self._accounts.secret, body.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _named(name: str) -> str:
        try:
            return base64.urlsafe_b64decode(name.encode()).decode()
        except ValueError:
            return ""
