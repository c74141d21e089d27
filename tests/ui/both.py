"""The texts of the page in both of its languages, for tests that hold them against each other."""

from __future__ import annotations

import re

from visearch.ui.texts import TEXTS

Fields = dict[str, list[str]]


def fields_in_both(prefix: str) -> tuple[Fields, Fields]:
    """Of English and Chinese: the fields of every sentence whose key begins so."""
    english, chinese = (
        {key: sorted(re.findall(r"\{(\w+)\}", said)) for key, said in texts.items() if key.startswith(prefix)}
        for texts in TEXTS.values()
    )
    return english, chinese
