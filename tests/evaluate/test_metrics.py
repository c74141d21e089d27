"""The metrics against values worked out by hand, and against what must hold for any ranking."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visearch.evaluate.metrics import judge, mean, metric_names


def one(ranking: list[str], relevant: set[str], k: int = 10) -> dict[str, float]:
    return judge([ranking], [relevant], k)[0]


def test_two_of_three_found_at_ranks_two_and_four() -> None:
    scores = one(["x", "a", "y", "b", "z"], {"a", "b", "c"})
    assert scores == pytest.approx(
        {
            "hit@1": 0,
            "hit@10": 1,
            "recall@10": 2 / 3,
            "precision@10": 2 / 10,
            "f1@10": 2 * (2 / 10) * (2 / 3) / (2 / 10 + 2 / 3),
            "mrr": 1 / 2,
            "map@10": (1 / 2 + 2 / 4) / 3,
            "ndcg@10": (1 / log2(3) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4)),
        }
    )


def test_first_of_four_relevant_at_k_three_cuts_the_ideal_at_k() -> None:
    scores = one(["a", "x", "b", "c"], {"a", "b", "c", "d"}, k=3)
    ideal = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert scores == pytest.approx(
        {
            "hit@1": 1,
            "hit@3": 1,
            "recall@3": 2 / 4,
            "precision@3": 2 / 3,
            "f1@3": 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4),
            "mrr": 1,
            "map@3": (1 + 2 / 3) / 4,
            "ndcg@3": (1 / log2(2) + 1 / log2(4)) / ideal,
        }
    )


def test_what_comes_after_k_does_not_count() -> None:
    assert set(one(["x", "y", "a"], {"a"}, k=2).values()) == {0.0}


def test_no_answer_is_zero_not_left_out() -> None:
    table = judge([[], ["a"]], [{"a"}, {"a"}])
    assert set(table[0].values()) == {0.0}
    assert table[1]["hit@1"] == 1


def test_many_queries_keep_their_order() -> None:
    rankings = [[f"x{i}"] if i % 3 else [f"p{i}"] for i in range(30)]
    hits = [scores["hit@1"] for scores in judge(rankings, [{f"p{i}"} for i in range(30)])]
    assert hits == [float(i % 3 == 0) for i in range(30)]


def test_odd_ids_are_ids() -> None:
    assert one(["a b", "手机", ""], {"手机"})["mrr"] == pytest.approx(1 / 2)


def test_mean_is_over_queries() -> None:
    assert mean([{"hit@1": 1.0, "mrr": 1.0}, {"hit@1": 0.0, "mrr": 0.5}]) == {"hit@1": 0.5, "mrr": 0.75}
    assert mean([]) == {}


def test_names_are_those_of_the_scores_and_say_k() -> None:
    assert metric_names() == ["hit@1", "hit@10", "recall@10", "precision@10", "f1@10", "mrr", "map@10", "ndcg@10"]
    assert list(one(["a"], {"a"}, k=5)) == metric_names(5)
    assert "hit@5" in metric_names(5)
    assert metric_names(1).count("hit@1") == 1


@pytest.mark.parametrize(
    ("rankings", "relevant", "k"),
    [([["a"]], [set()], 10), ([["a", "a"]], [{"a"}], 10), ([["a"]], [], 10), ([["a"]], [{"a"}], 0)],
    ids=["nothing relevant", "twice the same", "one list short", "k of 0"],
)
def test_what_cannot_be_judged_is_refused(rankings: list, relevant: list, k: int) -> None:
    with pytest.raises(ValueError):
        judge(rankings, relevant, k)


# A gate must answer alike twice, and a busy machine is no fault of the code.
repeatably = settings(deadline=None, derandomize=True, database=None)

ids = st.integers(0, 30).map(lambda i: f"p{i}")
rankings = st.lists(ids, min_size=1, max_size=15, unique=True)
relevant_sets = st.sets(ids, min_size=1, max_size=8)


@repeatably
@given(rankings, relevant_sets)
def test_every_metric_lies_between_0_and_1(ranking: list[str], relevant: set[str]) -> None:
    assert all(0 <= value <= 1 for value in one(ranking, relevant).values())


@repeatably
@given(relevant_sets, st.lists(st.integers(100, 130).map(str), max_size=5, unique=True))
def test_a_perfect_ranking_reaches_1(relevant: set[str], rest: list[str]) -> None:
    scores = one([*sorted(relevant), *rest], relevant)
    assert [scores[m] for m in ("hit@1", "hit@10", "recall@10", "mrr", "map@10", "ndcg@10")] == pytest.approx([1] * 6)
    assert scores["precision@10"] == pytest.approx(len(relevant) / 10)


@repeatably
@given(rankings, relevant_sets)
def test_moving_a_relevant_product_up_never_hurts_and_raises_ndcg(ranking: list[str], relevant: set[str]) -> None:
    place = next((i for i in range(1, len(ranking)) if ranking[i] in relevant and ranking[i - 1] not in relevant), None)
    if place is None:
        return
    better = [*ranking]
    better[place - 1], better[place] = better[place], better[place - 1]
    before, after = one(ranking, relevant), one(better, relevant)
    assert all(after[name] >= before[name] - 1e-12 for name in before)
    if place <= 10:
        assert after["ndcg@10"] > before["ndcg@10"]


@repeatably
@given(rankings, relevant_sets)
def test_best_first_is_at_least_as_good_as_worst_first(ranking: list[str], relevant: set[str]) -> None:
    best = sorted(ranking, key=lambda p: p not in relevant)
    good, bad = one(best, relevant), one(best[::-1], relevant)
    assert all(good[name] >= bad[name] - 1e-12 for name in good)


@repeatably
@given(rankings, relevant_sets, st.randoms(use_true_random=False))
def test_order_within_equal_relevance_does_not_matter(ranking: list[str], relevant: set[str], random) -> None:
    right = [p for p in ranking if p in relevant]
    wrong = [p for p in ranking if p not in relevant]
    random.shuffle(right)
    random.shuffle(wrong)
    shuffled = [right.pop() if p in relevant else wrong.pop() for p in ranking]
    assert one(shuffled, relevant) == pytest.approx(one(ranking, relevant))
