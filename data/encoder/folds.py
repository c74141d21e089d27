"""Choices on training data alone: `python -m data.encoder.folds --clothing FOLDER --cache FOLDER [--first]`.

Three folds. Each leaves out a third of the kinds that heads may see, three or four of the ten clothing classes and a
fifth of the clothing photos; what is trained on the rest is asked for what was left out. Mean average precision over
all questions: held-out photos of classes that were seen, held-out classes among all held-out photos, held-out kinds
among all renders, a colour within a held-out kind, and the titles of held-out kinds among all renders. Differences are
in points, with the 95 % bootstrap interval over whole kinds or classes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from data.encoder.corpus import CLOTHES, FIRST_KINDS, NOUNS, Example, class_names, training_set
from data.encoder.features import Array, Features, unit
from data.encoder.make_heads import BETA, GAMMA, TEMPERATURE, TEXTURE, TOP_CLASSES, no_linear, tensors
from data.encoder.measure import spread
from data.encoder.train import Linear, Material, Recipe, cca, material, polish
from visearch.models.embedded import POOL_DIM, SPREAD_DIM, Heads, ImageHead, TextHead

FOLDS = 3
SHARE = 5
"""One photo of so many is left out."""
SEED = 1
PHOTOS, CLASSES, KINDS, COLOURS, TITLES = "photos", "classes", "kinds", "colours", "titles"
ASKED = (PHOTOS, CLASSES, KINDS, COLOURS, TITLES)
USUAL = Recipe()

Found = dict[str, list[tuple[str, float]]]
"""What is asked for -> the kind or class and the average precision of every question."""


@dataclass(frozen=True)
class Way:
    """One way to make heads: `recipe` None is without a trained part, `first` learns from FIRST_KINDS alone."""

    name: str
    recipe: Recipe | None = USUAL
    polished: bool = True
    beta: float = BETA
    first: bool = False


@dataclass(frozen=True)
class Fold:
    """What one fold learns from (`clothes`, and renders of other kinds than `kinds`) and is asked for."""

    clothes: list[Example]
    photos: list[Example]
    classes: frozenset[str]
    kinds: frozenset[str]


CARD = (
    Way("classes only", None),
    Way("+ CCA", polished=False),
    Way("+ contrastive"),
    Way("the same, weight 1.5", beta=1.5),
)
"""The table of MODEL_CARD.md."""
FEWER = Recipe(weight_render=11.0)
CHOICES = (
    Way("learnt from the first kinds", first=True),
    *CARD,
    Way("renders count 11 times", FEWER),
    Way("22 epochs", Recipe(epochs=22)),
    Way("11 times, 22 epochs", replace(FEWER, epochs=22)),
)
"""Every way is compared with the first. 11 times 381 renders weigh as much as 20 times 208, and 22 epochs show each of
381 as often as 12 each of 208."""


class Kept(Features):
    """Features of lists that are known beforehand, so that any part of them costs nothing; words are kept too."""

    def __init__(self, cache: Path, lists: Sequence[Sequence[Example]]) -> None:
        super().__init__(cache)
        self._words: dict[str, Array] = {}
        self._rows: dict[Path, Array] = {}
        for examples in lists:
            files = [example.file for example in examples]
            self._rows.update(zip(files, super().rows(files), strict=True))

    def rows(self, files: Sequence[Path]) -> Array:
        """As Features.rows, of files in the lists."""
        return np.stack([self._rows[file] for file in files])

    def sentences(self, texts: Sequence[str]) -> Array:
        """As Features.sentences."""
        new = [text for text in dict.fromkeys(texts) if text not in self._words]
        if new:
            self._words.update(zip(new, super().sentences(new), strict=True))
        return np.stack([self._words[text] for text in texts])


def folds(clothes: Sequence[Example], renders: Sequence[Example]) -> Iterator[Fold]:
    """The three folds, drawn by seed."""
    kinds = sorted({example.group for example in renders})
    random.Random(SEED).shuffle(kinds)  # noqa: S311
    order = np.random.RandomState(SEED).permutation(len(clothes))
    for number in range(FOLDS):
        left_out = set(order[number::SHARE].tolist())
        classes = frozenset(sorted(CLOTHES)[number::FOLDS])
        learnt = [e for place, e in enumerate(clothes) if place not in left_out and e.group not in classes]
        yield Fold(learnt, [clothes[place] for place in sorted(left_out)], classes, frozenset(kinds[number::FOLDS]))


class Asker:
    """Heads that were not written to a file, over kept features."""

    def __init__(self, features: Features, linear: Linear, beta: float) -> None:
        parts = tensors(features, linear) | {"pool_mean": np.zeros(POOL_DIM), "spread_mean": np.zeros(SPREAD_DIM)}
        read = {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in parts.items()}
        heads = Heads(read, beta, GAMMA, TOP_CLASSES, TEMPERATURE, TEXTURE)
        weight, bias = features.classifier()
        self._image = ImageHead(heads, (torch.from_numpy(weight), torch.from_numpy(bias)))
        self._text, self._features = TextHead(heads), features

    def ask(self, texts: Sequence[str], pictures: Sequence[Example], right: Sequence[np.ndarray]) -> list[float]:
        """The average precision of every text; `right` bool (texts, pictures)."""
        rows = torch.from_numpy(self._features.rows([picture.file for picture in pictures]))
        words = torch.from_numpy(self._features.sentences(texts))
        with torch.inference_mode():
            scores = unit(self._text(words).numpy()) @ unit(self._image(rows).numpy()).T
        return [average_precision(wanted[np.argsort(-row)]) for row, wanted in zip(scores, right, strict=True)]


def average_precision(right: np.ndarray) -> float:
    """Mean precision at the places of what is right, best first (bool)."""
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())


def found(asker: Asker, fold: Fold, renders: Sequence[Example]) -> Found:
    """What is found of what a fold left out."""
    seen = [photo for photo in fold.photos if photo.group not in fold.classes]
    return {
        PHOTOS: _labels(asker, sorted({photo.group for photo in seen}), seen, CLOTHES),
        CLASSES: _labels(asker, sorted(fold.classes), fold.photos, CLOTHES),
        KINDS: _labels(asker, sorted(fold.kinds), renders, {kind: (noun,) for kind, noun in NOUNS.items()}),
        COLOURS: [pair for kind in sorted(fold.kinds) for pair in _colours(asker, kind, renders)],
        TITLES: _titles(asker, fold.kinds, renders),
    }


def _labels(
    asker: Asker, labels: Sequence[str], pictures: Sequence[Example], words: dict[str, tuple[str, ...]]
) -> list[tuple[str, float]]:
    groups = np.array([picture.group for picture in pictures])
    texts = [words.get(label, (label,))[0] for label in labels]
    return list(zip(labels, asker.ask(texts, pictures, [groups == label for label in labels]), strict=True))


def _colours(asker: Asker, kind: str, renders: Sequence[Example]) -> list[tuple[str, float]]:
    mine = [render for render in renders if render.group == kind]
    said = np.array([render.short[1] for render in mine])
    texts = sorted(set(said))
    return [(kind, value) for value in asker.ask(texts, mine, [said == text for text in texts])]


def _titles(asker: Asker, kinds: frozenset[str], renders: Sequence[Example]) -> list[tuple[str, float]]:
    asked = [place for place, render in enumerate(renders) if render.group in kinds]
    right = [np.arange(len(renders)) == place for place in asked]
    values = asker.ask([renders[place].titles[0] for place in asked], renders, right)
    return [(renders[place].group, value) for place, value in zip(asked, values, strict=True)]


def learn(data: Material, recipe: Recipe, polished: bool) -> Linear:
    """The trained part of a way."""
    start = cca(data, recipe)
    return polish(data, start, recipe) if polished else start


def run(clothes: list[Example], renders: list[Example], cache: Path, ways: Sequence[Way]) -> dict[str, Found]:
    """What each way finds, over all folds."""
    features, names = Kept(cache, [clothes, renders]), class_names()
    all_found: dict[str, Found] = {way.name: {name: [] for name in ASKED} for way in ways}
    for fold in folds(clothes, renders):
        kept: dict[tuple[bool, Recipe, bool], Linear] = {}
        for way in ways:
            linear = no_linear()
            if way.recipe is not None:
                key = way.first, way.recipe, way.polished
                if key not in kept:
                    learnt = [e for e in renders if e.group not in fold.kinds]
                    learnt = [e for e in learnt if e.group in FIRST_KINDS] if way.first else learnt
                    data = material(features, fold.clothes, learnt, names, way.recipe)
                    kept[key] = learn(data, way.recipe, way.polished)
                linear = kept[key]
            for name, pairs in found(Asker(features, linear, way.beta), fold, renders).items():
                all_found[way.name][name] += pairs
    return all_found


def difference(one: list[tuple[str, float]], other: list[tuple[str, float]]) -> str:
    """Points of `other` over `one`, the same questions, with the interval."""
    return spread([100 * (b - a) for (_, a), (_, b) in zip(one, other, strict=True)], [group for group, _ in one])[0]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clothing", type=Path, required=True, help="folder with labels.csv and its pictures")
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--first", action="store_true", help="without the kinds that the sample got later")
    args = parser.parse_args()
    clothes, renders = training_set(args.clothing, args.first)
    results = run(clothes, renders, args.cache, CARD if args.first else CHOICES)
    for shown in (_means(results), _differences(results)):
        print(f"| | {' | '.join(ASKED)} |\n|---|{'---:|' * len(ASKED)}\n{shown}\n")


def _means(results: dict[str, Found]) -> str:
    means = {way: [np.mean([value for _, value in mine[name]]) for name in ASKED] for way, mine in results.items()}
    return "\n".join(f"| {way} | {' | '.join(f'{value:.3f}' for value in row)} |" for way, row in means.items())


def _differences(results: dict[str, Found]) -> str:
    first, *others = results
    rows = [[difference(results[first][name], results[way][name]) for name in ASKED] for way in others]
    return "\n".join(f"| {way} against {first} | {' | '.join(row)} |" for way, row in zip(others, rows, strict=True))


if __name__ == "__main__":
    main()
