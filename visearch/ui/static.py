"""The page's own files: scripts, styles and icons, under a path that changes with their contents."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@lru_cache(maxsize=1)
def static_version() -> str:
    """12 hex digits over all files: browsers keep a version for ever and fetch the next one."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in TYPES:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    """Relative, so that it also works behind a proxy's path."""
    return f"page/{static_version()}/{name}"
