"""Many visitors at once: `python -m tests.trust.visitors --visitors 32 --seconds 300`.

Each has an address and a photo of their own, whose colours are their number, and asks by words, by photo, by the HTTP
functions and while typing, with pauses as people make them. Every answer is compared with what the same visitor got
when nobody else was there: whatever belongs to another visitor is found. Prints one JSON document; ends with 1 when
there was an error or a foreign answer.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from tests.trust.running import Running, running

WORDS = ("mug", "red leather handbag", "vase under 60", "white candle", "蓝色 杯子", "green glass", "toy", "lamp")
PAUSE_S = 2.0
SHADES = (20, 90, 160, 230)


@dataclass
class Tally:
    """What was seen, by kind of request."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    outcomes: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, outcome: str, told: str = "") -> None:
        with self.lock:
            self.outcomes[outcome] += 1
            if outcome == "answered":
                self.times[kind].append(seconds)
            elif outcome == "foreign":
                self.foreign.append(f"{kind}: {told:.300}")
            elif outcome == "error":
                self.errors.append(f"{kind}: {told:.300}")


def colours(number: int) -> tuple[tuple[int, int, int], ...]:
    """Four fields of a photo that only this visitor has."""
    digits = [(number // 4**place) % 4 for place in range(4)]
    return tuple(
        (SHADES[digit], SHADES[(digit + place + 1) % 4], SHADES[3 - digit]) for place, digit in enumerate(digits)
    )


def photo_of(number: int) -> bytes:
    """The visitor's marker photo, a PNG of four fields."""
    picture = Image.new("RGB", (400, 400))
    for place, colour in enumerate(colours(number)):
        picture.paste(
            colour, (200 * (place % 2), 200 * (place // 2), 200 * (place % 2) + 200, 200 * (place // 2) + 200)
        )
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def is_photo_of(number: int, data: bytes) -> bool:
    """Whether a picture that was served is this visitor's."""
    picture = Image.open(io.BytesIO(data)).convert("RGB").resize((400, 400))
    found = [picture.getpixel((200 * (place % 2) + 100, 200 * (place // 2) + 100)) for place in range(4)]
    return all(
        abs(a - b) < 24
        for ours, theirs in zip(colours(number), found, strict=True)
        for a, b in zip(ours, theirs, strict=True)
    )


class Visitor:
    """One of them."""

    def __init__(self, number: int, url: str, component: int, tally: Tally) -> None:
        self.number, self.tally, self.component = number, tally, component
        address = f"93.184.{number // 200 + 1}.{number % 200 + 1}"
        # Kept for less time than the server keeps them: one that both close at once is a reset, which browsers repeat.
        limits = httpx.Limits(keepalive_expiry=2)
        self.client = httpx.Client(base_url=url, timeout=120, headers={"x-forwarded-for": address}, limits=limits)
        self.random = random.Random(number)
        self.word = f"{WORDS[number % len(WORDS)]} number{number:03d}"
        self.key = ""
        self.expected: dict[str, Any] = {}

    # ------------------------------------------------------------------ requests

    def server(self, name: str, sent: dict[str, Any]) -> dict[str, Any]:
        body = {"data": sent, "fn_name": name, "component_id": self.component, "session_hash": f"visitor{self.number}"}
        answer = self.client.post("/gradio_api/component_server/", json=body)
        answer.raise_for_status()
        return dict(answer.json())

    def function(self, name: str, *data: object) -> Any:
        event = self.client.post(f"/gradio_api/call/{name}", json={"data": data})
        if event.status_code in (429, 503):
            return {"busy": True}
        event.raise_for_status()
        stream = self.client.get(f"/gradio_api/call/{name}/{event.json()['event_id']}").text
        kind, _, body = stream.strip().rpartition("\n\n")[2].partition("\n")
        told = json.loads(body.removeprefix("data: "))
        if kind != "event: complete":
            if "Many people" in str(told) or "too much at once" in str(told):
                return {"busy": True}
            raise RuntimeError(f"{kind} {told}")
        return told[0]

    def send_photo(self) -> dict[str, Any]:
        answer = self.client.post("/photos?lang=en", content=photo_of(self.number))
        answer.raise_for_status()
        reply = dict(answer.json())
        self.key = reply.get("photo", self.key)
        return reply

    # ------------------------------------------------------------------ what they do

    def upload(self) -> str:
        reply = self.send_photo()
        if reply.get("refused"):
            return _refused(reply)
        served = self.client.get(f"/photos/{self.key}.jpg")
        return "answered" if is_photo_of(self.number, served.content) else f"foreign {self.key}"

    def by_photo(self) -> str:
        if not self.key:
            return self.upload()
        # Half of them another part each time: what was searched before comes from a cache.
        left, top = (self.random.uniform(0, 0.5) for _ in range(2))
        part = self.random.choice(("whole", f"{left:.3f},{top:.3f},{left + 0.4:.3f},{top + 0.4:.3f}"))
        reply = self.server("ask", {"photo": self.key, "box": part, "lang": "en"})
        if reply.get("forgotten"):
            return self.upload()
        if reply.get("refused"):
            return _refused(reply)
        keys = set(re.findall(r"photos/([\w-]{20,})", reply["regions"]["stage"] + reply["regions"]["refine"]))
        if keys != {self.key} or reply["state"]["photo"] != self.key:
            return f"foreign {keys}"
        return self._same("photo", _ids(reply)) if part == "whole" else "answered"

    def by_words(self) -> str:
        reply = self.server("ask", {"text": self.word, "lang": self.random.choice(("en", "zh"))})
        if reply.get("refused"):
            return _refused(reply)
        own = reply["state"]["text"] == self.word and f"number{self.number:03d}" in reply["link"]
        return self._same("words", _ids(reply)) if own else f"foreign {reply['state']}"

    def browse(self) -> str:
        reply = self.server("ask", {"lang": "en", "filters": {"category": []}})
        if reply.get("refused"):
            return _refused(reply)
        names = re.findall(r"thumbs/([0-9a-f]{64}\.jpg)", reply["regions"]["results"])
        for name in names[:6]:
            self.client.get(f"/thumbs/{name}").raise_for_status()
        return "answered"

    def typing(self) -> str:
        self.server("suggest", {"typed": self.word[:4], "lang": "en"})
        self.server("poll", {"lang": "en"})
        return "answered"

    def api_words(self) -> str:
        found = self.function("search", self.word, None, None, 10, None)
        return "busy" if "busy" in found else self._same("api words", [hit["id"] for hit in found["hits"]][:5])

    def api_photo(self) -> str:
        uri = "data:image/png;base64," + base64.b64encode(photo_of(self.number)).decode()
        found = self.function("search", "", uri, None, 10, None)
        return "busy" if "busy" in found else self._same("api photo", [hit["id"] for hit in found["hits"]][:5])

    def api_detect(self) -> str:
        uri = "data:image/png;base64," + base64.b64encode(photo_of(self.number)).decode()
        found = self.function("detect", uri)
        return "busy" if "busy" in found else self._same("detect", len(found["boxes"]))

    def _same(self, kind: str, found: Any) -> str:
        wanted = self.expected.setdefault(kind, found)
        if wanted == found:
            return "answered"
        # A batch rounds its last bits differently: places may be swapped among equals, products may not be others.
        near = isinstance(found, list) and len(set(wanted) & set(found)) >= len(wanted) - 1
        return "answered" if near else f"foreign {kind}: {found} instead of {wanted}"

    # ------------------------------------------------------------------ over time

    def once(self, name: str) -> None:
        started = time.perf_counter()
        try:
            outcome, _, told = getattr(self, name)().partition(" ")
        except Exception as error:
            outcome, told = "error", f"{type(error).__name__}: {error}"
        self.tally.add(name, time.perf_counter() - started, outcome, told)

    def live(self, until: float, pause_s: float = PAUSE_S) -> None:
        acts = ["by_photo"] * 5 + ["by_words"] * 6 + ["browse"] * 3 + ["typing"] * 3
        acts += ["upload", "api_words", "api_words", "api_photo", "api_detect"]
        while time.monotonic() < until:
            self.once(self.random.choice(acts))
            time.sleep(self.random.expovariate(1 / pause_s))


def _ids(reply: dict[str, Any]) -> list[str]:
    return re.findall(r'data-id="([^"]+)"', reply["regions"]["results"])[:5]


def _refused(reply: dict[str, Any]) -> str:
    return "busy" if reply.get("again_ms") else f"error {reply['message']}"


def run(app: Running, visitors: int, seconds: float, pause_s: float = PAUSE_S) -> dict[str, Any]:
    """All of it against a running app -> what was seen."""
    config = httpx.get(f"{app.url}/config", timeout=60).json()
    component = next(one["id"] for one in config["components"] if one["type"] == "html")
    quiet, tally = Tally(), Tally()
    them = [Visitor(number, app.url, component, quiet) for number in range(visitors)]
    names = ("upload", "by_photo", "by_words", "browse", "typing", "api_words", "api_photo", "api_detect")
    for visitor in them:
        for name in names:
            visitor.once(name)
        visitor.tally = tally
    memory = [app.memory_mb()]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=visitor.live, args=(until, pause_s)) for visitor in them]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(5)
        memory.append(app.memory_mb())
    every = [one for times in tally.times.values() for one in times]
    log = app.log.read_text("utf-8", errors="replace")
    return {
        "visitors": visitors,
        "seconds": seconds,
        "alone": {"outcomes": dict(quiet.outcomes), "ms": _spread([t for ts in quiet.times.values() for t in ts])},
        "outcomes": dict(tally.outcomes),
        "all_ms": _spread(every),
        "by_kind_ms": {kind: _spread(times) for kind, times in sorted(tally.times.items())},
        "memory_mb": {"start": round(memory[0]), "most": round(max(memory)), "end": round(memory[-1])},
        "memory_mb_every_5_s": [round(one) for one in memory],
        "foreign": (quiet.foreign + tally.foreign)[:20],
        "errors": (quiet.errors + tally.errors)[:20],
        "tracebacks": log.count("Traceback"),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {"n": len(seconds)}
    cut = statistics.quantiles(seconds, n=100, method="inclusive")
    return {
        "n": len(seconds),
        "p50": round(cut[49] * 1000),
        "p95": round(cut[94] * 1000),
        "most": round(max(seconds) * 1000),
    }


def main() -> int:
    """Prints the document; 1 when something was wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--visitors", type=int, default=32)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--pause", type=float, default=PAUSE_S, help="Mean seconds between a visitor's requests.")
    options.add_argument("--home", type=Path, help="VISEARCH_HOME; a fresh one unless given.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh, running(given.home or Path(fresh)) as app:
        document = run(app, given.visitors, given.seconds, given.pause)
    print(json.dumps(document, indent=1))
    return 1 if document["foreign"] or document["errors"] or document["tracebacks"] else 0


if __name__ == "__main__":
    sys.exit(main())
