"""Catalogues in Milvus: a collection for each generation, and an alias that says which one answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from visearch.index.milvus_link import Link
from visearch.index.milvus_table import EF_CONSTRUCTION, M, MilvusTable, table_schema
from visearch.index.milvus_texts import Parts
from visearch.index.remote import BATCH
from visearch.index.server import Address, ServerError, VanishedError

GRACE_S = 60.0
"""Seconds that a generation stays after another took its place: processes that still ask it move on meanwhile."""

ABANDONED_S = 7 * 86_400.0
"""A generation that was begun so long ago and never published is dropped."""

_MADE, _BEGUN, _DIM = "visearch.made", "visearch.begun", "visearch.dim"
_PUBLISHED, _SUPERSEDED = "visearch.published", "visearch.superseded"


class MilvusServer:
    """A VectorServer on Milvus 2.5 or newer, or on `milvus-lite server`. Thread-safe.

    Collections are named NAME_K_key_G_generation (rows), NAME_K_key_F_generation (files) and NAME_PICTURES, the alias
    of a key NAME_K_key: the capitals part what is made of [a-z0-9_].
    """

    def __init__(self, address: Address) -> None:
        """Raises StoreError with the install command when pymilvus is missing; nothing is asked yet."""
        self._link = Link(address)
        self._pictures = Parts(self._link, f"{address.name}_PICTURES")

    @property
    def address(self) -> Address:
        return self._link.address

    def version(self) -> str:
        """As in `Milvus 2.6.4` or `Milvus Lite 3.2.2`."""
        told = str(self._link.ask("get_server_version")).lstrip("v")
        lite = told.removeprefix("milvus_lite-")
        return f"Milvus {told}" if lite == told else f"Milvus Lite {lite}"

    def names(self) -> list[str]:
        """See VectorServer.names."""
        start = self._alias("")
        return sorted(alias.removeprefix(start) for alias in self._aliases() if alias.startswith(start))

    def current(self, key: str) -> str | None:
        """See VectorServer.current."""
        alias = self._alias(key)
        try:
            collection = str(self._link.ask("describe_alias", alias)["collection_name"])
        except ServerError as error:
            # The number of this error differs between versions; whether the alias is listed does not.
            if error.again or alias in self._aliases():
                raise
            return None
        return collection.removeprefix(f"{alias}_G_")

    def table(self, key: str, generation: str, dim: int) -> MilvusTable:
        """See VectorServer.table. That the rows are gone is told by what is asked first."""
        return MilvusTable(self._link, self._rows(key, generation), dim)

    def begin(self, key: str, generation: str, dim: int) -> tuple[MilvusTable, int]:
        """See VectorServer.begin. Rows behind a gap (a batch was cut off) do not count: they are sent again."""
        table = self.table(key, generation, dim)
        if self._link.ask("has_collection", table.collection):
            told = self._told(table.collection)
            if told.get(_MADE) == "yes" and told.get(_DIM) == str(dim):
                return table, table.whole(BATCH)
            self._drop(key, generation)
        properties = {_DIM: str(dim), _BEGUN: _now()}
        graph = {"M": M, "efConstruction": EF_CONSTRUCTION}
        schema = table_schema(self._link.pymilvus, dim)
        self._link.create(table.collection, schema, properties, "vector", "HNSW", graph)
        self._tell(table.collection, {_MADE: "yes"})
        return table, 0

    def publish(self, key: str, generation: str, told: dict[str, str]) -> None:
        """See VectorServer.publish. `told` becomes properties of the collection, `visearch.` before their names."""
        alias, collection, before = self._alias(key), self._rows(key, generation), self.current(key)
        stamps = {_PUBLISHED: _now(), _SUPERSEDED: "no"}
        self._tell(collection, {f"visearch.{name}": value for name, value in told.items()} | stamps)
        if before is None:
            self._link.ask("create_alias", collection, alias)
        elif before != generation:
            self._link.ask("alter_alias", collection, alias)
        self._tidy(key, generation)

    def drop(self, key: str) -> None:
        """See VectorServer.drop."""
        if self._alias(key) in self._aliases():
            self._link.ask("drop_alias", self._alias(key))
        for generation in self._generations(key):
            self._drop(key, generation)

    def put_files(self, key: str, generation: str, files: Iterable[tuple[str, int, bytes]]) -> None:
        """See VectorServer.put_files."""
        self._files(key, generation).put_files(files)

    def read_file(self, key: str, generation: str, name: str) -> Iterator[bytes]:
        """See VectorServer.read_file. Raises ServerError when a part in the middle is missing."""
        try:
            yield from self._files(key, generation).read_file(name)
        except VanishedError:
            if not self._link.ask("has_collection", self._rows(key, generation)):
                raise

    def put_pictures(self, pictures: Iterable[tuple[str, bytes]]) -> None:
        """See VectorServer.put_pictures."""
        self._pictures.put_whole(pictures)

    def pictures_there(self, shas: Sequence[str]) -> set[str]:
        """See VectorServer.pictures_there."""
        there: set[str] = set()
        try:
            for start in range(0, len(shas), BATCH):
                there |= self._pictures.whole_there(shas[start : start + BATCH])
        except VanishedError:
            return set()
        return there

    def read_picture(self, sha: str) -> bytes | None:
        """See VectorServer.read_picture."""
        try:
            return self._pictures.read_whole(sha)
        except VanishedError:
            return None

    def locked(self, key: str) -> AbstractContextManager[None]:
        """Keeps nobody out: Milvus has no locks. Of two that publish one key at a time the last one stays."""
        return nullcontext()

    def close(self) -> None:
        """Ends the connection."""
        self._link.close()

    def _alias(self, key: str) -> str:
        return f"{self.address.name}_K_{key}"

    def _rows(self, key: str, generation: str) -> str:
        return f"{self._alias(key)}_G_{generation}"

    def _files(self, key: str, generation: str) -> Parts:
        return Parts(self._link, f"{self._alias(key)}_F_{generation}")

    def _aliases(self) -> list[str]:
        return list(self._link.ask("list_aliases")["aliases"])

    def _generations(self, key: str) -> list[str]:
        """All that have rows or files."""
        names = self._link.ask("list_collections")
        starts = (f"{self._alias(key)}_G_", f"{self._alias(key)}_F_")
        return sorted({name.removeprefix(start) for name in names for start in starts if name.startswith(start)})

    def _told(self, collection: str) -> dict[str, str]:
        return dict(self._link.ask("describe_collection", collection).get("properties") or {})

    def _tell(self, collection: str, properties: dict[str, str]) -> None:
        self._link.ask("alter_collection_properties", collection, properties)

    def _drop(self, key: str, generation: str) -> None:
        for collection in (self._rows(key, generation), self._files(key, generation).collection):
            if self._link.ask("has_collection", collection):
                self._link.ask("drop_collection", collection)

    def _tidy(self, key: str, current: str) -> None:
        """Drops what is neither `current` nor the one before it, once nobody can be asking it any more."""
        left: dict[str, float] = {}
        for generation in self._generations(key):
            if generation == current:
                continue
            try:
                told = self._told(self._rows(key, generation))
            except VanishedError:  # files without rows: what an interrupted drop left
                self._drop(key, generation)
                continue
            if _PUBLISHED not in told:
                if time.time() - float(told.get(_BEGUN, 0)) > ABANDONED_S:
                    self._drop(key, generation)
                continue
            if told.get(_SUPERSEDED, "no") == "no":
                told[_SUPERSEDED] = _now()
                self._tell(self._rows(key, generation), {_SUPERSEDED: told[_SUPERSEDED]})
            left[generation] = float(told[_SUPERSEDED])
        for generation in sorted(left, key=left.__getitem__)[:-1]:
            if time.time() - left[generation] > GRACE_S:
                self._drop(key, generation)


def _now() -> str:
    return f"{time.time():.3f}"
