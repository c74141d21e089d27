"""Health, readiness and numbers of a running page."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.ops.conftest import Served
from visearch import __version__, tally
from visearch.ops import metrics
from visearch.passwords import Accounts, new_token
from visearch.recent import Recent
from visearch.status import Board, Status
from visearch.ui.trust.guard import Guard, Rules
from visearch.ui.trust.sessions import Sessions
from visearch.ui.trust.visitors import Load, Visitors
from visearch.ui.watched import unready

ROOT = Path(__file__).parents[2]


def numbers(served: Served) -> dict[str, float]:
    """{name with labels: value} of /metrics."""
    status, _, body = served.get("/metrics")
    assert status == 200
    lines = (line.rpartition(" ") for line in body.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_it_lives_and_is_ready(served: Served) -> None:
    status, headers, body = served.get("/health")
    told = json.loads(body)
    assert (status, told["status"], told["version"]) == (200, "ok", __version__) and told["uptime_s"] > 0
    assert headers["cache-control"] == "no-store"
    assert served.get("/ready")[0] == 200


@pytest.mark.parametrize("state", ["starting", "indexing", "failed", "switching"])
def test_it_is_not_ready_while_nothing_answers(served: Served, state: str) -> None:
    before = served.live.now
    try:
        served.live.now = Status(state=state, error="/srv/secret could not be opened", notes=("/srv/secret",))
        status, headers, body = served.get("/ready")
        assert status == 503 and headers["retry-after"] == "5"
        assert json.loads(body)["reason"] and b"secret" not in body
        assert served.get("/health")[0] == 200
        assert numbers(served)[f'visearch_state{{state="{state}"}}'] == 1
    finally:
        served.live.now = before


def test_it_is_not_ready_while_the_vector_server_is_away(served: Served) -> None:
    board = Board()
    board.change(state="ready", catalog=served.live.now.catalog)
    assert unready(board.get()) == ""
    board.note("source", "The files have changed.")
    assert unready(board.get()) == ""
    board.note("server", "postgresql://shop does not answer.")
    assert "server" in unready(board.get())
    board.note("server", "")
    assert unready(board.get()) == ""


def test_while_another_catalogue_is_prepared_the_present_one_answers(served: Served) -> None:
    assert unready(replace(served.live.now, state="switching")) == ""


def test_the_numbers_of_searches(served: Served) -> None:
    before = numbers(served)
    for words in ("yellow", "yellow", "nothing-of-that"):
        served.call("search", words, None, None, 2, None)
    served.call("similar", "nobody", 2, None)
    now = numbers(served)

    def more(name: str) -> float:
        return now[name] - before.get(name, 0)

    assert more('visearch_searches_total{door="api",kind="text",outcome="ok"}') == 3
    assert more('visearch_searches_total{door="api",kind="similar",outcome="refused"}') == 1
    assert more('visearch_errors_total{error="QueryError"}') == 1
    assert more('visearch_stage_seconds_count{stage="search"}') == 3
    assert more('visearch_search_seconds_count{door="api",kind="text"}') == 3
    assert more('visearch_cache_lookups_total{cache="query_vectors",result="hit"}') >= 1
    assert more('visearch_http_answers_total{status="200"}') >= 4
    assert now["visearch_products"] == 24 and now["visearch_ready"] == 1 and now["visearch_turns"] >= 2
    assert now["visearch_turns_in_use"] == now["visearch_queue_depth"] == 0
    assert now["process_resident_memory_bytes"] > 1e7
    assert now[f'visearch_build_info{{version="{__version__}"}}'] == 1


def test_numbers_are_for_who_may_enter_health_is_for_all() -> None:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    token, hashed = new_token()
    accounts = Accounts.read(f"robot:{hashed}")
    assert accounts is not None
    inner = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("reached"))])
    client = TestClient(Guard(inner, Rules(Visitors(2), Sessions(accounts))))
    assert [client.get(path).status_code for path in ("/health", "/ready", "/metrics")] == [200, 200, 401]
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_watching_is_no_visitors_turn() -> None:
    from visearch.ui.trust.doors import door_of

    doors = [door_of(path, "GET") for path in ("/health", "/ready", "/metrics")]
    assert all(door is not None and not door.counts for door in doors)
    assert door_of("/health", "POST") is None and door_of("/metrics/x", "GET") is None


def test_the_turns_in_use_are_told() -> None:
    visitors = Visitors(1)
    assert visitors.load() == Load(0, 0, 1)
    with visitors.turn():
        assert visitors.load() == Load(1, 0, 1)
    assert visitors.load() == Load(0, 0, 1)


def test_caches_with_a_name_are_counted() -> None:
    kept: Recent[int] = Recent(2, name="tried")
    for key in "aab":
        kept.get(key, lambda: 1)
    Recent[int](2).get("a", lambda: 1)
    counts = tally.counts()
    assert (counts["tried", "hit"], counts["tried", "miss"]) == (1, 2)


def test_without_the_package_the_start_says_the_command() -> None:
    code = (
        "import sys; sys.modules['prometheus_client'] = None\n"
        "from visearch.ops.metrics import Gauges, Metrics\n"
        "from visearch.errors import VisearchError\n"
        "try: Metrics(Gauges, '1')\n"
        "except VisearchError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip install prometheus-client" in done.stdout


def test_they_are_off_unless_asked_for() -> None:
    assert not metrics.wanted({}) and metrics.wanted({"VISEARCH_METRICS": "1"})
