"""What remains of photos: `python -m tests.trust.remains --photos 100 --minutes 10`.

Photos with a mark in their metadata are searched with, through the page and through the HTTP functions; then nothing is
done for ten minutes. Looked through are every file that the app has, and its log, for the mark, for the photo's own
bytes as they were sent and as they were kept, and for the names that they were kept under; and the process's memory,
where small things that were freed may lie until something else is written there. Prints one JSON document; ends with 1
when something is left on the disk or in the log, or a photo can still be fetched.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from tests.trust.running import Running, running

MARK = "MARK-OF-A-KITCHEN"
LOOKED_FOR = 12
"""Traces of each kind, the last ones: looking through a gigabyte takes a second for each."""


def marked(number: int) -> bytes:
    """A JPEG of random fields with the mark as camera, comment and place."""
    chance = random.Random(number)
    picture = Image.new("RGB", (12, 9))
    picture.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(12 * 9)])
    exif = Image.Exif()
    exif[0x010F] = exif[0x0110] = f"{MARK}-{number}"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, number / 10)
    sink = io.BytesIO()
    picture.resize((640, 480)).save(sink, "JPEG", quality=88, exif=exif, comment=MARK.encode())
    return sink.getvalue()


def middle(data: bytes) -> bytes:
    """Forty bytes out of a picture's own data, which no other picture has."""
    return data[len(data) // 2 :][:40]


def sought(app: Running, photos: int) -> tuple[dict[str, bytes], list[str]]:
    """Searches with all photos -> what to look for, by name, and the photos' addresses."""
    traces: dict[str, bytes] = {"mark": MARK.encode()}
    addresses = []
    with httpx.Client(base_url=app.url, timeout=120) as client:
        component = next(one["id"] for one in client.get("/config").json()["components"] if one["type"] == "html")
        for number in range(photos):
            data = marked(number)
            traces[f"sent {number}"] = middle(data)
            if number % 4 == 3:
                uri = base64.b64encode(data)
                traces[f"as base64 {number}"] = middle(uri)
                sent = {"data": ["", f"data:image/jpeg;base64,{uri.decode()}", None, 10, None]}
                event = client.post("/gradio_api/call/search", json=sent).json()["event_id"]
                assert "event: complete" in client.get(f"/gradio_api/call/search/{event}").text
                continue
            key = client.post("/photos", content=data).json()["photo"]
            addresses.append(f"/photos/{key}.jpg")
            traces[f"name {number}"] = key.encode()
            traces[f"kept {number}"] = middle(client.get(addresses[-1]).content)
            asked = {"fn_name": "ask", "component_id": component, "session_hash": f"s{number}"}
            reply = client.post("/gradio_api/component_server/", json={**asked, "data": {"photo": key}}).json()
            assert "regions" in reply, reply
    return traces, addresses


def left_in_files(app: Running, traces: Mapping[str, bytes]) -> list[str]:
    """Files with a trace, the log among them."""
    found = []
    for path in app.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.relative_to(app.home)}: {name}" for name, trace in traces.items() if trace in data]
    return found


def left_in_memory(app: Running, traces: Mapping[str, bytes]) -> dict[str, int]:
    """How many traces of each kind the process's memory still holds, of LOOKED_FOR of each."""
    some: dict[str, list[str]] = {}
    for name in traces:
        some.setdefault(name.rstrip("0123456789 "), []).append(name)
    found: dict[str, set[str]] = {kind: set() for kind in some}
    for piece in _memory(app.process.pid):
        for kind, names in some.items():
            found[kind] |= {name for name in names[-LOOKED_FOR:] if traces[name] in piece}
    return {kind: len(names) for kind, names in found.items()}


def _memory(pid: int) -> Iterator[bytes]:
    regions = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", Path(f"/proc/{pid}/maps").read_text(), re.M)
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for start, end in regions:
            try:
                memory.seek(int(start, 16))
                yield memory.read(int(end, 16) - int(start, 16))
            except OSError:
                continue


def run(app: Running, photos: int, minutes: float) -> dict[str, Any]:
    """All of it against a running app."""
    traces, addresses = sought(app, photos)
    at_once = {"files": left_in_files(app, traces), "memory": left_in_memory(app, traces)}
    time.sleep(minutes * 60)
    after = {"files": left_in_files(app, traces), "memory": left_in_memory(app, traces)}
    served = sum(httpx.get(app.url + address).status_code == 200 for address in addresses)
    return {"photos": photos, "at_once": at_once, "minutes": minutes, "after": after, "still_served": served}


def main() -> int:
    """Prints the document; 1 when something is left."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--photos", type=int, default=100)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--home", type=Path, help="VISEARCH_HOME; a fresh one unless given.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as fresh, running(given.home or Path(fresh)) as app:
        document = run(app, given.photos, given.minutes)
    print(json.dumps(document, indent=1))
    return 1 if document["at_once"]["files"] or document["after"]["files"] or document["still_served"] else 0


if __name__ == "__main__":
    sys.exit(main())
