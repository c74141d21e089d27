"""The real app in a process of its own, for runs that are too long for the tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.browser.conftest import free_port

ROOT = Path(__file__).parents[2]
START_S = 300


@dataclass
class Running:
    """The app's address, its process, where it keeps and says something, and the most memory that it held (MB)."""

    url: str
    process: psutil.Process
    home: Path
    log: Path
    peak_mb: float = 0.0

    @property
    def lives(self) -> bool:
        """Whether it still runs."""
        return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE

    def traces(self) -> int:
        """How many tracebacks are in its log."""
        return self.log.read_text("utf-8", errors="replace").count("Traceback (most recent call last)")

    def watch(self) -> None:
        """Notes the most memory, until the process ends."""
        with contextlib.suppress(psutil.Error):
            while self.lives:
                self.peak_mb = max(self.peak_mb, self.memory_mb())
                time.sleep(0.05)

    def memory_mb(self) -> float:
        """What the process holds in memory (RSS), with the processes it started."""
        whole = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in whole) / 2**20


@contextlib.contextmanager
def running(home: Path, **more: str) -> Iterator[Running]:
    """Starts `python app.py` offline with `home`, waits until it answers fully, and ends it afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VISEARCH_", "GRADIO_", "HF_"))}
    port = free_port()
    env |= {"VISEARCH_HOME": str(home), "VISEARCH_OFFLINE": "1", "GRADIO_SERVER_PORT": str(port)}
    env |= {"GRADIO_TEMP_DIR": str(home / "uploads"), "TMPDIR": str(home / "tmp"), **more}
    (home / "tmp").mkdir(exist_ok=True)
    log = home / "app.log"
    with log.open("wb") as sink:
        started = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=sink, stderr=sink)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, started, log)
        app = Running(url, psutil.Process(started.pid), home, log)
        threading.Thread(target=app.watch, daemon=True).start()
        yield app
    finally:
        started.terminate()
        started.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the app ended while it started: {log.read_text('utf-8', errors='replace')[-2000:]}")
        with contextlib.suppress(httpx.HTTPError), httpx.Client(timeout=START_S) as client:
            event = client.post(f"{url}/gradio_api/call/catalog", json={"data": []}).json()["event_id"]
            if "event: complete" in client.get(f"{url}/gradio_api/call/catalog/{event}").text:
                return
        time.sleep(0.5)
    raise RuntimeError("the app did not start")
