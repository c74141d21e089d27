"""What the embedded encoder's heads may learn from, and what is kept from them to be asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.encoder import corpus
from data.encoder.corpus import CLOTHES, FIRST_KINDS, Example
from data.encoder.folds import average_precision, folds

KEPT_FIRST = {"bottle", "headphones", "plant", "sneaker"}
LATER = ("ball", "clock", "hat", "pan", "pen", "shelf")


@pytest.mark.parametrize("later", [(), LATER, LATER[2:]])
def test_what_was_kept_apart_once_stays_so_when_kinds_are_added(monkeypatch, later):
    rows = [{"id": f"{kind}-01"} for kind in (*FIRST_KINDS, *later)]
    monkeypatch.setattr(corpus, "sample_rows", lambda: rows)
    apart = set(corpus.unseen_kinds())
    assert apart & FIRST_KINDS == KEPT_FIRST
    assert apart - FIRST_KINDS <= set(later) and len(apart - FIRST_KINDS) == min(4, len(later))


@pytest.mark.parametrize("first", [False, True])
def test_nothing_is_learnt_of_kinds_that_are_kept_apart(monkeypatch, first):
    monkeypatch.setattr(corpus, "clothing", lambda folder: [])
    _, renders = corpus.training_set(Path("nowhere"), first)
    kinds = {corpus.kind(row["id"]) for row in corpus.sample_rows()}
    wanted = kinds - set(corpus.unseen_kinds())
    assert {example.group for example in renders} == (wanted & FIRST_KINDS if first else wanted)
    assert all(example.file.parent == corpus.SAMPLE / "images" for example in renders)


def test_a_fold_learns_nothing_of_what_it_is_asked_for():
    clothes = [Example(Path(f"{label}-{n}.jpg"), label, (label,)) for label in CLOTHES for n in range(10)]
    renders = [Example(Path(f"{kind}.jpg"), kind, (kind,)) for kind in FIRST_KINDS]
    made = list(folds(clothes, renders))
    assert sorted(kind for fold in made for kind in fold.kinds) == sorted(FIRST_KINDS)
    assert sorted(label for fold in made for label in fold.classes) == sorted(CLOTHES)
    for fold in made:
        assert not {e.file for e in fold.clothes} & {e.file for e in fold.photos}
        assert not {e.group for e in fold.clothes} & fold.classes
        assert len(fold.photos) == len(clothes) // 5


def test_average_precision():
    assert average_precision(np.array([True, False, True, False])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([False, True])) == pytest.approx(0.5)
