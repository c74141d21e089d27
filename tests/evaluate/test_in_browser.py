"""The sums behind the browser's times; the run itself is a benchmark."""

from __future__ import annotations

from visearch.evaluate.in_browser import summary


def test_overhead_is_what_the_models_did_not_take() -> None:
    rows = [
        {"ms": 100.0 + n, "inside": {"detect": 60.0, "embed": 20.0, "search": 2.0, "total": 90.0}} for n in range(101)
    ]
    assert summary(rows) == {
        "photos": 101,
        "total_ms": {"p50": 150.0, "p95": 195.0},
        "model_ms": {"p50": 80.0, "p95": 80.0},
        "overhead_ms": {"p50": 70.0, "p95": 115.0},
    }
