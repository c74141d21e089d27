"""Prints the figures of MODEL_CARD.md: `python -m data.encoder.measure --cache FOLDER [--catalogs FOLDER]`.

Everything is asked against the pictures alone (no titles in the index). Photos are compared with the raw backbone
(cosine of its pooled features), texts with chance. The sample is split into kinds that the heads saw and kinds that
they did not; every query is ranked against all of its products.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from data.encoder.corpus import SAMPLE, kind, unseen_kinds
from data.encoder.features import POOL_DIM, Array, Features, unit
from data.encoder.make_heads import HEADS
from visearch.models.embedded import ImageHead, TextHead, read_heads

CHINESE = re.compile(r"[\u3400-\u9fff]")


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

    def __init__(self, cache: Path, heads: Path) -> None:
        self.features = Features(cache)
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


def figures(queries: Array, pictures: Array, relevant: Iterable[np.ndarray]) -> dict[str, float]:
    """hit@1, hit@10, precision@10 and nDCG@10 in per cent, and the chance of a hit at 1."""
    rows = []
    discount = 1 / np.log2(np.arange(2, 12))
    for scores, wanted in zip(queries @ pictures.T, relevant, strict=True):
        good = wanted[np.argsort(-scores, kind="stable")[:10]]
        ideal = discount[: min(10, int(wanted.sum()))].sum()
        gain = (good * discount[: len(good)]).sum() / ideal
        rows.append((good[0], good.any(), good.mean(), gain, wanted.mean()))
    values = 100 * np.mean(np.array(rows, dtype=float), axis=0)
    return dict(zip(("hit@1", "hit@10", "p@10", "ndcg@10", "chance@1"), values, strict=True))


def measure(encoder: Encoder, folder: Path) -> list[tuple[str, str, int, dict[str, float]]]:
    """(query type, what answers, number of queries, figures) of one catalogue."""
    products = [row for row in read_rows(folder / "products.csv") if row["image"]]
    ids = np.array([row["id"] for row in products])
    rows = [row for row in read_rows(folder / "queries.csv") if row["relevant_ids"]]
    asked = [Question(r["query_image"], r["query_text"], frozenset(r["relevant_ids"].split("|"))) for r in rows]
    features = encoder.features.rows([folder / row["image"].split("|")[0] for row in products])
    pictures, lines = encoder.images(features), []
    for name, group in split(folder, asked).items():
        relevant = [np.isin(ids, list(question.relevant)) for question in group]
        if group[0].type == "photo":
            queries = encoder.features.rows([folder / question.image for question in group])
            raw = figures(unit(queries[:, :POOL_DIM]), unit(features[:, :POOL_DIM]), relevant)
            lines.append((name, "raw backbone", len(group), raw))
            answer = figures(encoder.images(queries), pictures, relevant)
        else:
            answer = figures(encoder.texts([question.text for question in group]), pictures, relevant)
        lines.append((name, "embedded", len(group), answer))
    return lines


def split(folder: Path, asked: list[Question]) -> dict[str, list[Question]]:
    """Questions by type and, in the sample, by whether the heads saw the kinds asked for."""
    groups: dict[str, list[Question]] = {}
    for question in asked:
        name = question.type
        if folder == SAMPLE:
            kinds = {kind(product) for product in question.relevant}
            new = kinds & set(unseen_kinds())
            name += " (seen)" if not new else " (unseen)" if new == kinds else " (mixed)"
        groups.setdefault(name, []).append(question)
    return groups


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed features")
    parser.add_argument("--catalogs", type=Path, help="folder of catalogue folders; without it only the sample")
    parser.add_argument("--heads", type=Path, default=HEADS)
    args = parser.parse_args()
    encoder = Encoder(args.cache, args.heads)
    folders = [SAMPLE]
    if args.catalogs:
        folders += [f for f in sorted(args.catalogs.iterdir()) if (f / "queries.csv").exists()]
    print("| catalogue | asked | n | answers | hit@1 | hit@10 | p@10 | nDCG@10 | chance@1 |")
    print("|---|---|---:|---|---:|---:|---:|---:|---:|")
    for folder in folders:
        if not (folder / "products.csv").exists():
            continue
        for asked, who, count, values in measure(encoder, folder):
            numbers = " | ".join(f"{value:.1f}" for value in values.values())
            print(f"| {folder.name} | {asked} | {count} | {who} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
