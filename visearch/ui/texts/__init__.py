"""Every sentence of the page, by key and language: one module a language."""

from __future__ import annotations

from dataclasses import dataclass

from visearch.text.chinese import chinese_of
from visearch.ui.texts import en, zh

DEFAULT = "en"
TEXTS: dict[str, dict[str, str]] = {"en": en.TEXTS, "zh": zh.TEXTS}
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
"""The languages, each in its own words."""
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
"""BCP 47 tags for the page's `lang` attribute."""


@dataclass(frozen=True)
class Say:
    """A function from key and fields to a sentence in `language`, English where that has none.

    Raises KeyError for a key that is not in the table: a slip of ours, found by the tests.
    """

    language: str = DEFAULT

    def __call__(self, key: str, **fields: object) -> str:
        return (TEXTS[self.language].get(key) or TEXTS[DEFAULT][key]).format(**fields)

    def word(self, text: str) -> str:
        """A catalogue's, a detector's or a colour's word in `language` where it is a common one, else as it is."""
        return (chinese_of(text) or text) if self.language == "zh" else text


def knows(key: str) -> bool:
    """Whether the table has this key."""
    return key in TEXTS[DEFAULT]
