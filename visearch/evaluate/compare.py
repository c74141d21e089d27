"""Our search beside plain baselines, over the sample and any number of catalogues, in one table.

    python -m visearch.evaluate.compare CATALOGS... [--model M] [--json | --markdown]

Every argument is a catalogue or a folder of catalogues. Photos are held against the bare picture tower of the same
encoder (`embedded-backbone`), words against BM25 over titles and over all fields. Vectors and indexes are kept
under VISEARCH_HOME as ever, so that a second run embeds only the queries' photos.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from visearch import build
from visearch.catalog import open_catalog
from visearch.config import Settings
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.evaluate.baselines import Backbone, LexicalSearch, quick
from visearch.evaluate.confidence import Off
from visearch.evaluate.result import Evaluation
from visearch.evaluate.run import evaluate
from visearch.models import load_model
from visearch.models.base import Embedder
from visearch.models.sentences import load_sentences
from visearch.prepare import build_index, first_choice
from visearch.store import Store
from visearch.text.lexical import TITLES

OURS = "visearch"
BACKBONE = "backbone"
BM25_TITLES = "bm25 titles"
BM25_ALL = "bm25 all fields"
SYSTEMS = (OURS, BACKBONE, BM25_TITLES, BM25_ALL)
SHOWN = ("hit@1", "hit@10", "ndcg@10")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """One catalogue and kind of query: system -> its metrics; a system that cannot answer the kind is not there."""

    catalog: str
    kind: str
    n: int
    products: int
    model: str
    systems: dict[str, dict[str, float]]


def catalogs_in(names: Sequence[str]) -> Iterator[str]:
    """The names themselves, or the folders with a queries.csv right below, in order of name."""
    for name in names:
        path = Path(name)
        inside = sorted(p.parent for p in path.glob("*/queries.csv") if (p.parent / "products.csv").exists())
        if path.is_dir() and not (path / "products.csv").exists() and inside:
            yield from map(str, inside)
        else:
            yield name


def compare(name: str, settings: Settings, say: Say = lambda _: None) -> list[Row]:
    """Rows for one catalogue, none when it has no query that names a relevant product.

    Raises VisearchError when the catalogue or the model cannot be had.
    """
    found = measured(name, settings, say)
    return _rows(name, found) if found else []


def measured(name: str, settings: Settings, say: Say = lambda _: None, off: Off | None = None) -> dict[str, Evaluation]:
    """The evaluation of each of SYSTEMS that can answer, OURS with the photos `off`; as `compare` otherwise."""
    queries = [q for q in open_catalog(name, settings).queries() if q.relevant]
    if not queries:
        say(f"{name}: no labelled queries")
        return {}
    choice = first_choice(settings.with_(catalog=name))
    say(f"{name}: indexing with {choice.model}")
    # Always built anew, which embeds only what is new: it is today's files and weights that are measured.
    embedder = quick(load_model(choice.model, settings))
    build_index(settings, choice, lambda: embedder)
    opened = Store(settings.home).open(name, embedder.info)
    engine = SearchEngine(opened, embedder, lambda: load_sentences(settings))
    found = {OURS: evaluate(engine, queries, off=off)}
    photos = [replace(q, text="") for q in queries if q.image is not None]
    words = [replace(q, image=None, box=None) for q in queries if q.text]
    if photos:
        say(f"{name}: {len(photos)} photos with the backbone")
        backbone = _backbone_engine(name, embedder, settings)
        if backbone is not None:
            found[BACKBONE] = evaluate(backbone, photos)
    if words:
        say(f"{name}: {len(words)} texts with BM25")
        found[BM25_TITLES] = evaluate(LexicalSearch(engine.opened, TITLES, BM25_TITLES), words)
        found[BM25_ALL] = evaluate(LexicalSearch(engine.opened, name=BM25_ALL), words)
    return found


def to_markdown(rows: Sequence[Row]) -> str:
    """A table with a cell of hit@1 / hit@10 / nDCG@10 (in per cent) a system."""
    lines = [
        f"| catalogue | products | kind | n | {' | '.join(SYSTEMS)} |",
        f"|---|---:|---|---:|{'---:|' * len(SYSTEMS)}",
    ]
    for row in rows:
        cells = [
            " / ".join(f"{100 * row.systems[s][m]:.1f}" for m in SHOWN) if s in row.systems else "" for s in SYSTEMS
        ]
        name = Path(row.catalog).name.replace("|", "\\|")
        lines.append(f"| {name} | {row.products} | {row.kind} | {row.n} | {' | '.join(cells)} |")
    models = ", ".join(dict.fromkeys(row.model for row in rows)) or "none"
    return "\n".join([*lines, "", f"Model: {models}. Cells: {' / '.join(SHOWN)}, per cent."])


def _backbone_engine(name: str, embedder: Embedder, settings: Settings) -> SearchEngine | None:
    try:
        backbone = Backbone(embedder)
    except VisearchError as error:
        print(error, file=sys.stderr)
        return None
    build.build(open_catalog(name, settings), backbone, settings)
    return SearchEngine(Store(settings.home).open(name, backbone.info), backbone)


def _rows(name: str, found: dict[str, Evaluation]) -> list[Row]:
    ours = found[OURS]
    return [
        Row(
            name,
            kind,
            int(scores["n"]),
            ours.products,
            ours.model,
            {system: dict(e.by_kind[kind]) for system, e in found.items() if kind in e.by_kind},
        )
        for kind, scores in ours.by_kind.items()
    ]


def main(
    catalogs: Annotated[list[str], typer.Argument(help="Catalogues, or folders of catalogues.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")] = None,
    sample: Annotated[bool, typer.Option(help="Measure the sample catalogue too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table (the default).")] = False,
) -> None:
    """Our search beside plain baselines, one table."""
    if as_json and markdown:
        raise typer.BadParameter("choose --json or --markdown, not both")
    rows: list[Row] = []
    try:
        settings = Settings.from_env().with_(model=model)
        for name in dict.fromkeys([*(["sample"] if sample else []), *catalogs_in(catalogs)]):
            rows += compare(name, settings, lambda text: print(text, file=sys.stderr, flush=True))
    except VisearchError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(json.dumps(_document(rows), indent=2, ensure_ascii=False) if as_json else to_markdown(rows))


def _document(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "rows": [
            {
                "catalog": Path(row.catalog).name,
                "products": row.products,
                "model": row.model,
                "kind": row.kind,
                "n": row.n,
                "systems": {
                    system: {metric: round(value, 4) for metric, value in scores.items()}
                    for system, scores in row.systems.items()
                },
            }
            for row in rows
        ]
    }


if __name__ == "__main__":
    typer.run(main)
