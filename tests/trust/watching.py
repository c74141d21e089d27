"""What no answer may hold, whatever was sent."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

_PLACES = (Path(__file__).parents[2], Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix))
_ROOTS = ("/home/", "/usr/lib", "site-packages", *(f"{place}{os.sep}" for place in _PLACES if place.name))
_CODE = re.compile(
    r"Traceback|File \\?[\"'][^\"']+\.py|\b[A-Z][A-Za-z_]+(?:Error|Exception|Warning)\b|<class '|object at 0x"
)
_WENT_WRONG = ("Something went wrong", "出错了", "Internal Server Error", "The upload failed")


def complaint(status: int, body: str, sent: str = "", allowed: tuple[int, ...] = (200,)) -> str:
    """What is wrong with an answer, or "". What was `sent` itself may be repeated."""
    if status not in allowed:
        return f"status {status}"
    for sign in _WENT_WRONG:
        if sign in body:
            return f"says {sign!r}"
    found = _CODE.search(body)
    if found and found.group() not in sent:
        return f"shows {body[max(0, found.start() - 60) : found.end() + 60]!r}"
    for root in _ROOTS:
        at = body.find(root)
        if at >= 0 and root not in sent:
            return f"names a path: {body[max(0, at - 60) : at + 80]!r}"
    return ""


def as_json(value: Any) -> str:
    """What the server would send; raises for what no browser can read: NaN, or half a character."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode()
    return text


class Records(logging.Handler):
    """Keeps what was logged with a traceback, or as an error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            self.found.append(f"{record.getMessage()}: {error!r}")
