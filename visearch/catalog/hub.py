"""Data sets on the Hugging Face hub: `hf:ORG/NAME[@REVISION][:SPLIT]`, streamed when a part is enough."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from visearch.catalog.base import CatalogInfo
from visearch.catalog.fetch import Fetcher
from visearch.catalog.mapping import IMAGE, TEXT, Mapped, find_columns
from visearch.catalog.pictures import PICTURE_ROW_COLUMNS, picture_row
from visearch.catalog.presets import preset_of
from visearch.catalog.reading import Source, TableCatalog
from visearch.catalog.tables import PEEK, Table, kinds_of, kinds_of_features, named_labels, one_line, undecoded
from visearch.config import DEFAULT_LIMIT, Settings
from visearch.errors import CatalogError, VisearchError

DEFAULT_ENDPOINT = "https://huggingface.co"
TIMEOUT_S = 10.0

_NAME = re.compile(r"hf:(?P<id>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[^:@]+))?(?::(?P<split>[\w./\[\]%:-]+))?")
_TRUE = {"1", "true", "yes", "on"}
_INSTEAD = "Try again later, or use the catalogue `sample` or one on disk."


@dataclass(frozen=True)
class HubName:
    """The parts of a hub catalogue's name; the split may be CONFIG/SPLIT."""

    id: str
    revision: str = ""
    config: str = ""
    split: str = ""

    @classmethod
    def parse(cls, name: str) -> HubName:
        """Raises CatalogError when `name` is not of the form hf:ORG/NAME[@REVISION][:SPLIT]."""
        match = _NAME.fullmatch(name.strip())
        if not match:
            raise CatalogError(
                f"The hub catalogue {name!r} is misspelt.",
                "Write hf:ORG/NAME, hf:ORG/NAME@REVISION or hf:ORG/NAME@REVISION:SPLIT.",
            )
        config, _, split = (match["split"] or "").rpartition("/")
        return cls(match["id"], match["revision"] or "", config, split)


def endpoint() -> str:
    """The hub's address now. `datasets` and `huggingface_hub` keep the one of the moment of their import."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def hub_reachable(timeout_s: float = 3.0) -> bool:
    """Whether the hub answers within `timeout_s` seconds; False without asking when offline is switched on."""
    if any(os.environ.get(n, "").lower() in _TRUE for n in ("HF_HUB_OFFLINE", "VISEARCH_OFFLINE")):
        return False
    import httpx

    try:
        answer = httpx.head(endpoint(), timeout=timeout_s, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):
        return False
    return answer.status_code < 500


def open_hub(
    name: str,
    settings: Settings,
    *,
    mapping: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> TableCatalog:
    """A hub data set, pinned to the commit that the revision means now.

    `limit` products are streamed and the rest is not downloaded; None takes the preset's or the default limit,
    0 takes all of them, through the disk cache of `datasets`. Raises CatalogError when offline, when there is
    no such data set, revision or split, and when the hub does not answer.
    """
    wanted = HubName.parse(name)
    if settings.offline:
        raise CatalogError(
            f"The catalogue {name} is on the hub, and VISEARCH_OFFLINE or HF_HUB_OFFLINE is set.",
            "Unset it, or use the catalogue `sample` or one on disk.",
        )
    preset = preset_of(wanted.id)
    if limit is None:
        limit = preset.limit if preset else DEFAULT_LIMIT
    try:
        about = _about(wanted)
        remote = _Remote(wanted, about.revision, limit or None, preset.config if preset else "")
        remote.open(preset.split if preset else "")
        columns = remote.find(mapping or (preset.mapping if preset else {}), f"The data set {wanted.id}")
    except VisearchError:
        raise
    except Exception as error:
        raise hub_error(error, wanted) from error
    total = remote.total if not limit or remote.total is None else min(limit, remote.total)
    licence = about.licence or (preset.licence if preset else "")
    return TableCatalog(
        CatalogInfo(name, about.title, licence, about.source, about.revision, total),
        [Source(remote.table(), columns, None, f"{about.source}/resolve/{about.revision}/", remote.hub_prefix)],
        limit or None,
        stable=bool(about.revision),
        # Addresses in a stranger's data set must not reach into the network that this runs in.
        fetcher=Fetcher(public_only=True, trusted_hosts=frozenset({urlsplit(endpoint()).hostname or ""})),
    )


class _Remote:
    """One split of one data set: its features, its mapping, and how to read its rows."""

    def __init__(self, wanted: HubName, revision: str, limit: int | None, config: str) -> None:
        self.wanted, self.revision, self.limit = wanted, revision, limit
        self._config = wanted.config or config
        self.hub_prefix = f"hf://datasets/{wanted.id}@{revision}/"
        self.split = ""
        self.features: Mapping[str, Any] | None = None
        self.total: int | None = None
        self._kinds: Mapping[str, str] = {}
        self._samples: list[Mapping[str, Any]] = []
        self._by_path = False

    def open(self, preferred: str) -> None:
        """Finds the configuration and the split. Raises CatalogError when the named one is not there."""
        import datasets

        # The library's own 20 retries of 5 to 60 seconds keep a person waiting for a hub that is down.
        datasets.config.STREAMING_READ_MAX_RETRIES = 3
        datasets.config.STREAMING_READ_RETRY_INTERVAL = 1
        datasets.config.STREAMING_READ_SERVER_UNAVAILABLE_RETRY_INTERVAL = 3
        self.builder = self._builder()
        if getattr(self.builder.config, "drop_labels", False) is None:
            # Class names are taken from the paths: the library's own fail for pictures in a zip file.
            self.builder.config.drop_labels = True
        splits = self.builder.as_streaming_dataset()
        name = self.wanted.split or next((s for s in (preferred, "train") if s in splits), next(iter(splits)))
        if name not in splits:
            raise CatalogError(
                f"The data set {self.wanted.id} has no split {name!r}.", f"It has {', '.join(map(str, splits))}."
            )
        self.split, self.stream = str(name), splits[name]
        self.features = self.stream.features
        known = (self.builder.info.splits or {}).get(self.split)
        self.total = known.num_examples or None if known else None

    def _builder(self) -> Any:
        import datasets

        options = {"revision": self.revision or None}
        if self.wanted.config:
            return datasets.load_dataset_builder(self.wanted.id, self.wanted.config, **options)
        try:
            return datasets.load_dataset_builder(self.wanted.id, **options)
        except ValueError as error:
            if "Config name is missing" not in str(error):
                raise
        names = datasets.get_dataset_config_names(self.wanted.id, **options)
        return datasets.load_dataset_builder(
            self.wanted.id, self._config if self._config in names else names[0], **options
        )

    def find(self, mapping: Mapping[str, str], what: str) -> Mapped:
        """The columns' meaning; columns without one are not downloaded where the format allows it."""
        self._by_path = self.features is not None and set(self.features) == {"image"}
        if self._by_path:
            self._kinds = {"image": IMAGE, **dict.fromkeys(PICTURE_ROW_COLUMNS, TEXT)}
        elif self.features is not None:
            self._kinds = kinds_of_features(self.features)
        else:
            self._samples = list(islice(undecoded(self.stream), PEEK))
            self._kinds = kinds_of(self._samples)
        mapped = find_columns(self._kinds, self._samples, mapping, what)
        if self._by_path:
            return mapped
        needed = {*mapped.pictures, *mapped.fields.values(), *mapped.rest}
        if self.features and hasattr(self.builder.config, "columns") and needed != set(self.features):
            self.builder.config.columns = [column for column in self.features if column in needed]
            self.stream = self.builder.as_streaming_dataset(split=self.split)
        return mapped

    def table(self) -> Table:
        return Table(self._kinds, self._read, self._samples, self.total)

    def _read(self) -> Iterator[tuple[str, Mapping[str, Any] | str]]:
        number = 0
        try:
            for cells in self._rows():
                row = f"{self.split} row {number + 1}"
                yield row, self._by_its_path(cells) if self._by_path else named_labels(cells, self.features or {})
                number += 1
        except VisearchError:
            raise
        except Exception as error:
            of = f" of {self.limit}" if self.limit else ""
            raise CatalogError(
                f"The data set {self.wanted.id} cannot be read on after {number}{of} rows: {one_line(error)}.",
                _INSTEAD,
            ) from error

    def _by_its_path(self, cells: Mapping[str, Any]) -> Mapping[str, Any]:
        path = str((cells["image"] or {}).get("path") or "")
        member = path.partition("::")[0].removeprefix("zip://").removeprefix(self.hub_prefix)
        return {**picture_row(PurePosixPath(member), path), **cells} if member else cells

    def _rows(self) -> Any:
        if self.limit is not None:
            return undecoded(self.stream)
        import datasets

        whole = datasets.load_dataset(
            self.wanted.id, self.builder.config.name, split=self.split, revision=self.revision or None
        )
        return undecoded(whole.to_iterable_dataset())


