"""Filters as Milvus's expressions. What comes from a catalogue or a visitor gets into them only as a quoted value."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable

import numpy as np

from visearch.index.server import Only
from visearch.types import RowIds
from visearch.where import Condition, Where

NOTHING = "row < 0"
"""Passes no row: rows are counted from 0."""

TEXT_BYTES = 256
"""Of a text that is filtered by, in the columns as in the filters; Milvus keeps at most 65,536 of all attributes."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def quoted(text: str) -> str:
    """A string literal. Only the escapes that Milvus and Milvus Lite both know; neither keeps a NUL."""
    return f'"{cut(text).translate(_ESCAPES)}"'


def cut(text: str) -> str:
    """The text in at most TEXT_BYTES of UTF-8, without lone surrogates and NULs. A longer one ends in its hash, so that
    two that begin alike stay apart."""
    raw = text.encode("utf-8", "ignore").replace(b"\0", b"")
    if len(raw) <= TEXT_BYTES:
        return raw.decode("utf-8")
    told = hashlib.sha256(raw).hexdigest()
    return raw[: TEXT_BYTES - len(told)].decode("utf-8", "ignore") + told


def attribute_key(name: str) -> str:
    """An attribute's name as a key of the JSON column: Milvus splits paths at `]` and `"` whatever escapes they have,
    so that all but letters, digits and _ is written as its code."""
    return re.sub(r"[^a-z0-9_]", lambda found: f"%{ord(found[0]):x}%", name)


def expression(only: Only | None) -> str:
    """What Milvus filters by: "" for nothing. Rows are given as the shorter of two lists, those in or those left out
    between the first and the last."""
    if only is None:
        return ""
    if only.where is not None:
        return where_expression(only.where)
    rows = only.rows if only.rows is not None else np.empty(0, np.int64)
    if only.excluded:
        return f"not ({_among(rows)})" if len(rows) else ""
    return _among(rows)


def where_expression(where: Where) -> str:
    """The conditions, all of them; "" when there is none."""
    parts = [_condition(condition) for condition in where.conditions]
    if where.without:
        parts.append(f"product not in [{_listed(sorted(set(where.without)))}]")
    return " and ".join(f"({part})" for part in parts)


def _among(rows: RowIds) -> str:
    if not len(rows):
        return NOTHING
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 - len(rows) >= len(rows):
        return f"row in [{_listed(rows.tolist())}]"
    between = f"row >= {first} and row <= {last}"
    gaps = np.setdiff1d(np.arange(first, last + 1), rows, assume_unique=True)
    return f"{between} and row not in [{_listed(gaps.tolist())}]" if len(gaps) else between


def _listed(values: Iterable[int]) -> str:
    return ",".join(map(str, values))


def _condition(asked: Condition) -> str:
    if asked.texts is not None:
        return _attribute(asked.field, asked.texts) if asked.attribute else _texts(asked.field, asked.texts)
    known = _numbers(asked)
    return f"({known}) or {asked.field} is null" if asked.or_unknown else known


def _texts(field: str, texts: tuple[str, ...]) -> str:
    return f"{field} in [{','.join(map(quoted, texts))}]" if texts else NOTHING


def _attribute(name: str, texts: tuple[str, ...]) -> str:
    path = f'attributes["{attribute_key(name)}"]'
    # Lite knows `in` for columns only. "" asks for those that say nothing: they have no such key.
    parts = [f"{path} == {quoted(text)}" if text else f"not (exists {path})" for text in texts]
    return " or ".join(parts) or NOTHING


def _numbers(asked: Condition) -> str:
    field = asked.field
    if asked.numbers is not None:
        finite = [repr(float(number)) for number in asked.numbers if math.isfinite(number)]
        return f"{field} in [{','.join(finite)}]" if finite else NOTHING
    # A bound nobody can miss is left out, one that nobody can meet (or NaN) lets nothing through.
    bounds = [(">=", asked.low, -math.inf), ("<=", asked.high, math.inf), (">", asked.above, None)]
    parts = [f"{field} is not null"]
    for sign, bound, open_end in bounds:
        if bound is None or bound == open_end:
            continue
        if not math.isfinite(bound):
            if sign == ">" and bound == -math.inf:
                continue
            return NOTHING
        parts.append(f"{field} {sign} {float(bound)!r}")
    return " and ".join(parts)
