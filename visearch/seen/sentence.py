"""What was seen, as one short phrase to search with."""

from __future__ import annotations

import re

from visearch.seen.base import SAY, Seen
from visearch.seen.vocabulary import CHINESE
from visearch.text.chinese import chinese_of
from visearch.text.lexical import is_cjk, words
from visearch.text.stem import stem

_UNSAID = {"plain", "solid", "multi", "multicolor", "multicolour"}
"""Labels that nobody types."""

_PARTS = re.compile(r"\s*[>/|›»]\s*")
_PLURAL_THINGS = frozenset(
    words(
        "sneakers shoes boots sandals heels slippers sunglasses glasses headphones trousers pants jeans shorts socks "
        "gloves earrings skis vegetables leggings tights clothes jewellery scissors accessories binoculars flats flops "
        "capris briefs trunks boxers pyjamas goggles electronics groceries sports cosmetics supplies"
    )
)
"""Things that come in pairs or are a kind: they stay as they are."""

_PLURALS = (
    ("knives", "knife"), ("scarves", "scarf"), ("shelves", "shelf"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"),
    ("shes", "sh"), ("ies", "y"), ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""),
)  # fmt: skip
"""Endings and what stands in their place, the first that fits: glasses -> glass, but vases -> vase."""


def sentence(seen: Seen, lang: str = "en") -> str:
    """A noun phrase in the words of a search, as in "green ceramic mug"; `lang` "zh" gives simplified Chinese.

    The thing is the surest of subcategory and category, the finer one where it is said with confidence (SAY); colour,
    pattern and material come before it when they are that sure. Never empty when there is a category or a colour.
    """
    thing = _thing(seen)
    said = [_sure(seen, "color"), _sure(seen, "pattern"), _sure(seen, "material")]
    if not thing and not said[0]:
        said[0] = seen.best("color")[0]
    parts = [part for part in said if part and part.casefold() not in _UNSAID]
    named = {stem(word) for word in words(thing)}
    # "glass glassware" and "leather leather bag" say one thing twice.
    kept = [part for part in parts if not any(_within(word, named) for word in words(part))]
    if lang == "zh":
        return _in_chinese(kept, thing)
    return " ".join([*(part.lower() for part in kept), _singular(thing)]).strip()


def _thing(seen: Seen) -> str:
    fine, coarse = seen.best("subcategory"), seen.best("category")
    label = (fine if fine[1] >= min(SAY, coarse[1]) else coarse)[0] or fine[0]
    return _PARTS.split(label)[-1].strip()


def _sure(seen: Seen, name: str) -> str:
    label, sure = seen.best(name)
    return label if sure >= SAY else ""


def _within(word: str, named: set[str]) -> bool:
    return any(other.startswith(stem(word)) for other in named)


def _singular(thing: str) -> str:
    """The last word without its plural: "Coffee Tables" -> "coffee table"; pairs and kinds stay."""
    *before, last = thing.lower().split() or [""]
    if last not in _PLURAL_THINGS and len(last) > 3:
        last = next((last.removesuffix(end) + one for end, one in _PLURALS if last.endswith(end)), last)
    return " ".join([*before, last])


def _in_chinese(parts: list[str], thing: str) -> str:
    """Labels without a known translation stay as they are, set apart by spaces."""
    named = _translated(thing)
    out = ""
    for word in [*map(_translated, parts), named]:
        if word != named and word in named:
            continue
        out += " " if out and not (_chinese(out) and _chinese(word)) else ""
        out += word
    return out.strip()


def _translated(label: str) -> str:
    return chinese_of(label) or CHINESE.get(label.lower()) or label.lower()


def _chinese(text: str) -> bool:
    return any(is_cjk(character) for character in text)
