"""MiniLM's word pieces, read without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from visearch.models.places import TEXT_PACKAGE
from visearch.packages import package_folder

CONTEXT_LENGTH = 128
PAD = 0


class WordPieces:
    """Texts -> int64 (n, longest): MiniLM's word pieces, padded to the longest of the call, cut at 128."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or package_folder(TEXT_PACKAGE) / "model"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(CONTEXT_LENGTH)
        self._tokenizer.enable_padding(pad_id=PAD, pad_token="[PAD]")  # noqa: S106

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        return np.array([line.ids for line in self._tokenizer.encode_batch(list(texts))], dtype=np.int64)
