"""The index in use against exhaustive search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.evaluate.shop import photo, text, toy_engine
from visearch.evaluate import ann, evaluate
from visearch.evaluate.baselines import LexicalSearch
from visearch.index import create_index


def unit(rows: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def opened(index, vectors: np.ndarray, kind: str = "flat"):
    return SimpleNamespace(index=index, vectors=vectors, manifest=SimpleNamespace(index_kind=kind))


class Forgetful:
    """Finds everything but the rows that it has forgotten."""

    id = "forgetful"

    def __init__(self, vectors: np.ndarray, forgotten: set[int]) -> None:
        self._exact = create_index(vectors, "exact")
        self._left = np.array([row for row in range(len(vectors)) if row not in forgotten])

    def search(self, queries, k, allowed=None):
        return self._exact.search(queries, k, self._left)


def test_recall_is_the_share_of_the_nearest_that_is_found() -> None:
    vectors = unit(np.eye(20) + 0.01 * np.random.default_rng(0).random((20, 20)))
    query = vectors[:1]
    nearest = create_index(vectors, "exact").search(query, 10)[0][0].tolist()
    found = ann.against_exact(opened(Forgetful(vectors, set(nearest[1:4])), vectors), query)
    assert found is not None and (found["index"], found["recall@10"], found["queries"]) == ("forgetful", 0.7, 1)
    assert found["ms"] > 0 < found["exact_ms"]
    assert ann.against_exact(opened(create_index(vectors, "flat"), vectors), query)["recall@10"] == 1


def test_rows_that_tie_with_the_last_count_as_found() -> None:
    vectors = np.repeat(unit(np.eye(4)), 12, axis=0)
    found = ann.against_exact(opened(Forgetful(vectors, {0, 1}), vectors), vectors[:1])
    assert found is not None and found["recall@10"] == 1


def test_inverted_lists_are_tried_where_the_index_looks_at_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(600, 16)))
    flat = opened(create_index(vectors, "flat"), vectors)
    tried = ann.against_exact(flat, vectors[:20])
    assert tried is not None and tried["ivf"]["index"].startswith("faiss-ivf") and 0.5 < tried["ivf"]["recall@10"] <= 1
    used = ann.against_exact(opened(create_index(vectors, "ivf"), vectors, "ivf"), vectors[:20])
    assert used is not None and used["ivf"] is None
    monkeypatch.setattr(ann, "IVF_FROM", 601)
    assert ann.against_exact(flat, vectors[:20])["ivf"] is None


def test_an_evaluation_asks_with_its_queries_own_directions(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path)
    found = evaluate(
        engine, [photo("red", "p-000"), text("blue", "p-002"), replace(photo("red"), relevant=frozenset())]
    )
    assert found.ann is not None and (found.ann["queries"], found.ann["recall@10"]) == (2, 1)
    words = evaluate(LexicalSearch(engine.opened), [text("blue", "p-002")])
    assert words.ann is None and words.runtime == "none"
