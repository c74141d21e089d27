"""Trains the linear part of the heads: a regularised CCA start, then a short contrastive polish.

Three losses: symmetric InfoNCE between products and their titles, cross-entropy over short labels (a label that is
also true of a picture is no negative for it), and cross-entropy over ImageNet names, whose pictures are stood in for
by prototypes made from the classifier's rows. A small anchor holds the weights to their start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from data.encoder.corpus import ClassName, Example
from data.encoder.features import Array, Features, unit


@dataclass(frozen=True)
class Recipe:
    """Hyper-parameters, chosen on held-out kinds and classes of the training data only (see MODEL_CARD.md)."""

    dim: int = 64
    ridge_image: float = 0.3
    ridge_text: float = 0.1
    weight_render: float = 20.0
    weight_class: float = 5.0
    shrink: float = 0.3
    epochs: int = 12
    steps: int = 12
    rate: float = 5e-4
    imagenet: float = 0.3
    anchor: float = 0.1
    jitter: float = 0.2
    residual: float = 0.8
    seed: int = 0


@dataclass(frozen=True)
class Linear:
    """The trained part: picture (x - image_mean) @ image, text (t - text_mean) @ text."""

    image: Array
    image_mean: Array
    text: Array
    text_mean: Array


@dataclass(frozen=True)
class Material:
    """Features to train on: pictures x (n, 1280) of which the last `renders` are renders, and word vectors."""

    x: Array
    groups: list[str]
    renders: int
    words: Array
    short: list[list[int]]
    titles: list[list[int]]
    classes: list[Array]
    prototypes: Array
    residuals: Array


def material(
    features: Features,
    clothes: Sequence[Example],
    renders: Sequence[Example],
    names: Sequence[ClassName],
    recipe: Recipe,
) -> Material:
    """Computes the features of the training data."""
    examples = [*clothes, *renders]
    texts = sorted({text for example in examples for text in (*example.short, *example.titles)})
    place = {text: number for number, text in enumerate(texts)}
    x = np.concatenate([features.pooled([e.file for e in part]) for part in (clothes, renders) if part])
    # Photos of hats and renders of hats are two groups: what sets them apart is no hat's own look.
    groups = [f"photos: {example.group}" for example in clothes] + [example.group for example in renders]
    means = {group: x[[g == group for g in groups]].mean(0) for group in set(groups)}
    return Material(
        x=x,
        groups=groups,
        renders=len(renders),
        words=features.sentences(texts),
        short=[[place[text] for text in example.short] for example in examples],
        titles=[[place[text] for text in example.titles] for example in renders],
        classes=[features.sentences(way) for way in zip(*(name.ways for name in names), strict=True)],
        prototypes=prototypes(x, np.stack(list(means.values())), features.classifier()[0], recipe.shrink),
        residuals=x - np.stack([means[group] for group in groups]),
    )


def prototypes(x: Array, means: Array, rows: Array, shrink: float) -> Array:
    """float32 (1000, 1280): stand-ins for the mean pooled features of the ImageNet classes.

    For a linear classifier fitted to classes of one covariance S, rows = S^-1 (mean_c - mean) up to a scale, so
    mean_c = mean + scale * S rows; S is that of `x`, shrunk to its diagonal, and the scale makes the classes as far
    from the middle as `means` are. Pooled features are never negative.
    """
    middle = x.mean(0)
    covariance = np.cov(x.T)
    covariance = (1 - shrink) * covariance + shrink * np.diag(np.diag(covariance))
    spread = np.linalg.norm(means - middle, axis=1).mean()
    return np.maximum(middle + spread * unit((rows - rows.mean(0)) @ covariance), 0).astype(np.float32)


def cca(data: Material, recipe: Recipe) -> Linear:
    """Regularised canonical correlation of pictures and words, both scaled to unit mean square."""
    own = [
        data.short[n] + (data.titles[n - len(data.x)] if n >= len(data.x) - data.renders else [])
        for n in range(len(data.x))
    ]
    targets = [data.words[texts].mean(0) for texts in own]
    names = unit(data.classes[0] + data.classes[1] + data.classes[4])
    x = np.concatenate([data.x, data.prototypes]).astype(np.float64)
    y = np.concatenate([unit(np.stack(targets)), names]).astype(np.float64)
    weight = np.ones(len(x))
    weight[len(data.x) - data.renders : len(data.x)] = recipe.weight_render
    weight[len(data.x) :] = 2 * recipe.weight_class
    weight /= weight.sum()
    x_mean, y_mean = weight @ x, weight @ y
    x, y = x - x_mean, y - y_mean
    whiten_x = _whiten((x * weight[:, None]).T @ x, recipe.ridge_image)
    whiten_y = _whiten((y * weight[:, None]).T @ y, recipe.ridge_text)
    left, strength, right = np.linalg.svd(whiten_x @ ((x * weight[:, None]).T @ y) @ whiten_y, full_matrices=False)
    root = np.sqrt(strength[: recipe.dim])
    image, text = whiten_x @ left[:, : recipe.dim] * root, whiten_y @ right[: recipe.dim].T * root
    image /= np.sqrt(((x @ image) ** 2).sum(1).mean())
    text /= np.sqrt(((y @ text) ** 2).sum(1).mean())
    return Linear(*(part.astype(np.float32) for part in (image, x_mean, text, y_mean)))


def polish(data: Material, start: Linear, recipe: Recipe) -> Linear:
    """Runs the three losses from `start`."""
    torch.manual_seed(recipe.seed)
    losses = _Losses(data, start, recipe)
    optimiser = torch.optim.AdamW(losses.parameters(), lr=recipe.rate, weight_decay=0)
    total = recipe.epochs * recipe.steps
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=total, pct_start=0.1)
    for step in range(total):
        optimiser.zero_grad()
        losses(step).backward()
        optimiser.step()
        schedule.step()
    image, text = (part.detach().numpy().copy() for part in (losses.image, losses.text))
    return Linear(image, start.image_mean, text, start.text_mean)


class _Losses(nn.Module):  # type: ignore[misc]
    def __init__(self, data: Material, start: Linear, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.rng = np.random.default_rng(recipe.seed)
        self.image, self.text = nn.Parameter(torch.tensor(start.image)), nn.Parameter(torch.tensor(start.text))
        self.scale = nn.Parameter(torch.tensor(float(np.log(20))))
        self.start = torch.tensor(start.image), torch.tensor(start.text)
        self.x = torch.tensor(data.x - start.image_mean)
        self.words = torch.tensor(data.words - start.text_mean)
        self.classes = [torch.tensor(way - start.text_mean) for way in data.classes]
        self.prototypes = torch.tensor(data.prototypes - start.image_mean)
        self.residuals = torch.tensor(data.residuals)
        self.spread = self.x.std(0)
        self.short, self.titles, self.first_render = data.short, data.titles, len(data.x) - data.renders
        self.true = torch.zeros(len(data.x), len(data.words), dtype=torch.bool)
        for row, texts in enumerate(data.short):
            self.true[row, texts] = True

    def forward(self, step: int) -> Tensor:
        anchor = sum(
            ((now - then) ** 2).sum() / (then**2).sum()
            for now, then in zip((self.image, self.text), self.start, strict=True)
        )
        imagenet = self.recipe.imagenet * self._imagenet(step)
        return self._titles() + self._short() + imagenet + self.recipe.anchor * anchor

    def _scores(self, pictures: Tensor, words: Tensor) -> Tensor:
        pictures, words = F.normalize(pictures @ self.image, dim=-1), F.normalize(words @ self.text, dim=-1)
        return self.scale.exp().clamp(max=100) * pictures @ words.T

    def _jittered(self, rows: Tensor) -> Tensor:
        chosen = self.x[rows]
        return chosen + self.recipe.jitter * self.spread * torch.randn_like(chosen)

    def _pick(self, first: int, end: int, count: int) -> Tensor:
        rows = self.rng.choice(np.arange(first, end), min(count, end - first), replace=False)
        return torch.from_numpy(rows)

    def _titles(self) -> Tensor:
        rows = self._pick(self.first_render, len(self.x), 128)
        texts = [int(self.rng.choice(self.titles[int(row) - self.first_render])) for row in rows]
        scores, diagonal = self._scores(self._jittered(rows), self.words[texts]), torch.arange(len(rows))
        return (F.cross_entropy(scores, diagonal) + F.cross_entropy(scores.T, diagonal)) / 2

    def _short(self) -> Tensor:
        rows = torch.cat([self._pick(0, self.first_render, 128), self._pick(self.first_render, len(self.x), 128)])
        texts = torch.tensor([int(self.rng.choice(self.short[int(row)])) for row in rows])
        distinct, target = texts.unique(return_inverse=True)
        scores = self._scores(self._jittered(rows), self.words[distinct])
        also_true = self.true[rows][:, distinct]
        also_true[torch.arange(len(rows)), target] = False
        return F.cross_entropy(scores.masked_fill(also_true, -1e4), target)

    def _imagenet(self, step: int) -> Tensor:
        chosen = self._pick(0, len(self.prototypes), 256)
        noise = self.residuals[torch.from_numpy(self.rng.integers(0, len(self.residuals), len(chosen)))]
        pictures = self.prototypes[chosen] + self.recipe.residual * noise
        return F.cross_entropy(self._scores(pictures, self.classes[step % len(self.classes)]), chosen)


def _whiten(covariance: np.ndarray, ridge: float) -> np.ndarray:
    size = len(covariance)
    values, vectors = np.linalg.eigh(covariance + ridge * np.trace(covariance) / size * np.eye(size))
    return vectors / np.sqrt(values) @ vectors.T
