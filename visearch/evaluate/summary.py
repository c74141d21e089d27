"""From judged queries to figures by kind: means, intervals, times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from visearch.evaluate.halves import interval
from visearch.evaluate.result import CATEGORY, Judged, kind_order

Range = tuple[float, float]


def group_of(judged: Judged) -> str:
    """Queries about one photo, or with the same words, are not independent of each other: they are drawn together."""
    query = judged.query
    return query.image.ref if query.image is not None else query.text


def by_kind(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The queries of each kind, in the order in which kinds are shown."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.query.kind].append(one)
    return {kind: groups[kind] for kind in sorted(groups, key=kind_order)}


def means(judged: Sequence[Judged]) -> dict[str, float]:
    """`n` and the mean of every metric; a metric that only some queries have is a mean over those."""
    return {"n": len(judged), **{name: float(np.mean(_values(judged, name)[0])) for name in _names(judged)}}


def intervals(judged: Sequence[Judged]) -> dict[str, Range]:
    """The 95 % bootstrap interval over queries of every metric (visearch.evaluate.halves.interval)."""
    return {name: interval(*_values(judged, name)) for name in _names(judged)}


def times(judged: Sequence[Judged]) -> dict[str, float]:
    """Milliseconds of an answer: p50 and p95."""
    return percentiles([one.ms for one in judged])


def stages(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Milliseconds of each stage: p50 and p95; a query without the stage counts as 0."""
    names = list(dict.fromkeys(stage for one in judged for stage in one.stages))
    return {name: percentiles([one.stages.get(name, 0.0) for one in judged]) for name in names}


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50 and p95."""
    p50, p95 = np.percentile(values, (50, 95))
    return {"p50": float(p50), "p95": float(p95)}


def keys_of(judged: Sequence[Mapping[str, str]]) -> list[str]:
    """A name a query, the same in every run over the same queries; the second of two alike ends in "#2"."""
    seen: dict[str, int] = defaultdict(int)
    keys = []
    for parts in judged:
        key = " | ".join(value for value in parts.values() if value)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
    return keys


def _names(judged: Sequence[Judged]) -> list[str]:
    names = dict.fromkeys(name for one in judged for name in one.scores)
    return sorted(names, key=lambda name: name == CATEGORY)


def _values(judged: Sequence[Judged], name: str) -> tuple[list[float], list[str]]:
    found = [(one.scores[name], group_of(one)) for one in judged if name in one.scores]
    return [value for value, _ in found], [group for _, group in found]
