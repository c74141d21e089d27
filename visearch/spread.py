"""From settings to a shard, and from all shards to an index: what `index --shard` and `index --merge` do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from visearch.build import BuildReport
from visearch.choices import Choice
from visearch.config import Settings
from visearch.models.base import Embedder
from visearch.models.sentences import load_sentences
from visearch.prepare import FIRST_CATALOG, Progress, indexed, limit_for, read_catalog
from visearch.shards import Shard, merge_shards, shards_folder, write_shard
from visearch.shipped import bring_passages, bring_vectors


def build_shard(
    settings: Settings,
    choice: Choice,
    load: Callable[[], Embedder],
    shard: Shard,
    out: Path | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    force: bool = False,
    workers: int = 0,
    progress: Progress | None = None,
) -> BuildReport:
    """Embeds one shard of the catalogue into the folder `out`, else into one below `settings.home`.

    Raises VisearchError as `visearch.shards.write_shard` and `visearch.catalog.open_catalog` do.
    """
    catalog = read_catalog(settings, choice, mapping)
    embedder = load()
    if choice.catalog == FIRST_CATALOG and not force:
        bring_vectors(settings.home, embedder.info)
    return write_shard(
        catalog,
        embedder,
        settings.with_(limit=limit_for(choice.catalog, settings)),
        shard,
        out or shards_folder(settings.home, choice.catalog, choice.model),
        progress=progress,
        force=force,
        workers=workers,
    )


def build_merged(
    settings: Settings,
    choice: Choice,
    load: Callable[[], Embedder],
    of: int,
    out: Path | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Makes the index of the `of` shards in `out`; the catalogue itself is not read.

    The model calibrates it and names what its pictures show. Raises VisearchError as `visearch.shards.merge_shards`.
    """
    embedder, sentences = load(), load_sentences(settings)
    if choice.catalog == FIRST_CATALOG and not force:
        bring_passages(settings.home, sentences)
    folder = out or shards_folder(settings.home, choice.catalog, choice.model)

    def make(**steps: Any) -> BuildReport:
        return merge_shards(
            choice.catalog, embedder.info, settings, of, folder, progress=progress, force=force, **steps
        )

    return indexed(settings, choice, embedder, sentences, make, progress)
