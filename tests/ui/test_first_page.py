"""What keeps the first page quick, and what is said when it cannot be served."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.ui import build_app, launch

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "open_clip", "datasets", "transformers", "faiss", "timm", "bm25s")


def test_the_page_is_built_without_the_heavy_packages(tmp_path: Path) -> None:
    code = f"import sys, app; print([m for m in {HEAVY!r} if m in sys.modules]); print(type(app.demo).__name__)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "", "HOME": str(tmp_path), "VISEARCH_HOME": str(tmp_path), "VISEARCH_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "Blocks"], ran.stderr
    assert not list(tmp_path.iterdir()), "importing app.py writes nothing"


def test_a_taken_port_is_told_in_words(live: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(VisearchError, match=f"port {port}: it is taken. Stop the other program"):
            launch(build_app(live, Settings()), live, Settings(), server_port=port, quiet=True)
