"""The weights of the help desk, from photos whose product is known: `visearch.shop.identify` says what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from visearch.shop.identify import WEIGHTS, Weights, chances_of

STRANGERS_SHARE = 0.25
"""What photos of other things count of all, however many there are."""
_HELD = 0.5
"""How firmly weights are held near 0: the precision of a Gaussian, where a photo counts one."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """One photo: the features float64 (candidates, features) of what was found for it, and which of these it shows.

    `right` is -1 where it shows none of them, `stranger` where it shows nothing of the catalogue.
    """

    table: Floats
    right: int
    stranger: bool


def fitted(choices: Sequence[Choice]) -> Weights:
    """The weights under which what the photos show is likeliest. Raises ValueError without photos of both sorts."""
    strangers = sum(choice.stranger for choice in choices)
    if not 0 < strangers < len(choices):
        raise ValueError("there must be photos of the catalogue's products and of other things")
    each = STRANGERS_SHARE / (1 - STRANGERS_SHARE) * (len(choices) - strangers) / strangers

    def surprise(place: Floats) -> float:
        weights = Weights(tuple(place[:-1]), float(place[-1]))
        told = _HELD / 2 * float((place[:-1] ** 2).sum())
        for choice in choices:
            chances, none = chances_of(choice.table, weights)
            chance = none if choice.right < 0 else float(chances[choice.right])
            told -= (each if choice.stranger else 1.0) * float(np.log(max(chance, 1e-12)))
        return told

    place = minimize(surprise, np.array([*WEIGHTS.of, WEIGHTS.outside]), method="L-BFGS-B").x
    return Weights(tuple(round(float(value), 3) for value in place[:-1]), round(float(place[-1]), 3))
