"""Makes the heads of the embedded encoder: `python -m data.encoder.make_heads --clothing FOLDER --cache FOLDER`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.encoder.corpus import ROOT, Example, class_names, training_set
from data.encoder.features import POOL_DIM, Array, Features, unit
from data.encoder.train import Linear, Recipe, cca, material, polish

BETA = 2.0
GAMMA = 0.2
TEXTURE = 0.5**0.5
MEAN_OF_EVERY = 5
TOP_CLASSES = 20
TEMPERATURE = 1.5
HEADS = ROOT / "data" / "encoder" / "embedded_heads.safetensors"


def no_linear() -> Linear:
    """The trained part of heads without one."""
    return Linear(*(np.zeros(shape, np.float32) for shape in ((1280, 0), 1280, (384, 0), 384)))


def tensors(features: Features, linear: Linear) -> dict[str, Array]:
    """What a heads file holds."""
    described = features.sentences([name.ways[-1] for name in class_names()])
    return {
        "class_names": described - described.mean(0),
        "name_mean": described.mean(0),
        "linear_image": linear.image,
        "image_mean": linear.image_mean,
        "linear_text": linear.text,
        "text_mean": linear.text_mean,
    }


def means(features: Features, clothes: Sequence[Example], renders: Sequence[Example]) -> dict[str, Array]:
    """The means of unit pooled features and unit spreads, over renders and every fifth photo of clothes, half each."""
    rows = [features.rows([e.file for e in part]) for part in (renders, clothes[::MEAN_OF_EVERY])]
    return {
        "pool_mean": np.mean([unit(part[:, :POOL_DIM]).mean(0) for part in rows], axis=0),
        "spread_mean": np.mean([unit(part[:, POOL_DIM:]).mean(0) for part in rows], axis=0),
    }


def save(parts: dict[str, Array], path: Path) -> None:
    """Writes a heads file in half precision."""
    from safetensors.numpy import save as to_bytes

    numbers = {"beta": BETA, "gamma": GAMMA, "top_classes": TOP_CLASSES, "temperature": TEMPERATURE}
    numbers |= {"texture": TEXTURE, "format": 2}
    half = {name: np.ascontiguousarray(value.astype(np.float16)) for name, value in parts.items()}
    path.write_bytes(to_bytes(half, metadata={name: str(value) for name, value in numbers.items()}))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clothing", type=Path, required=True, help="folder with labels.csv and its pictures")
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--out", type=Path, default=HEADS)
    parser.add_argument("--data-free", action="store_true", help="without the trained part")
    parser.add_argument("--first", action="store_true", help="without the kinds that the sample got later")
    args = parser.parse_args()
    features, recipe = Features(args.cache), Recipe()
    linear = no_linear()
    clothes, renders = training_set(args.clothing, args.first)
    if not args.data_free:
        data = material(features, clothes, renders, class_names(), recipe)
        linear = polish(data, cca(data, recipe), recipe)
    save(tensors(features, linear) | means(features, clothes, renders), args.out)


if __name__ == "__main__":
    main()
