"""Prints the figures of MODEL_CARD.md: `python -m data.encoder.measure --cache FOLDER [--catalogs FOLDER]`.

Everything is asked against the pictures alone (no titles in the index). Photos are compared with the raw backbone
(cosine of its pooled features), texts with chance. The sample is split into its first 22 kinds and those that came
later, and each into kinds that heads may learn from and kinds that are kept from them; every query is ranked against
all of its products.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from data.encoder.corpus import FIRST_KINDS, SAMPLE, kind, unseen_kinds
from data.encoder.features import POOL_DIM, Array, Features, unit
from data.encoder.make_heads import HEADS
from visearch.evaluate.halves import interval
from visearch.models.embedded import ImageHead, TextHead, read_heads

CHINESE = re.compile(r"[\u3400-\u9fff]")
METRICS = ("hit@1", "hit@10", "p@10", "ndcg@10", "chance@1")
MIXED = "several"
"""What is asked for is of kinds of more than one group."""


@dataclass(frozen=True)
class Question:
    """A query of queries.csv; `relevant` are product ids."""

    image: str
    text: str
    relevant: frozenset[str]

    @property
    def type(self) -> str:
        """photo, text or text_zh."""
        if self.image:
            return "photo"
        return "text_zh" if CHINESE.search(self.text) else "text"


class Encoder:
    """The heads of a file on cached features."""

    def __init__(self, features: Features, heads: Path) -> None:
        self.features = features
        read = read_heads(heads)
        weight, bias = self.features.classifier()
        self._image = ImageHead(read, (torch.from_numpy(weight), torch.from_numpy(bias)))
        self._text = TextHead(read)

    def images(self, rows: Array) -> Array:
        """Unit picture vectors of features (n, 1632)."""
        return unit(self._image(torch.from_numpy(rows)).numpy())

    def texts(self, texts: list[str]) -> Array:
        """Unit text vectors."""
        return unit(self._text(torch.from_numpy(self.features.sentences(texts))).numpy())


def read_rows(file: Path) -> list[dict[str, str]]:
    """Rows of a csv file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def judged(queries: Array, pictures: Array, relevant: Iterable[np.ndarray]) -> Array:
    """float32 (queries, len(METRICS)) in [0, 1]; `chance@1` is that of a random order."""
    rows = []
    discount = 1 / np.log2(np.arange(2, 12))
    for scores, wanted in zip(queries @ pictures.T, relevant, strict=True):
        good = wanted[np.argsort(-scores, kind="stable")[:10]]
        ideal = discount[: min(10, int(wanted.sum()))].sum()
        gain = (good * discount[: len(good)]).sum() / ideal
        rows.append((good[0], good.any(), good.mean(), gain, wanted.mean()))
    return np.array(rows, dtype=np.float32)


def questions(folder: Path) -> list[Question]:
    """The queries of a catalogue that some product answers."""
    rows = [row for row in read_rows(folder / "queries.csv") if row["relevant_ids"]]
    return [Question(r["query_image"], r["query_text"], frozenset(r["relevant_ids"].split("|"))) for r in rows]


def measure(encoders: Sequence[Encoder], folder: Path) -> list[tuple[str, list[Question], list[Array]]]:
    """(what is asked for, the questions, judged answers) of one catalogue: of each encoder, and for photos of the raw
    backbone at last. The encoders share their features."""
    products = [row for row in read_rows(folder / "products.csv") if row["image"]]
    ids = np.array([row["id"] for row in products])
    store = encoders[0].features
    features = store.rows([folder / row["image"].split("|")[0] for row in products])
    pictures, lines = [encoder.images(features) for encoder in encoders], []
    for name, group in split(folder, questions(folder)).items():
        relevant = [np.isin(ids, list(question.relevant)) for question in group]
        if group[0].type == "photo":
            rows = store.rows([folder / question.image for question in group])
            asked = [encoder.images(rows) for encoder in encoders]
        else:
            asked = [encoder.texts([question.text for question in group]) for encoder in encoders]
        answers = [judged(mine, own, relevant) for mine, own in zip(asked, pictures, strict=True)]
        if group[0].type == "photo":
            answers.append(judged(unit(rows[:, :POOL_DIM]), unit(features[:, :POOL_DIM]), relevant))
        lines.append((name, group, answers))
    return lines


def split(folder: Path, asked: list[Question]) -> dict[str, list[Question]]:
    """Questions by type and, in the sample, by the group of the kinds asked for."""
    groups: dict[str, list[Question]] = {}
    apart = unseen_kinds()
    for question in asked:
        name = question.type
        if folder == SAMPLE:
            found = {_group(kind(product), apart) for product in question.relevant}
            name += f", {found.pop() if len(found) == 1 else MIXED}"
        groups.setdefault(name, []).append(question)
    return groups


def catalogs_in(folder: Path | None) -> list[Path]:
    """The sample, and the folders of `folder` that hold a catalogue with queries, in order of name."""
    found = sorted(folder.iterdir()) if folder else []
    return [SAMPLE, *(f for f in found if (f / "queries.csv").exists() and (f / "products.csv").exists())]


def _group(name: str, apart: Collection[str]) -> str:
    age = "first kinds" if name in FIRST_KINDS else "later kinds"
    return f"{age}, kept apart" if name in apart else age


def spread(values: Sequence[float], groups: Sequence[Hashable]) -> tuple[str, bool]:
    """The mean with its interval (visearch.evaluate.halves), and whether 0 is outside of that."""
    low, high = interval(values, groups)
    return f"{np.mean(values):+.1f} [{low:+.1f}, {high:+.1f}]", low > 0 or high < 0


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--catalogs", type=Path, help="folder of catalogue folders; without it only the sample")
    parser.add_argument("--heads", type=Path, default=HEADS)
    args = parser.parse_args()
    encoder = Encoder(Features(args.cache), args.heads)
    print("| catalogue | asked | n | answers | hit@1 | hit@10 | p@10 | nDCG@10 | chance@1 |")
    print("|---|---|---:|---|---:|---:|---:|---:|---:|")
    for folder in catalogs_in(args.catalogs):
        for asked, group, answers in measure([encoder], folder):
            for who, values in reversed(list(zip(("embedded", "raw backbone"), answers, strict=False))):
                numbers = " | ".join(f"{value:.1f}" for value in 100 * values.mean(0))
                print(f"| {folder.name} | {asked} | {len(group)} | {who} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
