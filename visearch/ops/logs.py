"""The log for machines and for people: one line an event, with the request that it belongs to."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
import threading
import traceback
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any, TextIO

from visearch.errors import VisearchError

VARIABLE, LEVEL_VARIABLE = "VISEARCH_LOG", "VISEARCH_LOG_LEVEL"
FORMS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
_SANE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SERVER = ("uvicorn", "uvicorn.error", "uvicorn.access")

_request: ContextVar[str] = ContextVar("visearch_request", default="")


def new_request_id(given: str = "") -> str:
    """`given` where it is plain (letters, digits and . _ : - up to 64), else a new one of 16 hex digits."""
    return given if _SANE.fullmatch(given) else uuid.uuid4().hex[:16]


def request_id() -> str:
    """That of the call that this thread works on; "" outside of one."""
    return _request.get()


@contextlib.contextmanager
def within(request: str) -> Iterator[None]:
    """Whatever is logged in here belongs to this request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


class _Form(logging.Formatter):
    """Our fields of a record: `data` is what a line carries beside its message."""

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """In the order in which they are written."""
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line = {"time": at.replace("+00:00", "Z"), "level": record.levelname.lower(), "logger": record.name}
        line["message"] = record.getMessage()
        if request_id():
            line["request_id"] = request_id()
        line |= getattr(record, "data", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        return line


class JsonForm(_Form):
    """One JSON object a line; a trace is one text with its line ends escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        # ASCII, so that no terminal and no collector takes a character of a catalogue for the end of a line.
        return json.dumps(self.fields(record), default=str)


class TextForm(_Form):
    """The same for people: TIME LEVEL LOGGER MESSAGE name=value ..., a trace on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        line = self.fields(record)
        trace = line.pop("trace", "")
        begins = [str(line.pop(name)) for name in ("time", "level", "logger", "message")]
        begins[1] = f"{begins[1].upper():<7}"
        more = [f"{name}={json.dumps(value, default=str)}" for name, value in line.items()]
        return " ".join([*begins, *more]) + (f"\n{trace}" if trace else "")


def configure(env: Mapping[str, str] | None = None, stream: TextIO | None = None) -> bool:
    """Sets the log up as VISEARCH_LOG and VISEARCH_LOG_LEVEL say -> whether they say anything; to stderr.

    Only the app calls this, never an import. Other libraries speak from warnings on, whatever the level: some of them
    would write down addresses that visitors gave. Raises VisearchError for a value that is none of FORMS or LEVELS.
    """
    source = os.environ if env is None else env
    form = _one_of(source, VARIABLE, FORMS)
    level = _one_of(source, LEVEL_VARIABLE, LEVELS)
    if not form and not level:
        return False
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonForm() if form == "json" else TextForm())
    handler.addFilter(_ours_or_grave)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("visearch").setLevel((level or "info").upper())
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    return True


def _ours_or_grave(record: logging.LogRecord) -> bool:
    """Some libraries set their own loggers to speak more."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] == "visearch"


def adopt_server() -> None:
    """The web server sets up handlers of its own when it starts: from then on its lines look like ours, too."""
    for name in _SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _uncaught(kind: Any, error: Any, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("visearch").critical("an error that nobody caught", exc_info=(kind, error, trace))


def _one_of(source: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = source.get(name, "").strip().lower()
    if value and value not in allowed:
        raise VisearchError(f"{name} is {value[:40]!r}.", f"Choose one of {', '.join(allowed)}, or unset it.")
    return value