@dataclass(frozen=True)
class _About:
    title: str
    licence: str
    source: str
    revision: str


def _about(wanted: HubName) -> _About:
    from huggingface_hub import HfApi

    address = endpoint()
    found = HfApi(endpoint=address).dataset_info(wanted.id, revision=wanted.revision or None, timeout=TIMEOUT_S)
    card = found.card_data
    licence = getattr(card, "license", None) or next(
        (tag.partition(":")[2] for tag in found.tags or () if tag.startswith("license:")), ""
    )
    if isinstance(licence, list):
        licence = ", ".join(map(str, licence))
    title = getattr(card, "pretty_name", None) or wanted.id
    return _About(str(title), str(licence), f"{address}/datasets/{wanted.id}", found.sha or "")


def hub_error(error: Exception, wanted: HubName) -> CatalogError:
    """The sentence for what went wrong between us and the hub."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "GatedRepoError" in names:
        return CatalogError(
            f"The data set {wanted.id} asks for an agreement first.",
            f"Accept it on {endpoint()}/datasets/{wanted.id} and run `hf auth login`.",
        )
    if "RevisionNotFoundError" in names:
        return CatalogError(
            f"The data set {wanted.id} has no revision {wanted.revision!r}.",
            "Name a branch, a tag or a commit of it, or leave the @ part out.",
        )
    if names & {"RepositoryNotFoundError", "DatasetNotFoundError"}:
        return CatalogError(
            f"The hub has no data set {wanted.id!r} that you may read.", "Check the spelling of hf:ORG/NAME."
        )
    if names & {"DataFilesNotFoundError", "EmptyDatasetError"}:
        return CatalogError(
            f"The data set {wanted.id} holds no files that can be read as a table.", "Name another one."
        )
    if isinstance(error, ValueError) and "BuilderConfig" in str(error):
        return CatalogError(f"The data set {wanted.id} has no configuration {wanted.config!r}.", one_line(error) + ".")
    return CatalogError(f"The hub at {endpoint()} does not give the data set {wanted.id}: {one_line(error)}.", _INSTEAD)
