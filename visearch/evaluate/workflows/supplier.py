"""The supplier desk: near-duplicates made of the sample's pictures and photos, by kind of change; and made flaws.

Negatives are products of the sample that are left out of the comparison, whose siblings stay in it, and pictures of
four other catalogues. Reported on half B by a hash of the products' ids; the baselines' thresholds are those with the
best F1 on half A, as ours is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from visearch.catalog import sample_folder
from visearch.config import Settings
from visearch.detect import load_detector
from visearch.engine import SearchEngine
from visearch.evaluate.halves import half
from visearch.evaluate.workflows import Row
from visearch.images import load_image
from visearch.prepare import open_engine
from visearch.shop.pictures import LIMITS, measures_of
from visearch.shop.supplier_copies import Comparer, Copy
from visearch.shop.supplier_made import CHANGES, FLAWS, changed

EVERY = 4
OTHERS, MOST_OTHERS = ("eshop", "saleor_demo", "vendure_demo", "mi_store_zh"), 22
KINDS = (*CHANGES, "re-shoot")
NAME = "supplier"


@dataclass(frozen=True)
class Case:
    """One picture: `product` is what it shows, "" for what is not in the catalogue; `copies` what was found."""

    half: str
    kind: str
    product: str
    copies: tuple[Copy, ...]


Score = Callable[[Copy], float]


def measure(home: Path, shared: Path) -> list[Row]:
    """See the package."""
    settings = Settings.from_env().with_(home=home, catalog="sample")
    engine = open_engine(settings, None, lambda _: None, lambda *_: None)
    comparer = Comparer(engine, load_detector(settings.detector, settings))
    cases = [
        Case(half(name), kind, product, tuple(comparer.copies(picture, without=without)))
        for name, kind, product, picture, without in (*_changed(engine), *_photos(), *_others(shared))
    ]
    report, chosen = [case for case in cases if case.half == "B"], [case for case in cases if case.half == "A"]
    rows = []
    for base, score in (("phash", lambda c: -float(c.hash)), ("cosine", lambda c: c.cosine)):
        rows += _against(report, base, score, _best(chosen, score))
    variants = [case for case in report if case.kind == "recolour"]
    told = np.mean([bool(case.copies) and _first(case).kind == "variant" for case in variants])
    rows.append(Row(NAME, "recolours told as variants", f"{told:.3f}", "none", "–", f"{len(variants)} pictures"))
    return [*rows, *_flaws(engine)]


def _changed(engine: SearchEngine) -> Iterator[tuple[str, str, str, Image.Image, frozenset[str]]]:
    for product in engine.opened.products[::EVERY]:
        picture = load_image(engine.opened.thumbnail(product.pictures[0]))
        for kind in CHANGES:
            yield product.id, kind, product.id, changed(picture, kind, product.id), frozenset()
        yield product.id, "left out", "", picture, frozenset({product.id})


def _photos() -> Iterator[tuple[str, str, str, Image.Image, frozenset[str]]]:
    with (sample_folder() / "queries.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["query_image"]]
    for row in rows:
        product = row["relevant_ids"]
        yield product, "re-shoot", product, load_image(sample_folder() / row["query_image"]), frozenset()


def _others(shared: Path) -> Iterator[tuple[str, str, str, Image.Image, frozenset[str]]]:
    for source in OTHERS:
        files = sorted((shared / source / "images").rglob("*.jpg"))
        for file in files[:: max(1, len(files) // MOST_OTHERS)][:MOST_OTHERS]:
            yield f"{source}/{file.stem}", "other", "", load_image(file), frozenset()


def _combined(copy: Copy) -> float:
    return copy.same + copy.variant


def _first(case: Case, score: Score = _combined) -> Copy:
    return max(case.copies, key=score)


def _found(case: Case, score: Score, least: float) -> bool:
    return bool(case.copies) and score(_first(case, score)) >= least


def _right(case: Case, score: Score, least: float) -> bool:
    return _found(case, score, least) and _first(case, score).product.id == case.product


def _rates(cases: Sequence[Case], score: Score, least: float) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(_right(case, score, least) for case in cases)
    said, there = sum(_found(case, score, least) for case in cases), sum(bool(case.product) for case in cases)
    return right / max(said, 1), right / max(there, 1)


def _best(cases: Sequence[Case], score: Score) -> float:
    """The threshold with the best F1."""
    levels = sorted({score(_first(case, score)) for case in cases if case.copies})

    def f1(least: float) -> float:
        precision, recall = _rates(cases, score, least)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    return max(levels, key=f1)


def _against(cases: Sequence[Case], base: str, score: Score, least: float) -> list[Row]:
    from visearch.shop.supplier_copies import MODEL

    ours, theirs = _rates(cases, _combined, MODEL.least), _rates(cases, score, least)
    there = sum(bool(case.product) for case in cases)
    rows = [
        Row(NAME, f"near-duplicates: {figure}", f"{a:.3f}", f"{base} alone", f"{b:.3f}", n)
        for figure, a, b, n in zip(
            ("precision", "recall"), ours, theirs, (f"{len(cases)} pictures", f"{there} pictures"), strict=True
        )
    ]
    for kind in KINDS:
        of_kind = [case for case in cases if case.kind == kind]
        a = np.mean([_right(case, _combined, MODEL.least) for case in of_kind])
        b = np.mean([_right(case, score, least) for case in of_kind])
        rows.append(Row(NAME, f"recall, {kind}", f"{a:.3f}", f"{base} alone", f"{b:.3f}", f"{len(of_kind)} pictures"))
    for kind in ("left out", "other"):
        of_kind = [case for case in cases if case.kind == kind]
        if of_kind:
            a = np.mean([_found(case, _combined, MODEL.least) for case in of_kind])
            b = np.mean([_found(case, score, least) for case in of_kind])
            figure = f"false alarms, {kind}"
            rows.append(Row(NAME, figure, f"{a:.3f}", f"{base} alone", f"{b:.3f}", f"{len(of_kind)} pictures"))
    return rows


def _flaws(engine: SearchEngine) -> Iterator[Row]:
    """Made flaws: how many are told, and on how many clean pictures the same is said.

    The limits were set with these pictures among others, so that this is no held-out figure.
    """
    products = [p for p in engine.opened.products[::3] if half(p.id) == "B"]
    pictures = [(p.id, load_image(engine.opened.thumbnail(p.pictures[0]))) for p in products]
    clean = [measures_of(picture) for _, picture in pictures]
    for flaw in FLAWS:
        limit = getattr(LIMITS, flaw)
        told = np.mean([measures_of(changed(picture, flaw, name))[flaw] >= limit for name, picture in pictures])
        wrong = np.mean([found[flaw] >= limit for found in clean])
        figure = f"poor pictures told: {flaw}"
        yield Row(NAME, figure, f"{told:.3f}", "said of clean ones", f"{wrong:.3f}", f"{len(pictures)} pictures")
