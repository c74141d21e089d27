"""JSON records that tell when they were changed: each carries the sha256 of its own content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

DIGEST = "digest"


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the sha256 (hex) of its canonical JSON under `digest`; it must be JSON-able."""
    return {**record, DIGEST: digest_of(record)}


def is_whole(record: Mapping[str, Any]) -> bool:
    """False when the record is not what was sealed; True for records of before there were seals."""
    return DIGEST not in record or record[DIGEST] == digest_of(record)


def digest_of(record: Mapping[str, Any]) -> str:
    """sha256 over keys and values in the order of their names: white space and key order do not count."""
    content = {name: value for name, value in record.items() if name != DIGEST}
    # Through JSON once, as tuples and number keys come back from a file as lists and texts.
    content = json.loads(json.dumps(content))
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
