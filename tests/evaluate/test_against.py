"""Two runs over the same queries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from visearch.errors import VisearchError
from visearch.evaluate import against, read_document, to_lines


def document(right: str, kind: str = "photo", name: str = "q", **more: Any) -> dict[str, Any]:
    """A run whose queries hit at once ("1") or not ("0"), in order."""
    queries = [
        {"key": f"{name}{i}", "kind": kind, "text": "", "picture": f"{name}{i}.jpg", "hit@1": float(one), "rank": 1}
        for i, one in enumerate(right)
    ]
    return {"catalog": "shop", "model": "m", "by_kind": {kind: {}}, "queries": queries, **more}


def hit_1(here: str, there: str) -> dict[str, float]:
    return against(document(here), document(there))["by_kind"]["photo"]["hit@1"]


def test_differences_are_paired_and_tested() -> None:
    found = hit_1("1111111100", "0000000000")
    assert (found["n"], found["here"], found["there"], found["difference"]) == (10, 0.8, 0, 0.8)
    assert 0.4 <= found["low"] < 0.8 < found["high"] <= 1
    assert found["p"] == pytest.approx(2 / 2**8, abs=1e-4), (
        "all eight changes go one way: two of 2^8 sign patterns are as far out"
    )


def test_as_many_up_as_down_is_no_difference() -> None:
    found = hit_1("1100", "0011")
    assert found["difference"] == 0 and found["p"] == 1 and found["low"] < 0 < found["high"]


@pytest.mark.parametrize(("here", "there"), [("1010", "1010"), ("1011", "1010")], ids=["alike", "one changed"])
def test_what_a_coin_would_do_has_a_p_of_one(here: str, there: str) -> None:
    assert hit_1(here, there)["p"] == 1


def test_many_changes_give_the_same_p_twice() -> None:
    here, there = "1" * 40 + "0" * 20, "0" * 40 + "1" * 20
    found = hit_1(here, there)
    assert found == hit_1(here, there) and 0.001 < found["p"] < 0.03


def test_only_queries_of_both_count() -> None:
    other = document("00")
    other["queries"].append({**other["queries"][0], "key": "elsewhere"})
    found = against(document("111"), other)
    assert found["by_kind"]["photo"]["hit@1"]["n"] == 2 and found["left_out"] == 2
    assert (found["here"]["catalog"], found["there"]["model"]) == ("shop", "m")
    with pytest.raises(VisearchError, match="share no query"):
        against(document("1"), document("1", name="other"))


def test_a_metric_that_one_run_lacks_is_left_out() -> None:
    here, there = document("11"), document("10")
    for one in here["queries"]:
        one["category@1"] = 1.0
    there["queries"][0]["category@1"] = 0.0
    found = against(here, there)["by_kind"]["photo"]
    assert found["category@1"]["n"] == 1 and set(found) == {"hit@1", "category@1"}


def test_lines_name_what_differs() -> None:
    (head, line) = to_lines(against(document("11111111"), document("00000000", runtime="torch")))
    assert "shop" in head and "torch" in head
    assert "photo hit@1: 0.000 -> 1.000, +1.000" in line and "p 0.008" in line and "n 8" in line


def test_an_evaluation_is_read_from_its_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").write_text(json.dumps(document("1")), "utf-8")
    assert read_document(tmp_path) == read_document(tmp_path / "evaluation.json") == document("1")


@pytest.mark.parametrize("content", ["{", "[]", '{"queries": []}', '{"by_kind": {}}', None])
def test_what_is_no_evaluation_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(VisearchError, match=r"other\.json") as told:
        read_document(path)
    assert "--report" in told.value.hint
