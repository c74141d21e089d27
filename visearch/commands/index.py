"""Index: a catalogue in one process, or in shards that several processes embed and one joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from visearch.audit import COMMAND, record
from visearch.cli_lines import index_lines
from visearch.commands.common import (
    JsonOption,
    LimitOption,
    ModelOption,
    fails_clearly,
    pairs_of,
    progress_bar,
    settings_of,
    tell,
)
from visearch.commands.pace import Pace


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("index")(index_command)


def index_command(
    catalog: Annotated[str, typer.Argument(help="sample, hf:ORG/NAME, a folder, or a file.")],
    model: ModelOption = None,
    limit: LimitOption = None,
    force: Annotated[bool, typer.Option("--force", help="Embed everything again.")] = False,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="field=column: where a field is found, e.g. title=name.")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=64, help="Threads that decode pictures; 0: one a core.")
    ] = 0,
    shard: Annotated[
        str | None, typer.Option("--shard", help="I/N: embed only every N-th product, from the I-th.")
    ] = None,
    merge: Annotated[
        int | None, typer.Option("--merge", min=1, max=10_000, help="N: make the index of N shards.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The shards' folder; else one in VISEARCH_HOME.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Embed a catalogue and build its index. Unchanged pictures are not embedded again."""
    if shard is not None and merge is not None:
        raise typer.BadParameter("give --shard to embed a part, or --merge to join all, not both")
    if out is not None and shard is None and merge is None:
        raise typer.BadParameter("--out is the folder of shards: give --shard or --merge too")
    from visearch.prepare import first_choice

    settings = settings_of(catalog, model, limit)
    mapping = pairs_of(column or [])
    with fails_clearly(as_json):
        choice = first_choice(settings)
        make = _maker(settings, choice, shard, merge, out, force=force, workers=workers, mapping=mapping)
        with progress_bar() as (bar, loading), Pace() as pace:

            def progress(told: Any) -> None:
                bar(told)
                pace(told)

            report = make(loading, progress)
        numbers = {"products": report.products, "embedded": report.embedded, "skipped": report.skipped.count}
        done = "unchanged" if report.unchanged else "done"
        record(settings.home, "index", done, COMMAND, choice.catalog, **numbers)
        document = {**_document(choice, report, shard), **({} if shard else _answers_at(settings))}
    tell(document, as_json, index_lines)


def _maker(
    settings: Any, choice: Any, shard: str | None, merge: int | None, out: Path | None, **options: Any
) -> Callable[[Any, Any], Any]:
    """(loading, progress) -> BuildReport: the whole, a shard, or what shards make."""
    from visearch.prepare import build_index, model_loader
    from visearch.shards import Shard
    from visearch.spread import build_merged, build_shard

    part = Shard.parse(shard) if shard is not None else None

    def make(loading: Any, progress: Any) -> Any:
        load = model_loader(choice.model, settings, loading)
        if part is not None:
            return build_shard(settings, choice, load, part, out, progress=progress, **options)
        if merge is not None:
            return build_merged(settings, choice, load, merge, out, force=options["force"], progress=progress)
        return build_index(settings, choice, load, progress=progress, **options)

    return make


def _answers_at(settings: Any) -> dict[str, str]:
    """{"server"} where a vector server holds the index from now on."""
    from visearch.remote import RemoteStore, store_of

    store = store_of(settings)
    return {"server": store.server.address.shown} if isinstance(store, RemoteStore) else {}


def _document(choice: Any, report: Any, shard: str | None) -> dict[str, Any]:
    return {
        "catalog": choice.catalog,
        "model": choice.model,
        "products": report.products,
        "pictures": report.pictures,
        "embedded": report.embedded,
        "cached": report.cached,
        "skipped": report.skipped.count,
        "skipped_first": [asdict(s) for s in report.skipped.first],
        "seconds": round(report.seconds, 2),
        "pictures_per_s": round(report.pictures / max(report.seconds, 1e-9), 1),
        "peak_rss_mb": round(report.peak_rss_mb),
        "path": str(report.path),
        **({"shard": shard} if shard else {}),
    }
