"""backup and restore: one index as one file, and back."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from visearch.audit import COMMAND, record
from visearch.commands.common import JsonOption, ModelOption, fails_clearly, progress_bar, settings_of, tell
from visearch.config import Settings


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)


def backup_command(
    names: Annotated[list[str], typer.Argument(metavar="[CATALOG] FILE", help="FILE ends in .tar or .tar.gz.")],
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an index with its thumbnails to one file; by default the index that the app would start with."""
    if len(names) > 2:
        raise typer.BadParameter("give a catalogue and a file, or only a file")
    from visearch.prepare import first_choice

    settings = settings_of(names[0] if len(names) == 2 else None, model)
    with fails_clearly(as_json):
        choice = first_choice(settings)
        # A catalogue by name is taken with whatever model it was indexed with last.
        wanted = settings.model if settings.model != "auto" else "" if len(names) == 2 else choice.model
        with progress_bar() as (progress, _):
            made = _backed_up(settings, choice.catalog, wanted, Path(names[-1]), progress)
        record(settings.home, "backup", "done", COMMAND, made.catalog, products=made.products)
        document = {**asdict(made), "file": str(made.file), "seconds": round(made.seconds, 2)}
    tell(document, as_json, backup_lines)


def _backed_up(settings: Settings, catalog: str, model: str, file: Path, progress: Any) -> Any:
    """Of this machine, or of the vector server that holds the index."""
    from visearch.backup import backup
    from visearch.build import Progress
    from visearch.pulled import pull
    from visearch.remote import RemoteStore, store_of

    store = store_of(settings)
    if not isinstance(store, RemoteStore):
        return backup(settings.home, catalog, model, file, progress)
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".visearch-") as folder:
        pull(store, catalog, model, Path(folder), lambda done, total: progress(Progress("fetching", done, total)))
        return backup(Path(folder), catalog, model, file, progress)


def restore_command(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Put it in the place of an index that is there.")] = False,
    start: Annotated[bool, typer.Option("--start", help="Let the app start with it from now on.")] = False,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Also fill the cache of vectors.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Put the index of a backup in place; what answered before does so until all of it is there."""
    from visearch.backup import restore
    from visearch.choices import Choice, record_choice

    settings = settings_of()
    with fails_clearly(as_json):
        with progress_bar() as (progress, _):
            found = restore(file, settings.home, force=force, cache=cache, tell=progress)
            _sent(settings, found, progress)
        if start:
            record_choice(settings.home, Choice(found.catalog, found.model, "Restored from a backup.", chosen=True))
        record(settings.home, "restore", "done", COMMAND, found.catalog, products=found.products)
        document = {**asdict(found), "path": str(found.path), "seconds": round(found.seconds, 2), "start": start}
    tell(document, as_json, restore_lines)


def _sent(settings: Settings, found: Any, progress: Any) -> None:
    """Where a vector server holds the indexes, what was restored answers there from now on."""
    from visearch.build import Progress
    from visearch.remote import RemoteStore, store_of
    from visearch.store import Store

    store = store_of(settings)
    if isinstance(store, RemoteStore):
        opened = Store(settings.home).open(found.catalog, model_name=found.model)
        store.publish(opened, lambda done, total: progress(Progress("sending", done, total)))


def backup_lines(d: dict[str, Any]) -> list[str]:
    """For people, of the document."""
    size = f"{d['bytes'] / 1e6:.1f} MB"
    lines = [
        f"{d['file']}: {d['products']} products of {d['catalog']} with {d['model']}, {size}, {d['seconds']:.1f} s."
    ]
    return lines + ([f"{d['missing']} pictures have no thumbnail on this disk."] if d["missing"] else [])


def restore_lines(d: dict[str, Any]) -> list[str]:
    """For people, of the document."""
    lines = [f"{d['products']} products of {d['catalog']} with {d['model']} answer as of {d['created']}."]
    if not d["start"]:
        lines.append(
            f"Start with VISEARCH_CATALOG={d['catalog']} VISEARCH_MODEL={d['model']}, or restore with --start."
        )
    return [*lines, "An app that runs already takes it when it is started again."]
