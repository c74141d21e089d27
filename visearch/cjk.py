"""Chinese, Japanese and Korean writing: words without spaces between them."""

from __future__ import annotations

import re

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"
"""Kana, Han and Hangul, as the inside of a regular expression's character class."""

_ANY = re.compile(f"[{CJK}]")


def has_cjk(text: str) -> bool:
    """Whether there is any Chinese, Japanese or Korean character in the text."""
    return _ANY.search(text) is not None
