"""Which columns a person gave to which fields, kept by catalogue for the next time that it is indexed."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path

from visearch.disk import write_file, writing_to

FILE = "mappings.json"
_lock = threading.Lock()


def read_mapping(home: Path, catalog: str) -> dict[str, str]:
    """{field: column} of the catalogue named `catalog`; empty where nobody corrected anything."""
    return _read(home).get(catalog, {})


def record_mapping(home: Path, catalog: str, mapping: Mapping[str, str]) -> None:
    """Keeps it; an empty one forgets what was kept. Raises StoreError when the disk is full or cannot be written."""
    with _lock:
        kept = _read(home)
        if kept.get(catalog, {}) == dict(mapping):
            return
        kept.pop(catalog, None)
        if mapping:
            kept[catalog] = dict(mapping)
        with writing_to(home):
            home.mkdir(parents=True, exist_ok=True)
            write_file(home / FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def _read(home: Path) -> dict[str, dict[str, str]]:
    try:
        kept = json.loads((home / FILE).read_text("utf-8"))
        return {str(name): {str(k): str(v) for k, v in mapping.items()} for name, mapping in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}
