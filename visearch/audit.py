"""The log of administrative acts: what was done to the catalogue and when, and nothing about who visited it."""

from __future__ import annotations

import json
import logging
import os
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

FILE = "audit.jsonl"
MOST_BYTES = 1 << 20
"""Then the log becomes audit.1.jsonl, in the place of the one before."""
PAGE, COMMAND = "page", "command line"
_LONGEST = 300
_lock = threading.Lock()


def record(home: Path, act: str, outcome: str, by: str, catalog: str = "", **numbers: float) -> None:
    """Adds one line {"at" (ISO 8601, UTC), "act", "outcome", "by", "catalog", ...} to HOME/audit.jsonl.

    `act` is index, switch, remove, evaluate and the like, `by` is PAGE or COMMAND: there are no names or addresses of
    people in it. A log that cannot be written holds nothing up.
    """
    line: dict[str, Any] = {"at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "act": act}
    line |= {"outcome": outcome[:_LONGEST], "by": by, "catalog": catalog[:_LONGEST], **numbers}
    # ASCII, so that nothing in a catalogue's name can look like the end of a line, or steer a terminal.
    data = (json.dumps({name: value for name, value in line.items() if value != ""}) + "\n").encode("ascii")
    try:
        with _lock:
            home.mkdir(parents=True, exist_ok=True)
            path = home / FILE
            if path.exists() and path.stat().st_size + len(data) > MOST_BYTES:
                path.replace(home / "audit.1.jsonl")
            # One write of one line: two processes that append do not mix.
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, data)
            finally:
                os.close(handle)
    except OSError as error:
        logger.warning("the audit log could not be written: %s", error)


def read(home: Path, most: int = 100) -> list[dict[str, Any]]:
    """The last `most` acts, the newest first; damaged lines are left out."""
    found = []
    try:
        lines = (home / FILE).read_text("ascii", errors="replace").splitlines()
    except OSError:
        return []
    for line in reversed(lines[-most:]):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
