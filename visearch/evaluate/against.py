"""Two evaluations compared, query by query."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import VisearchError
from visearch.evaluate.halves import interval
from visearch.evaluate.result import kind_order
from visearch.packages import optional

DRAWS = 9999
"""Permutations drawn where there are more than so many; else all are tried."""

_NOT_METRICS = {"key", "kind", "text", "picture", "rank", "relevant", "ranked", "match", "ms"}


def read_document(path: str | Path) -> dict[str, Any]:
    """What `evaluate` wrote: an evaluation.json, or the report folder that holds one.

    Raises VisearchError when there is no such file or it is no evaluation.
    """
    path = Path(path)
    path = path / "evaluation.json" if path.is_dir() else path
    hint = "Name an evaluation.json that `python -m visearch evaluate CATALOG --report FOLDER` wrote."
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise VisearchError(f"{path} cannot be read: {error.strerror}.", hint) from error
    except ValueError as error:
        raise VisearchError(f"{path} is not JSON ({error}).", hint) from error
    if not isinstance(document, dict) or not isinstance(document.get("queries"), list) or "by_kind" not in document:
        raise VisearchError(f"{path} holds no evaluation with its queries.", hint)
    return document


def against(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """`document` held against `other`, over the queries that both have (by key).

    {"here", "there": {"catalog", "model", "runtime", "index", "created"}, "left_out": queries of one only, "by_kind":
    {kind: {metric: {"n", "here", "there", "difference", "low", "high", "p"}}}}: means, the 95 % bootstrap interval of
    the mean paired difference, and the two-sided p of a paired permutation test (signs of the differences flipped;
    Smucker et al., A Comparison of Statistical Significance Tests for Information Retrieval Evaluation, 2007). No
    correction is made for the number of comparisons. Raises VisearchError when they share no query.
    """
    mine, theirs = ({one["key"]: one for one in found["queries"]} for found in (document, other))
    keys = [key for key in mine if key in theirs]
    if not keys:
        raise VisearchError(
            f"The evaluations of {document.get('catalog')} and {other.get('catalog')} share no query.",
            "Compare two evaluations of one catalogue.",
        )
    kinds = sorted({str(mine[key]["kind"]) for key in keys}, key=kind_order)
    return {
        "here": _name(document),
        "there": _name(other),
        "left_out": len(mine) + len(theirs) - 2 * len(keys),
        "by_kind": {
            kind: _kind([(mine[key], theirs[key]) for key in keys if mine[key]["kind"] == kind]) for kind in kinds
        },
    }


def to_lines(compared: Mapping[str, Any]) -> list[str]:
    """The comparison for a terminal: a line a kind and metric that differs, and always hit@1."""
    there = compared["there"]
    lines = [f"Against {there['catalog']}, model {there['model']} ({there['runtime']}), {there['created']}:"]
    for kind, metrics in compared["by_kind"].items():
        for name, found in metrics.items():
            if name != "hit@1" and not found["difference"] and found["p"] == 1:
                continue
            lines.append(
                f"  {kind} {name}: {found['there']:.3f} -> {found['here']:.3f}, {found['difference']:+.3f} "
                f"({found['low']:+.3f} to {found['high']:+.3f}), p {found['p']:.3f}, n {found['n']}"
            )
    if compared["left_out"]:
        lines.append(f"  {compared['left_out']} queries are in one of the two only and are left out.")
    return lines


def _kind(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, dict[str, float]]:
    names = dict.fromkeys(name for pair in pairs for one in pair for name in one if name not in _NOT_METRICS)
    found = {}
    for name in names:
        both = [(mine, theirs) for mine, theirs in pairs if name in mine and name in theirs]
        if both:
            here, there = (np.array([one[name] for one in side], dtype=np.float64) for side in zip(*both, strict=True))
            found[name] = _paired(here, there, [mine["picture"] or mine["text"] for mine, _ in both])
    return found


def _paired(here: Any, there: Any, groups: Sequence[str]) -> dict[str, float]:
    low, high = interval((here - there).tolist(), groups)
    figures = {
        "here": here.mean(),
        "there": there.mean(),
        "difference": (here - there).mean(),
        "low": low,
        "high": high,
    }
    return {
        "n": len(here),
        **{name: round(float(value), 4) for name, value in figures.items()},
        "low": round(low, 4),
        "high": round(high, 4),
        "p": round(_p(here, there), 4),
    }


def _p(here: Any, there: Any) -> float:
    changed = here != there
    # Equal pairs change no permutation's sum, and most pairs are equal.
    if changed.sum() < 2:
        return 1.0  # both signs of one difference are equally far out
    found = optional("scipy.stats", "scipy", "Comparing two evaluations").permutation_test(
        (here[changed], there[changed]),
        _mean_difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=DRAWS,
        batch=1000,
        random_state=np.random.default_rng(0),
    )
    return float(found.pvalue)


def _mean_difference(here: Any, there: Any, axis: int = -1) -> Any:
    return np.mean(here - there, axis=axis)


def _name(document: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(document.get(name, "")) for name in ("catalog", "model", "runtime", "index", "created")}
