"""Photos against pictures: centred on the catalogue, by the best of several views."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.toy import ToyEmbedder
from visearch.closeness import Centre, LooksTwice, centring_of, closeness, direction, mean_of, views_of
from visearch.question import Question

RNG = np.random.default_rng(0)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


class Twice(ToyEmbedder):
    """Looks at the whole and at the upper left quarter."""

    centring = 0.8

    def embed_views(self, picture: Image.Image) -> np.ndarray:
        return self.embed_images([picture, picture.crop((0, 0, picture.width // 2, picture.height // 2))])


def test_without_a_share_vectors_stay_as_they_are() -> None:
    rows = unit(RNG.normal(size=(5, 8)))
    assert Centre.of(rows, 0.0)(rows) is rows


def test_what_all_pictures_share_does_not_make_them_alike() -> None:
    shared = np.zeros(8)
    shared[0] = 3.0
    rows = unit(RNG.normal(size=(40, 8)) + shared)
    centred = Centre.of(rows, 1.0)(rows)
    off = ~np.eye(40, dtype=bool)
    assert np.median((rows @ rows.T)[off]) > 0.5
    assert abs(np.median((centred @ centred.T)[off])) < 0.1
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, atol=1e-5)


def test_the_same_picture_is_closest_and_one() -> None:
    rows = unit(RNG.normal(size=(20, 8)) + 1)
    centre = Centre.of(rows, 0.8)
    found = closeness(centre(rows[3:4]), centre(rows))
    assert found.argmax() == 3 and found[3] == pytest.approx(1, abs=1e-5)


def test_the_best_view_counts() -> None:
    rows = unit(np.eye(8)[:4])
    views = unit(np.array([np.eye(8)[6], np.eye(8)[2]]))
    assert closeness(views, rows).tolist() == [0, 0, 1, 0]
    assert direction(views)[0, [2, 6]].tolist() == pytest.approx([0.5**0.5] * 2)


def test_the_mean_is_of_rows_spread_evenly() -> None:
    rows = np.repeat(np.arange(5000, dtype=np.float32)[:, None], 2, axis=1)
    assert mean_of(rows)[0] == pytest.approx(2499, abs=1)


def test_an_encoder_that_says_nothing_looks_once_and_is_not_centred() -> None:
    photo = Image.new("RGB", (40, 40), (200, 30, 30))
    assert not isinstance(ToyEmbedder(), LooksTwice) and centring_of(ToyEmbedder()) == 0
    assert len(views_of(ToyEmbedder(), photo)) == 1
    assert centring_of(Twice()) == 0.8 and len(views_of(Twice(), photo)) == 2


def test_a_question_adds_words_to_the_closeness() -> None:
    rows = unit(RNG.normal(size=(6, 8)))
    centre = Centre.of(rows, 0.5)
    views, words = centre(rows[:2]), unit(RNG.normal(size=(1, 8)))
    score = Question(direction(views), 0.7, 0.3, views=views, rest=0.3 * words).scorer(centre)
    expected = 0.7 * (centre(rows) @ views.T).max(1) + 0.3 * rows @ words[0]
    assert score is not None
    np.testing.assert_allclose(score(rows), expected, atol=1e-5)
    assert Question(words, 0.0, 1.0).scorer(centre) is None
