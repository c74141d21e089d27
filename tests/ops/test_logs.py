"""The log: one object a line, with the request that it belongs to, and nothing of what visitors asked."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.ops.conftest import Served
from visearch.catalog.base import CatalogInfo
from visearch.errors import QueryError, VisearchError
from visearch.ops import logs
from visearch.ops.asked import API, FAILED, REFUSED, kind_of, listeners, question
from visearch.status import Board
from visearch.ui.asking import name_of

ROOT = Path(__file__).parents[2]
WORDS = "geheim-red bag"


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of its own with the JSON form."""
    stream, logger = io.StringIO(), logging.Logger("visearch.tried")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonForm())
    logger.addHandler(handler)
    yield logger, stream


def test_the_log_of_a_real_request(served: Served) -> None:
    event, headers = served.call("search", WORDS, None, None, 3, None, **{"X-Request-ID": "order-66.a"})
    assert event.startswith("event: complete")
    assert headers["x-request-id"] == "order-66.a"
    line = next(one for one in served.lines() if one.get("request_id") == "order-66.a")
    at = datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
    assert at.utcoffset() is not None and at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert (line["level"], line["logger"], line["message"]) == ("info", "visearch.search", "search")
    assert (line["door"], line["kind"], line["status"], line["hits"]) == ("api", "text", "ok", 3)
    assert (line["catalog"], line["model"]) == ("toy", "toy")
    assert {"understand", "embed", "search"} <= line["timings_ms"].keys()
    assert line["total_ms"] >= line["timings_ms"]["total"]


def test_no_word_of_a_visitor_is_in_the_log(served: Served) -> None:
    served.call("search", WORDS, None, None, 3, None)
    served.call("search", WORDS, "data:image/png;base64,R0VIRUlN", None, 3, None)
    served.call("similar", "geheim-product", 3, None)
    written = served.log.getvalue()
    assert "geheim" not in written and "R0VIRUlN" not in written
    told = [(one["kind"], one["status"], one.get("error")) for one in served.lines() if one["message"] == "search"]
    assert ("search", "refused", "PictureError") in told
    assert ("similar", "refused", "QueryError") in told


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "ü"])
def test_an_id_that_is_not_plain_is_replaced(given: str) -> None:
    made = logs.new_request_id(given)
    assert made != given and len(made) == 16 and int(made, 16) >= 0


def test_every_answer_names_its_request(served: Served) -> None:
    ids = {served.get(path)[1]["x-request-id"] for path in ("/health", "/thumbs/none.jpg", "/closed")}
    assert len(ids) == 3


def test_an_exception_is_one_line(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = lines
    with logs.within("abc"):
        try:
            raise ValueError("first\nsecond \u2028 third")
        except ValueError:
            logger.exception("it %s", "failed")
    assert stream.getvalue().count("\n") == 1
    line = json.loads(stream.getvalue())
    assert (line["message"], line["error"], line["request_id"]) == ("it failed", "ValueError", "abc")
    assert "test_logs.py" in line["trace"] and "first\nsecond" in line["trace"]
    assert logs.request_id() == ""


def test_the_text_form_is_for_people(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = lines
    logger.handlers[0].setFormatter(logs.TextForm())
    logger.warning("careful", extra={"data": {"kind": "text", "hits": 3}})
    assert stream.getvalue().endswith('WARNING visearch.tried careful kind="text" hits=3\n')


def test_nothing_is_set_up_unless_asked() -> None:
    before = logging.getLogger().handlers[:]
    assert not logs.configure({})
    assert logging.getLogger().handlers == before


@pytest.mark.parametrize("env", [{"VISEARCH_LOG": "xml"}, {"VISEARCH_LOG": "json", "VISEARCH_LOG_LEVEL": "loud"}])
def test_a_wrong_setting_is_told(env: dict[str, str]) -> None:
    with pytest.raises(VisearchError, match=r"xml|loud") as raised:
        logs.configure(env)
    assert "Choose one of" in raised.value.hint


def test_an_error_that_nobody_caught_is_a_line_too() -> None:
    code = (
        "import logging, visearch.ops.logs as l; l.configure({'VISEARCH_LOG': 'json'});"
        "logging.getLogger('httpx').setLevel('DEBUG'); logging.getLogger('httpx').info('GET https://somebody.example/photo.jpg');"
        "logging.getLogger('visearch.x').info('said'); raise RuntimeError('bug')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    said, ended = (json.loads(line) for line in done.stderr.splitlines())
    assert said["message"] == "said" and "photo.jpg" not in done.stderr
    assert (ended["level"], ended["error"]) == ("critical", "RuntimeError") and done.returncode == 1


def test_how_a_question_ended() -> None:
    told = []
    listeners.append(told.append)
    try:
        with pytest.raises(QueryError), question(API, "text"):
            raise QueryError("no")
        with pytest.raises(ZeroDivisionError), question(API, "text"):
            _ = 1 // 0
    finally:
        listeners.remove(told.append)
    assert [(one.status, one.error) for one in told] == [(REFUSED, "QueryError"), (FAILED, "ZeroDivisionError")]
    kinds = [kind_of("a", True), kind_of(" ", True), kind_of("a", False), kind_of("", False), kind_of("", False, True)]
    assert kinds == ["both", "photo", "text", "browse", "similar"]


def test_functions_are_told_by_their_names() -> None:
    def add() -> object:
        def detect() -> object:
            return lambda _: None

        return detect()

    assert name_of(add()) == "detect"  # type: ignore[arg-type]


def test_the_log_tells_what_answers(caplog: pytest.LogCaptureFixture) -> None:
    board = Board()
    with caplog.at_level("INFO", "visearch.status"):
        board.change(state="indexing")
        board.change(stage="embedding", done=3)
        board.change(state="ready", catalog=CatalogInfo("toy", "Toy shop"), products=24, generation=1)
    told = [record.data for record in caplog.records]  # type: ignore[attr-defined]
    assert [one["state"] for one in told] == ["indexing", "ready"]
    assert (told[1]["catalog"], told[1]["products"]) == ("toy", 24)
