"""Which columns a person gave to which fields, kept by catalogue for the next time that it is indexed."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from visearch.disk import write_file, writing_to
from visearch.sealed import DIGEST, is_whole, sealed

logger = logging.getLogger(__name__)

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
            write_file(home / FILE, json.dumps(sealed({"mappings": kept}), ensure_ascii=False, indent=1).encode())


def _read(home: Path) -> dict[str, dict[str, str]]:
    try:
        kept = json.loads((home / FILE).read_text("utf-8"))
        if not is_whole(kept):
            raise ValueError("it was changed after it was written")
        # Older files hold the mappings alone.
        kept = kept["mappings"] if DIGEST in kept else kept
        return {str(name): {str(k): str(v) for k, v in mapping.items()} for name, mapping in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("%s is not used, columns are guessed again: %s", home / FILE, error)
        return {}
