"""The app's doors as a stranger reaches them."""

from __future__ import annotations

import base64
import html
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.trust.hostile_pictures import EITHER, Hostile
from tests.trust.watching import complaint

ANSWER_S = 120.0
# 400, 413 and 422 say that a request is none, 404 that there is nothing, 429 and 503 that there is no room.
# A connection that is kept may be closed by the server at the moment when it is used again.
_ALONE = httpx.Limits(max_keepalive_connections=0)
REFUSALS = (200, 400, 404, 413, 422, 429, 503)


@dataclass
class Outside:
    """Sends what is hostile to a running app and says what was wrong with the answers; `slowest` first."""

    url: str
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.url, timeout=ANSWER_S, trust_env=False, limits=_ALONE)
        config = self._http.get("/config").json()
        page = next(one for one in config["components"] if one.get("props", {}).get("elem_id") == "page")
        self._page = page["id"]

    def photo(self, hostile: Hostile, also: bool = False) -> str:
        """Through the photo's door, and as a question; `also` as a data URI through /search and /detect."""
        status, body = self._sent(hostile.name, "/photos", content=hostile.data)
        wrong = complaint(status, body)
        if wrong:
            return wrong
        key = json.loads(body).get("photo")
        outcome = "fine" if key else "refused"
        if hostile.expect not in (EITHER, outcome):
            return f"is {outcome}, not {hostile.expect}"
        if key:
            wrong = self.server("ask", {"photo": key})
        if not wrong and also and len(hostile.data) < 2 << 20:
            uri = "data:image/jpeg;base64," + base64.b64encode(hostile.data).decode()
            wrong = self.call("detect", [uri]) or self.call("search", ["", uri, None, 3, None])
        return wrong

    def server(self, name: str, sent: Any) -> str:
        """One of the page's own functions."""
        posted = {"data": sent, "component_id": self._page, "fn_name": name, "session_hash": "fuzz"}
        status, body = self._sent(f"{name} {sent!r:.80}", "/gradio_api/component_server", content=_json(posted))
        return complaint(status, body, repr(sent), REFUSALS)

    def call(self, name: str, arguments: list[Any]) -> str:
        """One of the public functions, or with `page:` in front one of the page's."""
        if name.startswith("page:"):
            return self.server(name.removeprefix("page:"), arguments[0])
        told, sent = f"{name} {arguments!r:.80}", _json({"data": arguments})
        status, body = self._sent(told, f"/gradio_api/call/{name}", content=sent)
        if status == 200:
            status, body = self._sent(told, f"/gradio_api/call/{name}/{json.loads(body)['event_id']}")
        return complaint(status, body, repr(arguments), REFUSALS)

    def words(self, text: str) -> str:
        """One text wherever words are taken."""
        asked = [("ask", {"text": text}), ("ask", {"link": f"?q={text}", "lang": "zh"}), ("suggest", {"typed": text})]
        for name, sent in asked:
            wrong = self.server(name, sent)
            if wrong:
                return wrong
        return self.call("search", [text, None, None, 3, None])

    def table(self, name: str, data: bytes) -> str:
        """Through the catalogue room: a draft, the file, a look at it, and away with it."""
        draft = self._room({"do": "draft"}).get("draft", "")
        if not draft:
            return "no draft was begun"
        address = f"/room/catalogue/upload/{draft}"
        try:
            params = {"name": name.encode(errors="replace").decode()}
            status, body = self._sent(name, address, content=data, params=params)
            wrong = complaint(status, body, name, REFUSALS)
            if wrong or status != 200:
                return wrong
            sent = {"room": "catalogue", "do": "finish", "draft": draft, "title": name}
            return self.server("room", sent)
        finally:
            self._room({"do": "drop", "draft": draft})
            page = str(self._room({}).get("regions", {}).get("room", ""))
            for upload in set(re.findall(r'data-do="remove"[^>]* data-upload="([^"]+)"', page)):
                self._room({"do": "remove", "upload": html.unescape(upload)})

    def _room(self, sent: dict[str, Any]) -> dict[str, Any]:
        posted = {"data": {"room": "catalogue", **sent}, "component_id": self._page, "fn_name": "room"}
        answer = self._http.post("/gradio_api/component_server", content=_json({**posted, "session_hash": "fuzz"}),
                                 headers={"content-type": "application/json"})  # fmt: skip
        reply = answer.json()
        return reply if isinstance(reply, dict) else {}

    def _sent(self, told: str, path: str, **options: Any) -> tuple[int, str]:
        started = time.perf_counter()
        method = "POST" if "content" in options else "GET"
        kind = {
            "content-type": "application/octet-stream" if path.startswith(("/photos", "/room")) else "application/json"
        }
        answer = self._http.request(method, path, headers=kind, **options)
        self.slowest = sorted([*self.slowest, (round(time.perf_counter() - started, 2), told)], reverse=True)[:5]
        return answer.status_code, answer.text


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
