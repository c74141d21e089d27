"""Mood boards: three pictures of scenes -> a shortlist of 24, against the mean of the pictures' vectors.

Right are the products that stand in the scenes. Half B of the scenes is told;
visearch.shop.board.Taste was picked with both halves in sight, among settings that differed little.
The sample has few scenes: every three of a half are a board. Of the rooms each is in one board.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image

from visearch.catalog import sample_folder
from visearch.config import Settings
from visearch.detect import Detector, load_detector
from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row
from visearch.images import load_image
from visearch.prepare import open_engine
from visearch.shop.board import Wish, shortlist
from visearch.types import Box

K, PICTURES = 24, 3
SIDE = "B"
BOARDS = 100
"""About so many boards of scenes are made, evenly taken from all that there could be."""
BASELINE = "mean of the pictures"


@dataclass(frozen=True)
class Scene:
    """A picture and the ids of the products in it."""

    picture: Image.Image
    truth: frozenset[str]


Boards = Sequence[Sequence[Scene]]


class Remembering:
    """A detector that looks at each picture once: the scenes come back in many boards."""

    def __init__(self, detector: Detector) -> None:
        self.info = detector.info
        self._detector = detector
        self._found: dict[int, tuple[Box, ...]] = {}

    def detect(self, image: Image.Image) -> tuple[Box, ...]:
        """As the detector does."""
        if id(image) not in self._found:
            self._found[id(image)] = tuple(self._detector.detect(image))
        return self._found[id(image)]


def measure(home: Path, shared: Path) -> list[Row]:
    """The table's lines for the sample, and for the rooms where they are there."""
    settings = Settings.from_env().with_(home=home)
    detector = Remembering(load_detector("embedded", settings))
    rows = _rows("sample", open_engine(settings.with_(catalog="sample")), detector, sample_boards())
    rooms = shared / "ikea_rooms"
    if rooms.is_dir():
        engine = open_engine(settings.with_(catalog=str(rooms.resolve())))
        rows += _rows("ikea_rooms", engine, detector, room_boards(rooms, engine))
    return rows


def sample_boards(side: str = SIDE) -> Boards:
    """Three scenes of one half each; by order of hash, as there are too few to fall into halves by chance."""
    truth: dict[str, set[str]] = defaultdict(set)
    folder = sample_folder()
    with (folder / "scenes" / "boxes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            truth[row["image"]].add(row["product_id"])
    names = sorted(truth, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    mine = names[: len(names) // 2] if side == "A" else names[len(names) // 2 :]
    scenes = [Scene(load_image(folder / name), frozenset(truth[name])) for name in mine]
    boards = list(combinations(scenes, PICTURES))
    return boards[:: max(1, len(boards) // BOARDS)]


def room_boards(folder: Path, engine: SearchEngine, side: str = SIDE) -> Boards:
    """Each three rooms of one half that follow each other by hash."""
    known = {product.id for product in engine.opened.products}
    scenes = []
    with (folder / "queries.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["query_image"] and not row["query_text"]]
    for row in sorted(rows, key=lambda row: hashlib.sha256(row["query_image"].encode()).hexdigest()):
        truth = frozenset(row["relevant_ids"].split("|")) & known
        if truth and half(row["query_image"]) == side:
            scenes.append(Scene(load_image(folder / row["query_image"]), truth))
    return [scenes[i : i + PICTURES] for i in range(0, len(scenes) - PICTURES + 1, PICTURES)]


def _rows(name: str, engine: SearchEngine, detector: Detector, boards: Boards) -> list[Row]:
    def ours(board: Sequence[Scene]) -> list[str]:
        made = shortlist(engine, detector, Wish(tuple(scene.picture for scene in board), k=K))
        return [pick.product.id for pick in made.picks]

    def mean(board: Sequence[Scene]) -> list[str]:
        vector = engine.embedder().embed_images([scene.picture for scene in board]).mean(0, keepdims=True)
        vector = np.ascontiguousarray(vector / np.linalg.norm(vector), np.float32)
        return [hit.product.id for hit in engine.nearest_to(vector, K)[0]]

    own, base = _figures(engine, boards, ours), _figures(engine, boards, mean)
    told = f"{len(boards)} boards of {PICTURES}"
    return [
        Row(f"boards, {name}", figure, f"{own[figure]:.3f}", BASELINE, f"{base[figure]:.3f}", told) for figure in own
    ]


def _figures(engine: SearchEngine, boards: Boards, make: Callable[[Sequence[Scene]], list[str]]) -> dict[str, float]:
    recalls, covers, spreads = [], [], []
    for board in boards:
        got = make(board)[:K]
        wanted = frozenset().union(*(scene.truth for scene in board))
        recalls.append(len(wanted & set(got)) / len(wanted))
        covers.append(fmean(bool(scene.truth & set(got)) for scene in board))
        spreads.append(spread(engine, got))
    return {
        f"recall@{K} of the scenes' products": fmean(recalls),
        "pictures with a product of theirs": fmean(covers),
        "diversity (1 - mean cosine)": fmean(spreads),
    }


def spread(engine: SearchEngine, ids: Sequence[str]) -> float:
    """1 - the mean cosine of the products' first pictures, without what all products share."""
    rows = {sha: row for row, sha in enumerate(engine.opened.row_picture)}
    shas = [engine.product(one).pictures[0] for one in ids]
    far = np.asarray(engine.opened.vectors[[rows[sha] for sha in shas]], np.float32) - engine.mean_vector
    far /= np.maximum(np.linalg.norm(far, axis=1, keepdims=True), 1e-9)
    n = len(far)
    return float(1 - ((far @ far.T).sum() - n) / max(n * (n - 1), 1))
