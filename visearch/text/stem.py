"""Plural and singular as one word."""

from __future__ import annotations

_IRREGULAR = {
    "shelves": "shelf",
    "scarves": "scarf",
    "knives": "knife",
    "leaves": "leaf",
    "loaves": "loaf",
    "halves": "half",
    "lenses": "lens",
    "buses": "bus",
}


def stem(word: str) -> str:
    """Without the plural's s: mugs -> mug, glasses -> glass, vases -> vase, berries -> berry. Expects lower case."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "atoes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
