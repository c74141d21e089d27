"""How good a ranking is, for yes-or-no relevance with any number of relevant products a query.

The arithmetic is trec_eval's, through ir-measures (Apache-2.0) and pytrec_eval (MIT). With rel(i) = 1 when the
product at rank i is relevant, else 0, and R the number of relevant products:

- hit@k       1 when some rel(i) = 1 for i <= k, else 0                           (trec_eval `success`)
- precision@k sum of rel(i), i <= k, over k, also when fewer than k came back     (trec_eval `P`)
- recall@k    sum of rel(i), i <= k, over R                                       (trec_eval `recall`)
- f1@k        2 * precision@k * recall@k / (precision@k + recall@k), 0 where both are 0 (van Rijsbergen, Information
              Retrieval, 1979, chapter 7, with equal weights)
- mrr         1 / rank of the first relevant product, 0 when it is not among k    (trec_eval `recip_rank`; Voorhees,
              The TREC-8 Question Answering Track Report, 1999)
- map@k       sum of rel(i) * precision@i, i <= k, over R                         (trec_eval `map_cut`)
- ndcg@k      DCG / ideal DCG, both cut at k; DCG = sum of rel(i) / log2(i + 1)   (trec_eval `ndcg_cut`; Jarvelin and
              Kekalainen, Cumulated gain-based evaluation of IR techniques, 2002)

category@1 stands beside them where a catalogue names categories (visearch.evaluate.run).
So where R > k, the best that recall@k and map@k can reach is k / R; ndcg@k can always reach 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import fmean
from typing import Any

from visearch.packages import optional

Scores = dict[str, float]


def metric_names(k: int = 10) -> list[str]:
    """The keys that `judge` gives, in the order in which people read them."""
    names = list(_measures(k))
    place = names.index(f"precision@{k}") + 1
    return [*names[:place], f"f1@{k}", *names[place:]]


def judge(rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], k: int = 10) -> list[Scores]:
    """One dict of metrics a query, each in [0, 1].

    `rankings[i]` are product ids, best first (only the first k count; fewer is allowed), `relevant[i]` the ids that
    are right. Raises ValueError when a query has no relevant product (leave it out and say so), when a ranking
    names a product twice, when the two lengths differ or when k < 1.
    """
    if len(rankings) != len(relevant):
        raise ValueError(f"{len(rankings)} rankings for {len(relevant)} queries")
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    for number, (ranking, right) in enumerate(zip(rankings, relevant, strict=True)):
        if not right:
            raise ValueError(f"query {number} has no relevant product")
        if len(set(ranking)) != len(ranking):
            raise ValueError(f"the ranking of query {number} names a product twice")
    table = _trec_eval(rankings, relevant, k)
    return [
        {name: _f1(scores, k) if name == f"f1@{k}" else scores[name] for name in metric_names(k)} for scores in table
    ]


def mean(scores: Sequence[Mapping[str, float]]) -> Scores:
    """The mean over queries, metric by metric; an empty dict for no query."""
    return {name: fmean(one[name] for one in scores) for name in (scores[0] if scores else ())}


def _f1(scores: Scores, k: int) -> float:
    precision, recall = scores[f"precision@{k}"], scores[f"recall@{k}"]
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _trec_eval(rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], k: int) -> list[Scores]:
    measures = _measures(k)
    names = {measure: name for name, measure in measures.items()}
    judgements = {str(i): dict.fromkeys(right, 1) for i, right in enumerate(relevant)}
    # trec_eval ranks by score and breaks ties its own way: distinct scores keep the order that was given.
    runs = {
        str(i): {product: -float(rank) for rank, product in enumerate(ranking)} for i, ranking in enumerate(rankings)
    }
    table: list[Scores] = [dict.fromkeys(measures, 0.0) for _ in rankings]
    if not rankings:
        return table
    for value in _ir_measures().iter_calc(list(measures.values()), judgements, runs):
        table[int(value.query_id)][names[value.measure]] = value.value
    return table


def _measures(k: int) -> dict:
    ir = _ir_measures()
    return {
        "hit@1": ir.Success @ 1,
        f"hit@{k}": ir.Success @ k,
        f"recall@{k}": ir.R @ k,
        f"precision@{k}": ir.P @ k,
        "mrr": ir.RR @ k,
        f"map@{k}": ir.AP @ k,
        f"ndcg@{k}": ir.nDCG @ k,
    }


def _ir_measures() -> Any:
    return optional("ir_measures", "ir-measures", "Measuring")
