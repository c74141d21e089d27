"""Two halves by hash, so that what is chosen on one is reported on the other; and how sure a difference is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

DRAWS = 2000


def half(name: str) -> str:
    """ "A" (to choose on) or "B" (to report), by the sha256 of a product's id or a photo's name."""
    return "AB"[hashlib.sha256(name.encode()).digest()[0] % 2]


def interval(differences: Sequence[float], groups: Sequence[Hashable], draws: int = DRAWS) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of paired differences; whole groups are drawn, by seed.

    Questions about one photo are no independent ones, so they are drawn together (a cluster bootstrap: Davison and
    Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). Raises ValueError when there are none.
    """
    members: dict[Hashable, list[float]] = defaultdict(list)
    for difference, group in zip(differences, groups, strict=True):
        members[group].append(difference)
    if not members:
        raise ValueError("there is no difference to draw from")
    sums = np.array([sum(values) for values in members.values()])
    counts = np.array([len(values) for values in members.values()])
    chosen = np.random.default_rng(0).integers(0, len(sums), size=(draws, len(sums)))
    low, high = np.percentile(sums[chosen].sum(1) / counts[chosen].sum(1), (2.5, 97.5))
    return float(low), float(high)
