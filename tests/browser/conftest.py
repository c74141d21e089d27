"""The real app in its own process, once a session, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="pip install -r tests/requirements.txt")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.still import StillLive
from visearch.config import Settings
from visearch.live import LiveEngine
from visearch.ui import build_app, launch
from visearch.ui.photos import Photos

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_S = 400
"""A cold start with an index to build, on a slow and busy machine."""

PATIENCE_MS = 180_000
"""What a person sees is waited for that long: on a busy machine the first answers come while models are exported."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = next((path for name in NAMES if (path := shutil.which(name))), playwright.chromium.executable_path)
        if not Path(found).exists():
            missing("No Chromium: run `apt-get install chromium`, or `playwright install chromium`.")
        chromium = playwright.chromium.launch(executable_path=found, args=ARGS)
        yield chromium
        chromium.close()


def missing(what: str) -> None:
    """Skips, or fails where the browser is part of the deal."""
    if os.environ.get("VISEARCH_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


@dataclass
class Visit:
    """A page, the hosts it asked, and the errors its scripts threw."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens an address in a fresh context; at the end nothing may have left the machine or thrown."""
    opened: list[Visit] = []

    def open_(url: str, width: int = 1440, height: int = 900, **options: object) -> Visit:
        page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
        page.set_default_timeout(PATIENCE_MS)
        seen = Visit(page)
        page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        opened.append(seen)
        page.goto(url, wait_until="domcontentloaded")
        return seen

    yield open_
    for seen in opened:
        host = seen.page.url.split("/")[2]
        errors, hosts = seen.errors, {h for h in seen.hosts if h and h != host}
        seen.page.context.close()
        assert errors == [] and hosts == set()


@pytest.fixture(scope="session")
def app_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the real app keeps: its home, Gradio's uploads and its log."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def app(browser: Browser, app_home: Path) -> Iterator[str]:
    """The address of `python app.py`, offline, with a home of its own; its catalogue and detector answer."""
    home = app_home
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VISEARCH_", "GRADIO_", "HF_"))}
    env |= {"VISEARCH_HOME": str(home), "VISEARCH_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    env |= {"GRADIO_SERVER_PORT": str(free_port()), "GRADIO_TEMP_DIR": str(home / "uploads")}
    log = home / "app.log"
    with log.open("wb") as sink:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=sink)
        watchdog = threading.Timer(START_S, process.kill)
        watchdog.start()
        try:
            address = _address(process, log)
            assert call(address, "catalog")[0] == "complete"
            watchdog.cancel()
            yield address
        finally:
            watchdog.cancel()
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Reads what the app prints until it names its address."""
    assert process.stdout is not None
    lines = []
    for raw in process.stdout:
        lines.append(raw.decode())
        if "http://" in lines[-1]:
            return lines[-1].split()[-1].rstrip("/")
    pytest.fail(f"app.py ended: {''.join(lines)}{log.read_text('utf-8')[-2000:]}")


def call(app: str, name: str, *data: object) -> tuple[str, object]:
    """One call over plain HTTP: post, then read the event stream -> (event, data)."""
    request = urllib.request.Request(
        f"{app}/gradio_api/call/{name}", json.dumps({"data": data}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        event_id = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{app}/gradio_api/call/{name}/{event_id}", timeout=START_S) as stream:
        event, _, body = stream.read().decode().strip().rpartition("\n\n")[2].partition("\n")
    return event.removeprefix("event: "), json.loads(body.removeprefix("data: "))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def shop(app: str, visit: Callable[..., Visit]) -> Page:
    """The real app's page with the catalogue on it."""
    page = visit(app).page
    expect(page.locator("#results .card:not(.skeleton)").first).to_be_visible(timeout=START_S * 1000)
    return page


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves the page of a live engine from this process; `fetch` stands in for the network."""
    demos: list[Any] = []

    def start(
        live: StillLive | LiveEngine,
        fetch: Callable[[str], bytes] | None = None,
        settings: Settings | None = None,
        keep: list[Any] | None = None,
    ) -> str:
        settings = settings or Settings()
        demo = build_app(live, settings, Photos(fetch) if fetch else None)
        demos.append(demo)
        if keep is not None:
            keep.append(demo)
        launch(demo, live, settings, server_port=free_port(), prevent_thread_lock=True, quiet=True)
        return demo.local_url

    yield start
    for demo in demos:
        demo.close()
