"""The help desk's weights are found again in answers that were drawn by known ones."""

from __future__ import annotations

import numpy as np
import pytest

from visearch.evaluate.workflows.identify_fit import Choice, fitted
from visearch.shop.identify import FEATURES, Weights, chances_of

TRUE = Weights((1.5, 0.0, 0.5, 0.0, 1.0, 0.0), 9.0)


def drawn(count: int, strangers: int) -> list[Choice]:
    """Photos whose product is drawn with the chances of TRUE, and strangers, whose matches are low."""
    rng = np.random.default_rng(0)
    choices = []
    for number in range(count + strangers):
        stranger = number >= count
        table = rng.uniform(0, 2 if stranger else 8, (6, len(FEATURES)))
        table[:, 3:] = rng.integers(0, 2, (6, 3))
        chances, none = chances_of(table, TRUE)
        right = -1 if stranger else int(rng.choice(7, p=[*chances, none]))
        choices.append(Choice(table, -1 if right == 6 else right, stranger))
    return choices


def test_what_drew_the_answers_is_found_again() -> None:
    found = fitted(drawn(1500, 500))
    np.testing.assert_allclose(found.of, TRUE.of, atol=0.3)
    assert found.outside == pytest.approx(TRUE.outside, abs=1.5)


def test_strangers_count_a_quarter_however_many_there_are() -> None:
    few, many = fitted(drawn(400, 40)), fitted(drawn(400, 800))
    assert few.outside == pytest.approx(many.outside, abs=1.0)


@pytest.mark.parametrize(("ours", "strangers"), [(5, 0), (0, 5)])
def test_both_sorts_are_needed(ours: int, strangers: int) -> None:
    with pytest.raises(ValueError, match="other things"):
        fitted(drawn(ours, strangers))
