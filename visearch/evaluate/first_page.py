"""How long until the page opens: `python -m visearch.evaluate.first_page`.

Seconds from the start of the process to an answered GET of `/`, of `app.py` and of a bare one-textbox gr.Blocks,
taken in turn in one run. The first start has an empty VISEARCH_HOME, the others find the index there. `answers` is
when the first search can be answered. Everything is offline and on this machine.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BARE = "import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Textbox()\ndemo.launch()\n"
GIVE_UP_S = 300.0
PAUSE_S = 0.05


def measure(rounds: int = 3) -> dict[str, Any]:
    """Seconds of the first start and the median of `rounds` later ones, beside the bare page's."""
    with tempfile.TemporaryDirectory() as home:
        first = _start([sys.executable, "app.py"], home, searches=True)
        later, bare = [], []
        for _ in range(rounds):
            bare.append(_start([sys.executable, "-c", BARE], home)["page_s"])
            later.append(_start([sys.executable, "app.py"], home, searches=True))
    page, plain = median(start["page_s"] for start in later), median(bare)
    return {
        "first_start": first,
        "second_start": {"page_s": page, "answers_s": median(start["answers_s"] for start in later)},
        "bare_page_s": plain,
        "ratio_first": round(first["page_s"] / plain, 2),
        "ratio_second": round(page / plain, 2),
    }


def _start(command: list[str], home: str, searches: bool = False) -> dict[str, float]:
    port = free_port()
    env = app_environment(home, port)
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_served(process, port)
        times = {"page_s": round(time.perf_counter() - started, 2)}
        if searches:
            _wait(process, lambda: _search(f"http://127.0.0.1:{port}"))
            times["answers_s"] = round(time.perf_counter() - started, 2)
        return times
    finally:
        process.kill()
        process.wait()


def app_environment(home: str, port: int) -> dict[str, str]:
    """The environment of an app that is offline, with `home` of its own, on `port` of this machine."""
    env = {**os.environ, "VISEARCH_HOME": home, "VISEARCH_OFFLINE": "1", "GRADIO_SERVER_PORT": str(port)}
    return env | {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_SERVER_NAME": "127.0.0.1"}


def wait_until_served(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the page answers. Raises RuntimeError when the process ends or minutes pass."""
    _wait(process, lambda: _get(f"http://127.0.0.1:{port}/"))


def _wait(process: subprocess.Popen[bytes], done: Any) -> None:
    end = time.perf_counter() + GIVE_UP_S
    while not done():
        if process.poll() is not None or time.perf_counter() > end:
            raise RuntimeError("the page did not open")
        time.sleep(PAUSE_S)


def _get(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _search(base: str) -> bool:
    body = json.dumps({"data": ["striped mug", None, None, 1, None]}).encode()
    call = urllib.request.Request(
        f"{base}/gradio_api/call/search", body, {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(call, timeout=GIVE_UP_S) as answer:
            event = json.load(answer)["event_id"]
        with urllib.request.urlopen(f"{base}/gradio_api/call/search/{event}", timeout=GIVE_UP_S) as stream:
            return b"event: complete" in stream.read()
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
