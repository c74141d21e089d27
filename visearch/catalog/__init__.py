"""Catalogues: products with pictures from the sample, folders, files and hub data sets, read one by one.

Importing this is cheap; `datasets` and `huggingface_hub` are imported when a catalogue that needs them is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from visearch.catalog.base import (
    Catalog,
    CatalogInfo,
    CatalogItem,
    LabelledQuery,
    Picture,
    Report,
    Skipped,
)
from visearch.catalog.presets import DEFAULT_HUB_CATALOG, HUB_PRESETS, HubPreset
from visearch.config import Settings
from visearch.errors import CatalogError

__all__ = [
    "DEFAULT_HUB_CATALOG",
    "HUB_PRESETS",
    "UPLOADS",
    "Catalog",
    "CatalogInfo",
    "CatalogItem",
    "HubPreset",
    "LabelledQuery",
    "Picture",
    "Report",
    "Skipped",
    "hub_reachable",
    "is_upload",
    "local_path",
    "open_catalog",
    "sample_folder",
]

UPLOADS = "uploads"
"""The folder below VISEARCH_HOME that catalogues which came through the page lie in."""

NAMES = (
    "A catalogue is `sample`, `hf:ORG/NAME[@REVISION][:SPLIT]`, a folder with products.csv, a folder of "
    "pictures, or a .csv, .jsonl or .parquet file."
)


def open_catalog(
    name: str, settings: Settings, *, mapping: Mapping[str, str] | None = None, limit: int | None = None
) -> Catalog:
    """Opens the catalogue `name`; its products are read when it is iterated.

    `mapping` gives columns to fields ({"title": "my_column"}) where guessing is wrong. `limit` is the number of
    products; None takes settings.limit (and without one, 2,000 from the hub and all from elsewhere), 0 takes
    all. Raises CatalogError when there is no such catalogue, when it is empty
    or has no pictures, and when the hub is needed and does not answer.
    """
    from visearch.catalog import folder

    wanted = name.strip()
    limit = settings.limit if limit is None else limit
    if wanted.startswith("hf:"):
        from visearch.catalog import hub

        return hub.open_hub(name, settings, mapping=mapping, limit=limit)
    limit = limit or None
    if wanted == "sample":
        return folder.open_sample(limit, mapping)
    path = local_path(wanted)
    if path:
        opened = folder.open_folder if path.is_dir() else folder.open_file
        found = opened(name, path, mapping=mapping, limit=limit, offline=settings.offline)
        if found.fetcher and is_upload(path, settings.home):
            from visearch.catalog.fetch import Fetcher

            # Addresses in a table that came through the page must not reach into the network that this runs in.
            found.fetcher = Fetcher(public_only=True)
        return found
    raise CatalogError(f"There is no catalogue {name!r}.", NAMES)


def sample_folder() -> Path:
    """Where the sample catalogue lies."""
    from visearch.catalog.folder import SAMPLE_DIR

    return SAMPLE_DIR


def local_path(name: str) -> Path | None:
    """The folder or file of a catalogue on this machine; None for hub data sets and names that are nothing."""
    wanted = name.strip()
    if wanted == "sample":
        return sample_folder()
    if not wanted or wanted.startswith("hf:"):
        return None
    path = Path(wanted).expanduser()
    return path if path.exists() else None


def is_upload(path: Path, home: Path) -> bool:
    """Whether a local catalogue came through the page."""
    return path.resolve().is_relative_to((home / UPLOADS).resolve())


def hub_reachable(timeout_s: float = 5.0) -> bool:
    """Whether the Hugging Face hub (HF_ENDPOINT) answers within `timeout_s` seconds."""
    from visearch.catalog import hub

    return hub.hub_reachable(timeout_s)
