"""Every backend against exact.py, on values; exact.py against a plain sort."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from visearch.errors import StoreError
from visearch.index import FLAT_UP_TO, choose_kind, create_index, load_index
from visearch.index import faiss as faiss_module
from visearch.types import RowIds, Scores, Vectors

N, DIM, K = 3000, 24, 10
EXACT_KINDS = ("exact", "flat")
KINDS = (*EXACT_KINDS, "ivf")
TWINS = [7, 900, 2999]


def unit(rows: np.ndarray) -> Vectors:
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def gallery(n: int = N, seed: int = 0) -> Vectors:
    """Clustered, as pictures of products are; three rows are one and the same picture."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((40, DIM))
    rows = unit(centres[rng.integers(40, size=n)] + 0.35 * rng.standard_normal((n, DIM)))
    if n > max(TWINS):
        rows[TWINS] = rows[TWINS[0]]
    return rows


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return gallery()


@pytest.fixture(scope="module")
def queries(vectors: Vectors) -> Vectors:
    rng = np.random.default_rng(1)
    picked = vectors[rng.integers(N, size=30)]
    return np.concatenate([vectors[TWINS[:1]], unit(picked + 0.1 * rng.standard_normal(picked.shape))])


@pytest.fixture(params=[0, faiss_module.EXACT_BELOW], ids=["selector", "default"])
def filter_rule(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 even small filters go through faiss's own selector."""
    monkeypatch.setattr(faiss_module, "EXACT_BELOW", request.param)


def reference(vectors: Vectors, query: Vectors, k: int, allowed: RowIds) -> tuple[list[int], list[float]]:
    scored = [(float(np.float32(vectors[r].astype(float) @ query.astype(float))), int(r)) for r in allowed]
    top = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:k]
    return [row for _, row in top], [score for score, _ in top]


def check(kind: str, got: tuple[RowIds, Scores], wanted: tuple[RowIds, Scores], recall: float = 0.95) -> None:
    ids, scores = got
    assert ids.dtype == np.int64 and scores.dtype == np.float32
    assert ids.shape == scores.shape == wanted[0].shape
    assert (ids >= 0).all()
    assert (np.diff(scores, axis=1) <= 0).all()
    if kind in EXACT_KINDS:
        np.testing.assert_array_equal(ids, wanted[0])
        np.testing.assert_allclose(scores, wanted[1], atol=1e-6)
        return
    shares = [len(set(a) & set(b)) / len(b) for a, b in zip(ids.tolist(), wanted[0].tolist(), strict=True) if b]
    assert not shares or np.mean(shares) >= recall
    for i, line in enumerate(ids.tolist()):
        assert len(set(line)) == len(line)
        known = dict(zip(wanted[0][i].tolist(), wanted[1][i].tolist(), strict=True))
        common = [j for j, row in enumerate(line) if row in known]
        np.testing.assert_allclose(scores[i][common], [known[line[j]] for j in common], atol=1e-6)


