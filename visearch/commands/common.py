"""What the commands share: options, settings, the engine, a progress bar, and errors in one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from visearch.config import Settings
from visearch.errors import VisearchError
from visearch.types import Box

CatalogOption = Annotated[
    str | None, typer.Option("--catalog", "-c", help="sample, hf:ORG/NAME, a folder, or a .csv/.jsonl/.parquet file.")
]
ModelOption = Annotated[str | None, typer.Option("--model", "-m", help="Encoder, see `doctor`.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Take at most this many products.")]


def settings_of(catalog: str | None = None, model: str | None = None, limit: int | None = None) -> Settings:
    """The environment's settings with what was given instead."""
    with fails_clearly(False):
        return Settings.from_env().with_(catalog=catalog, model=model, limit=limit)


def engine_of(settings: Settings) -> Any:
    """The engine of the settings' catalogue; its index is made when it is missing."""
    from visearch.prepare import open_engine

    with progress_bar() as (progress, loading):
        return open_engine(settings, None, progress, loading)


@contextmanager
def fails_clearly(as_json: bool) -> Iterator[None]:
    """One line on stderr and exit code 1 instead of a trace, for the errors that are meant for people."""
    try:
        yield
    except VisearchError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}, ensure_ascii=False))
        print(f"visearch: {' '.join(str(error).split())}", file=sys.stderr)
        raise typer.Exit(1) from error


@contextmanager
def progress_bar() -> Iterator[tuple[Any, Any]]:
    """(progress, loading) callbacks that draw bars on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: float, total: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield (
            lambda p: show(p.stage, p.done, p.total),
            lambda stage, fraction: show(stage, round((fraction or 0) * 100), None if fraction is None else 100),
        )


def box_of(text: str) -> Box:
    """`x0,y0,x1,y1` in pixels."""
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"--box is x0,y0,x1,y1 in pixels, not {text!r}") from error
    return Box(x0, y0, x1, y1)


def pairs_of(columns: list[str]) -> dict[str, str]:
    """`field=column` of each."""
    pairs = [column.partition("=") for column in columns]
    bad = [column for column, (name, _, value) in zip(columns, pairs, strict=True) if not (name and value)]
    if bad:
        raise typer.BadParameter(f"--column is field=column, not {bad[0]!r}")
    return {name: value for name, _, value in pairs}


def tell(document: dict[str, Any], as_json: bool, to_lines: Any) -> None:
    """The document as JSON, or what `to_lines` makes of it."""
    print(json.dumps(document, ensure_ascii=False, indent=2) if as_json else "\n".join(to_lines(document)))
