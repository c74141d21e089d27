"""One document of tables over several catalogues, beside baselines and chance.

    python -m visearch.evaluate.table sample ../shared/catalogs/* --out FILE.md [--off FOLDER] [--save FOLDER]

Folders that are no catalogue, and catalogues without labelled queries, are passed over. Baselines are those of
visearch.evaluate.compare; chance is what a random order would give, worked out and not drawn. `--save` keeps every
evaluation.json, for `evaluate --against`.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer

from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.evaluate.against import against
from visearch.evaluate.compare import BACKBONE, BM25_ALL, BM25_TITLES, OURS, SHOWN, catalogs_in, measured
from visearch.evaluate.confidence import Off, off_catalog
from visearch.evaluate.result import CATEGORY, Evaluation

BASELINES = (BACKBONE, BM25_TITLES, BM25_ALL)
CHANCE = "chance"
K = 10
REST = ("recall@10", "precision@10", "f1@10", CATEGORY, "mrr", "map@10")
_DASH = "–"


@dataclass(frozen=True)
class Line:
    """One kind of query of one catalogue: ours with the evaluation, each baseline's means, and the gain over the best
    of them in hit@1 (`against`'s figures)."""

    catalog: str
    kind: str
    ours: Evaluation
    baselines: Mapping[str, Mapping[str, float]]
    chance: Mapping[str, float]
    best: str
    gain: Mapping[str, float] | None


def chance(products: int, relevant: Sequence[int], k: int = K) -> dict[str, float]:
    """What a random order of `products` is expected to give, as the mean over queries with so many `relevant` ones.

    hit@k = 1 - C(products - relevant, k) / C(products, k) (the hypergeometric distribution); every place of nDCG@k is
    relevant with probability relevant / products.
    """

    def hit(right: int, at: int) -> float:
        return 1 - math.comb(products - right, at) / math.comb(products, at)

    def gain(places: int) -> float:
        return sum(1 / math.log2(place + 2) for place in range(places))

    at = min(k, products)
    return {
        "hit@1": fmean(hit(right, 1) for right in relevant),
        f"hit@{k}": fmean(hit(right, at) for right in relevant),
        f"ndcg@{k}": fmean(right / products * gain(at) / gain(min(right, k)) for right in relevant),
    }


def lines_of(found: Mapping[str, Evaluation]) -> list[Line]:
    """A line a kind, from the evaluations of visearch.evaluate.compare.measured."""
    ours = found[OURS]
    document = ours.to_json()
    others = {name: (one, one.to_json()) for name, one in found.items() if name != OURS}
    lines = []
    for kind in ours.by_kind:
        baselines = {name: one.by_kind[kind] for name, (one, _) in others.items() if kind in one.by_kind}
        best = max(baselines, key=lambda name: baselines[name]["hit@1"], default="")
        gain = against(document, others[best][1])["by_kind"].get(kind, {}).get("hit@1") if best else None
        sizes = [len(one.relevant) for one in ours.judged if one.query.kind == kind]
        name = Path(ours.catalog).name
        lines.append(Line(name, kind, ours, baselines, chance(ours.products, sizes), best, gain))
    return lines


def to_markdown(lines: Sequence[Line]) -> str:
    """The document: against baselines, the other metrics, refusal, speed."""
    parts = [_against_baselines(lines), _rest(lines), _refusal(lines), _indexes(lines), _about(lines)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _against_baselines(lines: Sequence[Line]) -> str:
    head = ["catalogue", "products", "kind", "n", "visearch", "95 % of hit@1", *BASELINES, CHANCE, "gain", "95 %", "p"]
    rows = []
    for line in lines:
        ours = line.ours.by_kind[line.kind]
        low, high = line.ours.intervals[line.kind]["hit@1"]
        cells = [_cell(line.baselines[name]) if name in line.baselines else "" for name in BASELINES]
        span = f"{100 * low:.1f} to {100 * high:.1f}"
        start = [line.catalog, str(line.ours.products), line.kind, str(int(ours["n"]))]
        rows.append([*start, f"**{_cell(ours)}**", span, *cells, _cell(line.chance), *_gained(line.gain)])
    said = (
        f"Cells: {' / '.join(SHOWN)}, per cent. gain: points of hit@1 over the best baseline of the row, query by "
        "query, with its 95 % bootstrap interval and the p of a paired permutation test."
    )
    return f"{_table(head, rows, 3)}\n\n{said}"


def _rest(lines: Sequence[Line]) -> str:
    head = ["catalogue", "kind", *REST, "p50 ms", "p95 ms"]
    rows = []
    for line in lines:
        ours, times = line.ours.by_kind[line.kind], line.ours.timings_ms[line.kind]
        shares = [f"{100 * ours[name]:.1f}" if name in ours else _DASH for name in REST]
        rows.append([line.catalog, line.kind, *shares, f"{times['p50']:.0f}", f"{times['p95']:.0f}"])
    return _table(head, rows, 2)


def _refusal(lines: Sequence[Line]) -> str:
    told = {line.catalog: line.ours.rejection for line in lines if line.ours.rejection}
    if not told:
        return ""
    head = ["catalogue", "photos", "other photos", "AUROC", "pass the floor", "others that pass"]
    rows = [
        [
            name,
            str(one["n_in"]),
            str(one["n_off"]),
            f"{one['auroc']:.3f}",
            f"{100 * one['passed_in']:.1f}",
            f"{100 * one['passed_off']:.1f}",
        ]
        for name, one in told.items()
        if one is not None
    ]
    source = next(one["source"] for one in told.values() if one is not None)
    return f"Photos of other things ({source}), per cent:\n\n{_table(head, rows, 1)}"


def _indexes(lines: Sequence[Line]) -> str:
    rows = []
    for name, one in {line.catalog: line.ours.ann for line in lines}.items():
        for found in (one, one.get("ivf")) if one else ():
            if found:
                figures = [f"{found['recall@10']:.3f}", f"{found['ms']:.2f}", f"{found['exact_ms']:.2f}"]
                rows.append([name, found["index"], *figures])
    head = ["catalogue", "index", "recall@10", "ms", "exact ms"]
    said = "The index alone against exhaustive search in numpy, one query at a time, median:"
    return f"{said}\n\n{_table(head, rows, 2)}" if rows else ""


def _about(lines: Sequence[Line]) -> str:
    models = ", ".join(dict.fromkeys(f"{line.ours.model} ({line.ours.runtime})" for line in lines))
    days = sorted({line.ours.created[:10] for line in lines})
    return f"Model: {models}. Measured {' to '.join(dict.fromkeys((days[0], days[-1])))}." if days else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> str:
    """Markdown; the first `words` columns, and that of the kind, hold words."""
    rule = ["---" if place < words and head[place] != "products" else "---:" for place in range(len(head))]
    lines = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def _gained(gain: Mapping[str, float] | None) -> list[str]:
    if gain is None:
        return ["", "", ""]
    mean, low, high = (f"{100 * gain[name]:+.1f}" for name in ("difference", "low", "high"))
    return [mean, f"{low} to {high}", _p(gain["p"])]


def _cell(metrics: Mapping[str, float]) -> str:
    return " / ".join(f"{100 * metrics[name]:.1f}" for name in SHOWN)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _is_catalog(name: str) -> bool:
    """Anything that is no folder may be one; a folder is one with products."""
    path = Path(name)
    return not path.is_dir() or (path / "products.csv").exists()


def _measure(names: Sequence[str], settings: Settings, off: Off | None, save: Path | None) -> list[Line]:
    lines: list[Line] = []
    for name in names:
        found = measured(name, settings, _say, off)
        if not found:
            continue
        lines += lines_of(found)
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
            text = json.dumps(found[OURS].to_json(), indent=2, ensure_ascii=False)
            (save / f"{Path(name).name}.json").write_text(text + "\n", "utf-8")
    return lines


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the Markdown here.")] = None,
    off: Annotated[Path | None, typer.Option("--off", help="A folder of photos that nothing there answers.")] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Keep each evaluation.json in this folder.")] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")] = None,
) -> None:
    """Several catalogues beside baselines, as Markdown."""
    names = [name for name in dict.fromkeys(catalogs_in(catalogs)) if _is_catalog(name)]
    try:
        settings = Settings.from_env().with_(model=model)
        lines = _measure(names, settings, off_catalog(off) if off else None, save)
        text = to_markdown(lines)
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, "utf-8")
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}", file=sys.stderr)
        raise typer.Exit(1) from error
    if out is None:
        print(text, end="")


if __name__ == "__main__":
    typer.run(main)
