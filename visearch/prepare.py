"""From settings to an engine: which catalogue and model, and an index that is there and fresh."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from visearch import build
from visearch.calibration import calibrator
from visearch.captions import Captioner, load_captioner, resolve
from visearch.captions.specs import ZERO_SHOT
from visearch.catalog import DEFAULT_HUB_CATALOG, Catalog, open_catalog, sample_folder
from visearch.choices import Choice, read_choice, record_choice
from visearch.config import DEFAULT_LIMIT, Settings
from visearch.engine import SearchEngine
from visearch.errors import StoreError, VisearchError
from visearch.index import address_of
from visearch.mappings import read_mapping, record_mapping
from visearch.models import load_model
from visearch.models.base import Embedder
from visearch.models.sentences import SentenceEncoder, load_sentences, sentence_names
from visearch.passages import Reader
from visearch.remote import RemoteStore, store_of
from visearch.seen import see_catalog
from visearch.shipped import bring_passages, bring_vectors
from visearch.store import OpenIndex, Store, check_model, thumbnail_path
from visearch.types import Product, RowIds, Vectors

__all__ = ["Choice", "read_choice", "record_choice"]

logger = logging.getLogger(__name__)

FIRST_CATALOG = "sample"
FIRST_MODEL = "embedded"
HUB_MODEL = "siglip2"
"""The encoder of choice where the hub answers: it reads English and Chinese."""

Progress = Callable[[build.Progress], None]
LoadProgress = Callable[[str, "float | None"], None]


def first_choice(settings: Settings) -> Choice:
    """What can answer without waiting for anybody: what was asked for, else what was chosen before, else the sample."""
    recorded = read_choice(settings.home)
    catalog, model = settings.catalog, settings.model
    held = _newest_held(settings) if catalog == "auto" and model == "auto" and not recorded else None
    if held is not None:
        return held
    if catalog == "auto" and model == "auto" and recorded:
        # A reason that was recorded with its own "chosen" needs no other.
        return recorded if recorded.chosen else replace(recorded, reason=f"Chosen earlier: {recorded.reason}")
    if catalog == "auto":
        catalog = recorded.catalog if recorded and recorded.model == model else FIRST_CATALOG
    if model == "auto":
        model = recorded.model if recorded and recorded.catalog == catalog else FIRST_MODEL
    return Choice(catalog, model, _reason(settings))


def _newest_held(settings: Settings) -> Choice | None:
    """What a vector server holds, where one is named and answers: its newest index."""
    try:
        store = store_of(settings)
        if isinstance(store, Store):
            return None
        manifest = next(iter(store.list()), None)
    except StoreError:
        return None  # opening the index tells what is wrong
    if manifest is None:
        return None
    return Choice(str(manifest.catalog["id"]), str(manifest.model["name"]), f"Held by {store.server.address.shown}.")


def hub_choice(settings: Settings) -> Choice | None:
    """What to fetch when the hub answers, or None when everything was chosen by name (or is here already)."""
    if settings.offline or "auto" not in (settings.catalog, settings.model):
        return None
    if address_of(settings.index) is not None:
        return None  # several processes share what a server holds: none of them replaces it by itself
    catalog = DEFAULT_HUB_CATALOG if settings.catalog == "auto" else settings.catalog
    model = HUB_MODEL if settings.model == "auto" else settings.model
    recorded = read_choice(settings.home)
    if settings.catalog == "auto" and recorded is not None and recorded.chosen:
        return None
    choice = Choice(catalog, model, "the Hugging Face hub answered, so its model and data set were fetched.")
    first = first_choice(settings)
    return None if (first.catalog, first.model) == (choice.catalog, choice.model) else choice


def limit_for(catalog: str, settings: Settings) -> int | None:
    """How many products to take: VISEARCH_LIMIT, else 2,000 of a hub data set and all of anything else."""
    if settings.limit is not None:
        return settings.limit
    return DEFAULT_LIMIT if catalog.startswith("hf:") else None


def open_engine(
    settings: Settings,
    choice: Choice | None = None,
    progress: Progress | None = None,
    loading: LoadProgress | None = None,
    *,
    lazy: bool = False,
    mapping: Mapping[str, str] | None = None,
    mend: bool = False,
    outdated: Callable[[VisearchError], None] | None = None,
    captioner: Callable[[], Captioner] | None = None,
) -> SearchEngine:
    """The engine for a choice; builds the index when it is missing, or the catalogue or the model has changed.

    With `lazy` an index whose files are fresh is opened without loading the model: the first query loads it, and
    raises StoreError when the index was made with other weights. Raises VisearchError when the catalogue or model
    cannot be had. A `mapping` (field -> column) other than the one that the catalogue was indexed with is kept, once
    the index is made with it. With `mend` a damaged index is made anew, and with `outdated` one that cannot be
    refreshed answers as it is: the function is told why. `captioner` replaces the one that the settings name.
    """
    choice = choice or first_choice(settings)
    store = store_of(settings)
    load = model_loader(choice.model, settings, loading)
    remap = bool(mapping) and mapping != read_mapping(settings.home, choice.catalog)

    def make() -> None:
        build_index(settings, choice, load, mapping=mapping, progress=progress)

    fresh = is_fresh(store, choice, settings)
    if isinstance(store, Store) and fresh and not lazy:
        fresh = store.manifest(choice.catalog, choice.model).model_fingerprint == load().info.fingerprint
    if not fresh or remap:
        try:
            make()
        except VisearchError as error:
            if outdated is None or remap or not _opens(store, choice):
                raise
            outdated(error)
    if mapping and remap:
        record_mapping(settings.home, choice.catalog, mapping)
    opened = _opened(store, choice, make if mend and isinstance(store, Store) else None)

    def checked() -> Embedder:
        embedder = load()
        check_model(opened.manifest, embedder.info)
        return embedder

    return SearchEngine(opened, checked, lambda: load_sentences(settings), captioner or _captioner(settings))


def _opens(store: Store | RemoteStore, choice: Choice) -> bool:
    try:
        store.open(choice.catalog, model_name=choice.model)
    except StoreError:
        return False
    return True


def _opened(store: Store | RemoteStore, choice: Choice, make: Callable[[], None] | None) -> OpenIndex:
    """The index; a damaged one is made anew where `make` can."""
    try:
        return store.open(choice.catalog, model_name=choice.model)
    except StoreError as error:
        if make is None:
            raise
        logger.warning("%s It is made anew.", error.message)
        try:
            make()
        except VisearchError as second:
            raise StoreError(f"{error.message} It could not be made anew: {second.message}", second.hint) from second
    return store.open(choice.catalog, model_name=choice.model)


def _captioner(settings: Settings) -> Callable[[], Captioner] | None:
    """A function that loads the captioning model; None where the zero-shot sentence is enough."""
    if resolve(settings.captioner) == ZERO_SHOT:
        return None
    return lambda: load_captioner(settings.captioner, settings)


def model_loader(name: str, settings: Settings, loading: LoadProgress | None = None) -> Callable[[], Embedder]:
    """A function that loads the model when it is called."""
    return lambda: load_model(name, settings, loading)


def is_fresh(store: Store | RemoteStore, choice: Choice, settings: Settings) -> bool:
    """True when there is a readable index of this choice, and the files that it was made from are unchanged.

    What a server holds is as fresh as whoever brought it there wanted it: processes on other machines have other
    copies of the files, or none.
    """
    if not store.exists(choice.catalog, choice.model):
        return False
    if not isinstance(store, Store):
        return True
    try:
        manifest = store.manifest(choice.catalog, choice.model)
    except StoreError:
        return False
    stamp = source_stamp(choice.catalog)
    if set(manifest.passages) != set(sentence_names()):
        return False
    same_source = not stamp or manifest.catalog.get("revision") == stamp
    return same_source and manifest.limit == limit_for(choice.catalog, settings)


def build_index(
    settings: Settings,
    choice: Choice,
    load: Callable[[], Embedder],
    *,
    mapping: Mapping[str, str] | None = None,
    force: bool = False,
    workers: int = 0,
    progress: Progress | None = None,
) -> build.BuildReport:
    """Reads the catalogue, embeds what is new and replaces the index in one step: here, or on the vector server.

    Without a `mapping` the one that a person gave on the page is taken, if any. `workers` threads decode pictures, 0
    for one a core.
    """
    catalog = read_catalog(settings, choice, mapping)
    # After the catalogue, so that a wrong name is told before weights are loaded or fetched.
    embedder, sentences = load(), load_sentences(settings)
    if choice.catalog == FIRST_CATALOG and not force:
        bring_vectors(settings.home, embedder.info)
        bring_passages(settings.home, sentences)
    limited = settings.with_(limit=limit_for(choice.catalog, settings))

    def make(**steps: Any) -> build.BuildReport:
        return build.build(catalog, embedder, limited, progress=progress, force=force, workers=workers, **steps)

    return indexed(settings, choice, embedder, sentences, make, progress)


def read_catalog(settings: Settings, choice: Choice, mapping: Mapping[str, str] | None) -> Catalog:
    """The catalogue as it is indexed: with its limit, its columns, and the stamp of its files as its revision."""
    stamp = source_stamp(choice.catalog)
    mapping = mapping or read_mapping(settings.home, choice.catalog) or None
    catalog = open_catalog(choice.catalog, settings, mapping=mapping, limit=limit_for(choice.catalog, settings))
    if stamp:
        catalog.info = replace(catalog.info, revision=stamp)
    return catalog


def indexed(
    settings: Settings,
    choice: Choice,
    embedder: Embedder,
    sentences: Mapping[str, SentenceEncoder],
    make: Callable[..., build.BuildReport],
    progress: Progress | None = None,
) -> build.BuildReport:
    """What `make` builds when it is given all that follows the vectors; sent to the vector server, if one is named."""
    store = store_of(settings)
    report = make(
        # The server makes the index that answers; the one here only holds what goes there.
        index_kind=settings.index if isinstance(store, Store) else "exact",
        calibrate=calibrator(embedder, strangers_to(choice.catalog)),
        read=Reader(sentences, settings.home),
        see=_see(embedder, settings.home),
    )
    if isinstance(store, Store):
        return report
    tell = progress or (lambda _: None)
    made = Store(settings.home).open(choice.catalog, embedder.info)
    sent = store.publish(made, lambda done, total: tell(build.Progress("sending", done, total)))
    return replace(report, unchanged=report.unchanged and not sent)


def _see(embedder: Embedder, home: Path) -> build.See:
    def see(
        vectors: Vectors, products: list[Product], row_product: RowIds, tell: Callable[[int, int], None]
    ) -> list[dict[str, Any]]:
        seen = see_catalog(
            products, vectors, row_product, lambda sha: thumbnail_path(home, sha), embedder.embed_texts, tell
        )
        return [one.to_dict() for one in seen]

    return see


def strangers_to(catalog: str) -> list[Path]:
    """Photos of everyday things that the catalogue is calibrated against: every fifth of the sample's customer
    photos (CC0); none for the sample, which sells these."""
    photos = sorted((sample_folder() / "queries").glob("*.jpg"))
    return [] if catalog == FIRST_CATALOG else photos[::5]


def source_stamp(catalog: str) -> str:
    """Changes when a local catalogue's files do (names, sizes, times); empty for hub data sets and unknown names."""
    from visearch.catalog import local_path

    path = local_path(catalog)
    if path is None or not path.exists():
        return ""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    for file in files:
        status = file.stat()
        digest.update(f"{file.relative_to(path)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _reason(settings: Settings) -> str:
    if settings.offline:
        return "Offline, so the parts that come with visearch answer."
    if settings.catalog == "auto" and settings.model == "auto":
        return "The parts that come with visearch answer at once."
    return "Chosen by name."
