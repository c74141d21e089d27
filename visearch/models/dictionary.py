"""Words that are right whatever a catalogue says."""

from __future__ import annotations

from collections.abc import Iterator

from visearch.errors import ModelError
from visearch.models.places import TEXT_PACKAGE
from visearch.packages import package_folder


class EnglishWords:
    """The 21,000 whole words of MiniLM's vocabulary, in lower case, read from its package each time.

    Left out where the package is not installed.
    """

    def __iter__(self) -> Iterator[str]:
        try:
            lines = (package_folder(TEXT_PACKAGE) / "model" / "vocab.txt").read_text("utf-8").split()
        except (OSError, ModelError):
            return
        yield from (word for word in lines if len(word) > 2 and word.isascii() and word.isalpha())
