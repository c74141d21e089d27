"""How sure a share of votes is: a logistic curve, as Platt scaling has it, pulled towards one known beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_STEPS = 12
_PRIOR = 10.0
"""How firmly the curve is held: the precision of a Gaussian around the slope and the height known beforehand."""

_SIZES = tuple(0.5**halving for halving in range(12))
_FLATTEST = 0.05

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """confidence = logistic(slope * logit(share) + height)."""

    slope: float = 1.0
    height: float = 0.0

    def of(self, shares: npt.NDArray) -> Floats:
        """Shares in [0, 1] of any shape -> confidences in (0, 1), rising with them."""
        return logistic(self.slope * logit(shares) + self.height)

    def fitted(self, shares: npt.NDArray, right: npt.NDArray) -> Curve:
        """The curve for shares (n,) of labels that were right or not, this one being what is expected beforehand.

        Platt, Probabilistic Outputs for Support Vector Machines, 1999, with a Gaussian prior; by Newton's method with
        halved steps. With no examples it is this curve again. The slope stays above 0, so that more votes are never
        less sure.
        """
        x = np.stack([logit(shares), np.ones(len(shares))], axis=1)
        start = np.array([self.slope, self.height])

        def loss(place: Floats) -> float:
            surprise = np.logaddexp(0, x @ place) - right * (x @ place)
            return float(surprise.sum() + _PRIOR / 2 * ((place - start) ** 2).sum())

        place = start
        for _ in range(_STEPS):
            guess = logistic(x @ place)
            uphill = x.T @ (guess - right) + _PRIOR * (place - start)
            bend = (x * (guess * (1 - guess))[:, None]).T @ x + _PRIOR * np.eye(2)
            step = np.linalg.solve(bend, uphill)
            # A whole step may jump over the valley and never come back.
            sizes = (size for size in _SIZES if loss(place - size * step) < loss(place))
            place = place - next(sizes, 0.0) * step
        return Curve(max(float(place[0]), _FLATTEST), float(place[1]))


def logit(shares: npt.NDArray) -> Floats:
    """ln(p / (1 - p)), with p kept within [0.001, 0.999]."""
    kept = np.clip(np.asarray(shares, dtype=np.float64), 1e-3, 1 - 1e-3)
    return np.log(kept / (1 - kept))


def logistic(x: npt.NDArray) -> Floats:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
