"""The help desk: customers' photos of the sample as they are and damaged, and photos of what is not sold there.

What is compared: the first product, and how well "not in our catalogue" is told; beside it the plain cosine of the
whole photo with one threshold. Everything is reported on half B; weights and thresholds are of half A. Strangers are
photos of animals and of five other catalogues, a third of which are of a kind that the sample sells too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.metrics import roc_auc_score

from visearch.catalog import sample_folder
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row
from visearch.evaluate.workflows.damage import DAMAGES, damaged
from visearch.evaluate.workflows.identify_fit import Choice, fitted
from visearch.images import load_image
from visearch.prepare import open_engine
from visearch.shop.identify import features, identified, main_box, ways_of

STRANGERS = ("imagenet_offcatalog", "grocery", "mi_store_zh", "clothing_photos", "saleor_demo", "ikea_rooms")
MOST_STRANGERS = 60
FALSE_ALARMS = 0.05
NAME, BASE = "help desk", "cosine of the whole photo, one threshold"


@dataclass(frozen=True)
class Asked:
    """One photo: ours or not, right or not by us and by the baseline, the chances, the baseline's cosine, and what
    weights are fitted to."""

    half: str
    kind: str
    right: bool
    chance: float
    none: float
    base_right: bool
    cosine: float
    choice: Choice


def measure(home: Path, shared: Path) -> list[Row]:
    """See the package."""
    settings = Settings.from_env().with_(home=home, catalog="sample")
    engine = open_engine(settings, None, lambda _: None, lambda *_: None)
    detector = load_detector(settings.detector, settings)
    asked = [_ask(engine, detector, *one) for one in (*_ours(), *_strangers(shared))]
    report, chosen = [one for one in asked if one.half == "B"], [one for one in asked if one.half == "A"]
    rows = [_top(report, kind) for kind in ("undamaged", *DAMAGES)]
    rows.append(_top(report, ""))
    if any(one.kind == "stranger" for one in report):
        rows += [_auroc(report, "undamaged"), _auroc(report, "damaged"), *_caught(report, chosen)]
        anew = fitted([one.choice for one in chosen])
        rows.append(
            Row(NAME, "weights that half A would have", f"{anew.of}, {anew.outside}", "none", "–", f"{len(chosen)}")
        )
    return [*rows, *_reliability(report)]


def _ours() -> Iterator[tuple[str, str, frozenset[str], Image.Image]]:
    folder = sample_folder()
    for name, relevant in _labelled(folder):
        picture = load_image(folder / name)
        yield name, "undamaged", relevant, picture
        for kind in DAMAGES:
            yield name, kind, relevant, damaged(picture, kind, name)


def _strangers(shared: Path) -> Iterator[tuple[str, str, frozenset[str], Image.Image]]:
    for source in STRANGERS:
        folder = shared / source
        if (folder / "queries.csv").is_file():
            names = [name for name, _ in _labelled(folder)]
            for name in names[:: max(1, len(names) // MOST_STRANGERS)][:MOST_STRANGERS]:
                yield f"{source}/{name}", "stranger", frozenset(), load_image(folder / name)


def _labelled(folder: Path) -> list[tuple[str, frozenset[str]]]:
    with (folder / "queries.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row.get("query_image")]
    return [(row["query_image"], frozenset(filter(None, row["relevant_ids"].split("|")))) for row in rows]


def _ask(
    engine: SearchEngine, detector: Detector, name: str, kind: str, relevant: frozenset[str], picture: Image.Image
) -> Asked:
    box = main_box(detector.detect(picture))
    ways = ways_of(engine, picture, box)
    found, (hits, table) = identified(engine, ways, box), features(ways)
    shown = next((place for place, hit in enumerate(hits) if hit.product.id in relevant), -1)
    vector = engine.embedder().embed_images([picture])[0]
    cosines = np.asarray(engine.opened.vectors, dtype=np.float32) @ vector
    best = int(cosines.argmax())
    nearest = engine.opened.products[int(engine.opened.row_product[best])].id
    first = found.candidates[0]
    right = first.product.id in relevant
    choice = Choice(table, shown, not relevant)
    return Asked(half(name), kind, right, first.chance, found.none, nearest in relevant, float(cosines[best]), choice)


def _of(asked: Sequence[Asked], kind: str) -> list[Asked]:
    """Ours of a kind; "damaged" are all but the undamaged, "" all."""
    ours = [one for one in asked if one.kind != "stranger"]
    if kind == "damaged":
        return [one for one in ours if one.kind != "undamaged"]
    return [one for one in ours if kind in ("", one.kind)]


def _top(asked: Sequence[Asked], kind: str) -> Row:
    ours = _of(asked, kind)
    share, base = np.mean([one.right for one in ours]), np.mean([one.base_right for one in ours])
    return Row(NAME, f"first is right, {kind or 'all'}", f"{share:.3f}", BASE, f"{base:.3f}", f"{len(ours)} photos")


def _auroc(asked: Sequence[Asked], kind: str) -> Row:
    ours, others = _of(asked, kind), [one for one in asked if one.kind == "stranger"]
    labels = [0] * len(ours) + [1] * len(others)
    both = [*ours, *others]
    value, base = roc_auc_score(labels, [b.none for b in both]), roc_auc_score(labels, [-b.cosine for b in both])
    counts = f"{len(ours)} ours, {len(others)} strangers"
    return Row(NAME, f"AUROC of not in our catalogue, {kind}", f"{value:.3f}", BASE, f"{base:.3f}", counts)


def _caught(asked: Sequence[Asked], chosen: Sequence[Asked]) -> list[Row]:
    """Strangers told at a threshold that calls 5 % of our undamaged photos of half A strangers."""
    mine = _of(chosen, "undamaged")
    least = float(np.quantile([one.none for one in mine], 1 - FALSE_ALARMS))
    cosine = float(np.quantile([one.cosine for one in mine], FALSE_ALARMS))
    ours, others = _of(asked, "undamaged"), [one for one in asked if one.kind == "stranger"]
    told = (("strangers told at 5 % false alarms on half A", others), ("false alarms of that on half B", ours))
    rows = []
    for figure, photos in told:
        value, base = np.mean([p.none > least for p in photos]), np.mean([p.cosine < cosine for p in photos])
        rows.append(Row(NAME, figure, f"{value:.3f}", BASE, f"{base:.3f}", f"{len(photos)} photos"))
    return rows


def _reliability(asked: Sequence[Asked]) -> Iterator[Row]:
    """How often the first is right at each chance, strangers among them."""
    gap = 0.0
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [one for one in asked if low <= one.chance < low + 0.2 or (low == 0.8 and one.chance == 1)]
        if inside:
            said, right = np.mean([one.chance for one in inside]), np.mean([one.right for one in inside])
            gap += len(inside) / len(asked) * abs(float(said - right))
            figure = f"right where {100 * low:.0f} to {100 * low + 20:.0f} % is said"
            yield Row(NAME, figure, f"{right:.2f}", "said on average", f"{said:.2f}", f"{len(inside)} photos")
    yield Row(NAME, "expected calibration error, 5 bins", f"{gap:.3f}", "none", "–", f"{len(asked)} photos")