def test_exact_is_a_plain_sort(vectors: Vectors, queries: Vectors) -> None:
    ids, scores = create_index(vectors, "exact").search(queries, K)
    for i, query in enumerate(queries):
        rows, values = reference(vectors, query, K, np.arange(N))
        assert ids[i].tolist() == rows
        np.testing.assert_allclose(scores[i], values, atol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_search(kind: str, vectors: Vectors, queries: Vectors) -> None:
    index = create_index(vectors, kind)
    assert (len(index), index.dim) == (N, DIM)
    check(kind, index.search(queries, K), create_index(vectors, "exact").search(queries, K))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
@pytest.mark.usefixtures("filter_rule")
def test_filters(kind: str, share: float, vectors: Vectors, queries: Vectors) -> None:
    allowed = np.sort(np.random.default_rng(2).permutation(N)[: int(share * N)])
    got = create_index(vectors, kind).search(queries, K, allowed)
    assert set(got[0].ravel().tolist()) <= set(allowed.tolist())
    check(kind, got, create_index(vectors, "exact").search(queries, K, allowed))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("filter_rule")
def test_filters_that_leave_little(kind: str, vectors: Vectors, queries: Vectors) -> None:
    index = create_index(vectors, kind)
    nothing = index.search(queries, K, np.array([], dtype=np.int64))
    assert nothing[0].shape == nothing[1].shape == (len(queries), 0)
    one = index.search(queries, K, np.array([1234]))
    assert one[0].tolist() == [[1234]] * len(queries)
    np.testing.assert_allclose(one[1][:, 0], queries @ vectors[1234], atol=1e-6)
    assert index.search(queries[:1], K, np.array([5, N + 5]))[0].tolist() == [[5]]


@pytest.mark.parametrize("near", [0, 3, 48])
def test_a_filter_far_from_the_query_still_fills_the_answer(
    near: int, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probed lists hold hardly an allowed row: what faiss leaves open is completed exactly."""
    for name, value in {"EXACT_BELOW": 0, "MIN_PROBES": 1, "PROBE_SHARE": 0}.items():
        monkeypatch.setattr(faiss_module, name, value)
    by_score = np.argsort(vectors @ vectors[0])
    allowed = np.sort(np.concatenate([by_score[: N // 2], by_score[N - 1 - near : -1]]))
    index = create_index(vectors, "ivf")
    check("flat", index.search(vectors[:1], K, allowed), create_index(vectors, "exact").search(vectors[:1], K, allowed))


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_there_is(kind: str, vectors: Vectors, queries: Vectors) -> None:
    index = create_index(vectors[:40], kind)
    got = index.search(queries, 100)
    assert got[0].shape == (len(queries), 40)
    check(kind, got, create_index(vectors[:40], "exact").search(queries, 100))
    assert index.search(queries, 0)[0].shape == (len(queries), 0)
    assert index.search(queries[:0], 5)[0].shape == (0, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_scores_by_lower_row(kind: str, vectors: Vectors) -> None:
    index = create_index(vectors, kind)
    ids, scores = index.search(vectors[TWINS[:1]], 3)
    assert ids[0].tolist() == TWINS
    assert len(set(scores[0].tolist())) == 1
    for k in (1, 2):
        assert index.search(vectors[TWINS[:1]], k)[0][0].tolist() == TWINS[:k]


@pytest.mark.parametrize("kind", KINDS)
def test_ties_longer_than_the_candidates(kind: str, vectors: Vectors) -> None:
    """A placeholder picture that hundreds of products share: faiss cuts the tie anywhere, we do not."""
    rows = vectors.copy()
    same = np.sort(np.random.default_rng(3).permutation(N)[:400])
    rows[same] = rows[0]
    expected = np.union1d(same, [0])[:K]
    index = create_index(rows, kind)
    assert index.search(rows[:1], K)[0][0].tolist() == expected.tolist()
    index.add(expected, rows[expected])  # faiss keeps them last now, and cuts them off first
    assert index.search(rows[:1], K)[0][0].tolist() == expected.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_add_replace_and_remove(kind: str, vectors: Vectors, queries: Vectors) -> None:
    changed = {row: vectors[row] for row in range(2500)}
    index = create_index(vectors[:2500], kind)
    index.add(np.array([9000, 4000, 3]), np.stack([vectors[2600], vectors[2601], vectors[2602]]))
    changed |= {9000: vectors[2600], 4000: vectors[2601], 3: vectors[2602]}
    index.remove(np.array([7, 12, 77_777]))
    changed = {row: vector for row, vector in changed.items() if row not in (7, 12)}
    assert len(index) == len(changed) == 2500
    rows = np.array(sorted(changed))
    plain = create_index(np.stack([changed[row] for row in rows.tolist()]), "exact")
    ids, scores = plain.search(queries, K)
    check(kind, index.search(queries, K), (rows[ids], scores))
    assert index.search(vectors[2600:2601], 1)[0].tolist() == [[9000]]
    index.remove(rows)
    assert len(index) == 0
    assert index.search(queries, K)[0].shape == (len(queries), 0)
    index.add(np.array([5]), vectors[:1])
    assert index.search(vectors[:1], K)[0].tolist() == [[5]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_vectors", [True, False])
def test_save_and_load(kind: str, with_vectors: bool, vectors: Vectors, queries: Vectors, tmp_path: Path) -> None:
    index = create_index(vectors, kind)
    index.save(tmp_path / "index", with_vectors)
    assert (tmp_path / "index" / "vectors.npy").exists() == with_vectors
    loaded = load_index(tmp_path / "index", None if with_vectors else vectors)
    assert (loaded.id, loaded.dim, len(loaded)) == (index.id, DIM, N)
    for got, wanted in zip(loaded.search(queries, K), index.search(queries, K), strict=True):
        np.testing.assert_array_equal(got, wanted)
    loaded.add(np.array([N]), vectors[:1])
    assert len(loaded) == N + 1
    assert len(index) == N


@pytest.mark.parametrize("kind", KINDS)
def test_searching_while_it_changes(kind: str, vectors: Vectors, queries: Vectors) -> None:
    """Answers come from before or after a change, and never hold a row that is in neither."""
    index = create_index(vectors, kind)
    wrong: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            ids, _ = index.search(queries, K)
            if ids.shape != (len(queries), K) or (ids < 0).any() or (ids > N + 20).any():
                wrong.append(ids)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for i in range(20):
        index.add(np.array([N + i]), vectors[i : i + 1])
        index.remove(np.array([i]))
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(index) == N


@pytest.mark.parametrize("kind", KINDS)
def test_queries_that_do_not_fit(kind: str, vectors: Vectors) -> None:
    index = create_index(vectors[:100], kind)
    with pytest.raises(StoreError, match=r"have 8 numbers each, those of the index have 24"):
        index.search(np.ones((1, 8), dtype=np.float32), 3)
    with pytest.raises(StoreError, match="not finite"):
        index.search(np.full((1, DIM), np.nan, dtype=np.float32), 3)
    with pytest.raises(StoreError, match="have 8 numbers each"):
        index.add(np.array([1]), np.ones((1, 8), dtype=np.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_it(kind: str) -> None:
    index = create_index(np.empty((0, DIM), dtype=np.float32), kind)
    assert index.search(np.ones((2, DIM), dtype=np.float32), 3)[0].shape == (2, 0)


def test_the_kind_follows_the_size() -> None:
    assert choose_kind(FLAT_UP_TO) == "flat"
    assert choose_kind(FLAT_UP_TO + 1) == "ivf"
    assert create_index(gallery(50), "auto").id == "faiss-flat"


def test_an_unknown_kind() -> None:
    with pytest.raises(StoreError, match="no index kind 'tree'; the kinds are auto, exact, flat, ivf"):
        create_index(gallery(50), "tree")


@pytest.mark.parametrize("damage", ["cut lists", "no rows", "no header", "format", "other vectors"])
def test_damage_is_told(damage: str, vectors: Vectors, tmp_path: Path) -> None:
    create_index(vectors, "ivf").save(tmp_path, with_vectors=False)
    if damage == "cut lists":
        lists = tmp_path / "lists.faiss"
        lists.write_bytes(lists.read_bytes()[:1000])
    if damage == "no rows":
        (tmp_path / "rows.npy").unlink()
    if damage == "no header":
        (tmp_path / "index.json").write_text("{}")
    if damage == "format":
        header = tmp_path / "index.json"
        header.write_text(header.read_text().replace('"format": 1', '"format": 99'))
    given = vectors[:-1] if damage == "other vectors" else vectors
    with pytest.raises(StoreError) as caught:
        load_index(tmp_path, given)
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint


def test_without_faiss_the_command_is_named(vectors: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(StoreError, match="pip install faiss-cpu"):
        create_index(vectors, "flat")
    assert create_index(vectors, "exact").id == "exact"
