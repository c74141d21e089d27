"""One page served over toy products, with its log as JSON and its numbers collected."""

from __future__ import annotations

import io
import json
import logging
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.ui.still import StillLive, engine_of, ready_status
from visearch.config import Settings
from visearch.ops import logs, metrics
from visearch.ui import build_app, launch

HEADERS = {"Content-Type": "application/json"}


@dataclass
class Served:
    """A running page: `url`, its live engine, and the lines of its log so far."""

    url: str
    live: StillLive
    log: io.StringIO
    demo: Any = field(default=None)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", headers=headers)) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def call(self, name: str, *data: object, **headers: str) -> tuple[str, dict[str, str]]:
        """(the last event of a public function's call, the headers of the answer to the post)."""
        body = json.dumps({"data": data}).encode()
        address = f"{self.url}/gradio_api/call/{name}"
        with urllib.request.urlopen(urllib.request.Request(address, body, {**HEADERS, **headers})) as answer:
            event, given = json.load(answer)["event_id"], dict(answer.headers)
        with urllib.request.urlopen(f"{address}/{event}", timeout=60) as stream:
            return stream.read().decode().strip().rpartition("\n\n")[2], given


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root, package = logging.getLogger(), logging.getLogger("visearch")
    before = (root.handlers[:], root.level, package.level, sys.excepthook, threading.excepthook)
    patch, log = pytest.MonkeyPatch(), io.StringIO()
    patch.setenv(metrics.VARIABLE, "1")
    logs.configure({logs.VARIABLE: "json"}, log)
    engine = engine_of(tmp_path_factory.mktemp("served"))
    live = StillLive(engine, ready_status(engine))
    settings = Settings(home=Path(), offline=True)
    demo = build_app(live, settings)  # type: ignore[arg-type]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    try:
        launch(demo, live, settings, server_port=port, prevent_thread_lock=True, quiet=True)  # type: ignore[arg-type]
        yield Served(demo.local_url.rstrip("/"), live, log, demo)
    finally:
        demo.close()
        demo.metrics.close()
        patch.undo()
        logging.captureWarnings(False)
        root.handlers[:], root.level, package.level, sys.excepthook, threading.excepthook = before
