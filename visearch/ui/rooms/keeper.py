"""Who may change what everybody sees: on one's own computer whoever sits there, on a public page its owner."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visearch.errors import VisearchError

VARIABLE = "VISEARCH_OWNER_TOKEN"
MOST_WRONG, WITHIN_S = 5, 60.0
"""Wrong tokens in that many seconds, over all visitors, before no more are tried."""
_MOST_KEYS = 32
_TRUE = {"1", "true", "yes", "on"}


@dataclass
class Keeper:
    """`token` opens; without one the keeper is open to all, or when `public` to nobody. Thread-safe.

    The token is given once (`unlock`). What the browser keeps and sends from then on is a key of its own, which
    ends with the server: it cannot be guessed, so that somebody who tries out tokens never locks the owner out.
    """

    token: str = ""
    public: bool = False
    now: Callable[[], float] = time.monotonic
    _keys: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_KEYS))
    _wrong: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Keeper:
        """A Space (SPACE_ID) and a shared link (GRADIO_SHARE) are public; VISEARCH_OWNER_TOKEN is the token."""
        source = os.environ if env is None else env
        public = bool(source.get("SPACE_ID")) or source.get("GRADIO_SHARE", "").lower() in _TRUE
        return cls(source.get(VARIABLE, "").strip(), public)

    @property
    def state(self) -> str:
        """`open` to everybody, `token` where that is asked for, `locked` where none is set."""
        if self.token:
            return "token"
        return "locked" if self.public else "open"

    def holds(self, sent: Mapping[str, Any]) -> bool:
        """Whether whoever sent this may change things."""
        return self.state == "open" or self._known(sent.get("key"))

    def check(self, sent: Mapping[str, Any]) -> None:
        """Raises VisearchError when whoever sent this may change nothing."""
        if self.holds(sent):
            return
        if self.state == "locked":
            raise VisearchError(
                "Nobody can change anything on this public page.",
                f"Its owner sets the secret {VARIABLE} in the Space's settings and restarts it.",
            )
        raise VisearchError("Only the owner of this page can do that.", "Give the owner's token first.")

    def unlock(self, token: Any) -> str:
        """The token -> a key for this browser. Raises VisearchError for a wrong one, and after too many of them."""
        if self.state != "token":
            self.check({})
            return ""
        with self._lock:
            while self._wrong and self._wrong[0] <= self.now() - WITHIN_S:
                self._wrong.popleft()
            if len(self._wrong) >= MOST_WRONG:
                raise VisearchError("There were too many wrong tokens.", "Wait a minute and try again.")
            given = token if isinstance(token, str) else ""
            if not hmac.compare_digest(given.encode(errors="replace"), self.token.encode()):
                self._wrong.append(self.now())
                raise VisearchError("That is not the owner's token.", f"It is the secret {VARIABLE}.")
            key = secrets.token_urlsafe(24)
            self._keys.append(key)
            return key

    def _known(self, key: Any) -> bool:
        if not isinstance(key, str):
            return False
        given = key.encode(errors="replace")
        with self._lock:
            return any(hmac.compare_digest(given, known.encode()) for known in self._keys)
