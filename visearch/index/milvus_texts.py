"""Files and pictures in Milvus: collections of named parts, each base64 text with the vector that Milvus demands."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from visearch.index.milvus_filter import quoted
from visearch.index.milvus_link import WRITE_S, Link
from visearch.index.server import PART_BYTES, ServerError
from visearch.index.table import REINDEX

PARTS = 32
"""Parts in one message, 1.7 MB of text."""

TEXT_MOST = 65_535
NAME_MOST = 512

_SMALL = [1.0, 0.0]


class Parts:
    """The parts in one collection, which is made when something is first put into it."""

    def __init__(self, link: Link, collection: str) -> None:
        self._link = link
        self.collection = collection
        self._made = False

    def put_files(self, files: Iterable[tuple[str, int, bytes]]) -> None:
        """(name, part, bytes). What a longer file of the same name left behind the new end is taken out."""
        self._make()
        ends: dict[str, int] = {}
        for some in _batches(files, PARTS):
            self._put([(f"{name}/{part}", chunk, 0) for name, part, chunk in some])
            for name, part, _ in some:
                ends[name] = max(part, ends.get(name, 0))
        for name, last in ends.items():
            start = last + 1
            while behind := self.get(_names(name, start, PARTS)):
                self._link.ask("delete", self.collection, filter=_among(behind), timeout_s=WRITE_S)
                start += PARTS

    def read_file(self, name: str) -> Iterator[bytes]:
        """The parts in order. Raises ServerError when one in the middle is missing."""
        start = 0
        while True:
            names = _names(name, start, PARTS)
            found = self.get(names)
            if any(one not in found for one in names[: len(found)]):
                raise ServerError(f"{self._link.address.shown} has only parts of {name}.", REINDEX)
            yield from (base64.b64decode(found[one]["chunk"]) for one in names[: len(found)])
            if len(found) < PARTS:
                return
            start += PARTS

    def put_whole(self, things: Iterable[tuple[str, bytes]]) -> None:
        """(name, bytes) of any length. The first part of a thing is written last and counts them: with it, all are
        there."""
        self._make()
        for some in _batches(things, PARTS):
            first: list[tuple[str, bytes, int]] = []
            for name, data in some:
                parts = [data[at : at + PART_BYTES] for at in range(0, max(1, len(data)), PART_BYTES)]
                rest = [(f"{name}/{n}", part, 0) for n, part in enumerate(parts) if n]
                for few in _batches(rest, PARTS):
                    self._put(few)
                first.append((f"{name}/0", parts[0], len(parts)))
            self._put(first)

    def whole_there(self, names: Sequence[str]) -> set[str]:
        """Those of `names` that `put_whole` has kept."""
        keys = self.get([f"{name}/0" for name in names], content=False)
        return {key.rpartition("/")[0] for key in keys}

    def read_whole(self, name: str) -> bytes | None:
        """What `put_whole` kept, None for nothing."""
        first = self.get([f"{name}/0"], level="Session").get(f"{name}/0")
        if first is None:
            return None
        names = _names(name, 1, first["parts"] - 1)
        rest = self.get(names, level="Session") if names else {}
        if len(rest) < len(names):
            return None
        return b"".join(base64.b64decode(line["chunk"]) for line in [first, *(rest[one] for one in names)])

    def get(self, names: Sequence[str], content: bool = True, level: str = "Strong") -> dict[str, Any]:
        """The lines of these parts by name, without those that are not there."""
        fields = ["name", "parts", "chunk"] if content else ["name"]
        lines = self._link.ask(
            "query", self.collection, filter=_among(names), output_fields=fields, consistency_level=level
        )
        return {line["name"]: line for line in lines}

    def _put(self, parts: Sequence[tuple[str, bytes, int]]) -> None:
        lines = [
            {"name": name, "parts": count, "chunk": base64.b64encode(chunk).decode("ascii"), "small": _SMALL}
            for name, chunk, count in parts
        ]
        if lines:
            self._link.ask("upsert", self.collection, lines, timeout_s=WRITE_S)

    def _make(self) -> None:
        if self._made or self._link.ask("has_collection", self.collection):
            self._made = True
            return
        kinds = self._link.pymilvus.DataType
        schema = self._link.pymilvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("name", kinds.VARCHAR, is_primary=True, max_length=NAME_MOST)
        schema.add_field("parts", kinds.INT64)
        schema.add_field("chunk", kinds.VARCHAR, max_length=TEXT_MOST)
        schema.add_field("small", kinds.FLOAT_VECTOR, dim=len(_SMALL))
        # A cluster keeps them on the disk of its query nodes, not in their memory.
        self._link.create(self.collection, schema, {"mmap.enabled": "true"}, "small", "FLAT", {})
        self._made = True


def _names(name: str, start: int, count: int) -> list[str]:
    return [f"{name}/{part}" for part in range(start, start + count)]


def _among(names: Iterable[str]) -> str:
    return f"name in [{','.join(map(quoted, names))}]"


def _batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
