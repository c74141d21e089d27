"""Every sentence of the page, by key and language."""

from __future__ import annotations

from dataclasses import dataclass

from visearch.text.chinese import chinese_of
from visearch.ui.texts import boards, catalogue, desk, discover, en, insights, insights_health, insights_use, rooms, zh

DEFAULT = "en"
# The search's texts are a module a language; a room's are one module, as a room may come and go.
_ROOMS = (rooms, discover, boards, desk, catalogue, insights, insights_health, insights_use)
TEXTS: dict[str, dict[str, str]] = {
    "en": {**en.TEXTS, **{key: text for room in _ROOMS for key, text in room.EN.items()}},
    "zh": {**zh.TEXTS, **{key: text for room in _ROOMS for key, text in room.ZH.items()}},
}
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
        return self.raw(key).format(**fields)

    def raw(self, key: str) -> str:
        """The sentence with its fields as they are, for the page's script to fill in."""
        return TEXTS[self.language].get(key) or TEXTS[DEFAULT][key]

    def word(self, text: str) -> str:
        """A catalogue's, a detector's or a colour's word in `language` where it is a common one, else as it is."""
        return (chinese_of(text) or text) if self.language == "zh" else text


def knows(key: str) -> bool:
    """Whether the table has this key."""
    return key in TEXTS[DEFAULT]
