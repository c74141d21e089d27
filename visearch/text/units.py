"""Sizes in a text, in one spelling each: volumes in ml, lengths in cm, weights in g."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_TO: Mapping[str, tuple[str, float]] = {
    **dict.fromkeys(("ml", "millilitre", "milliliter", "毫升"), ("ml", 1.0)),
    **dict.fromkeys(("cl", "centilitre", "centiliter"), ("ml", 10.0)),
    **dict.fromkeys(("dl", "decilitre", "deciliter"), ("ml", 100.0)),
    **dict.fromkeys(("l", "ltr", "litre", "liter", "升"), ("ml", 1000.0)),
    **dict.fromkeys(("mm", "millimetre", "millimeter", "毫米"), ("cm", 0.1)),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "厘米", "公分"), ("cm", 1.0)),
    **dict.fromkeys(("m", "metre", "meter", "米"), ("cm", 100.0)),
    **dict.fromkeys(("in", "inch", "inche", '"', "”", "″", "英寸", "寸"), ("cm", 2.54)),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), ("cm", 30.48)),
    **dict.fromkeys(("mg", "毫克"), ("g", 0.001)),
    **dict.fromkeys(("g", "gr", "gram", "gramme", "克"), ("g", 1.0)),
    **dict.fromkeys(("kg", "kilo", "kilogram", "公斤", "千克"), ("g", 1000.0)),
    **dict.fromkeys(("斤",), ("g", 500.0)),
    **dict.fromkeys(("lb", "pound weight", "磅"), ("g", 453.59237)),
    **dict.fromkeys(("oz", "ounce", "fl oz", "盎司"), ("oz", 1.0)),
}
"""Unit, without a plural's s -> (canonical unit, factor). Inches, feet and pounds: international yard and pound, 1959.

An ounce stays one: of a bottle it is a volume, of a bag a weight.
"""

_NUMBER = r"\d+(?:[.,]\d+)?"
_LATIN = "|".join(sorted((re.escape(u) for u in _TO if u.isascii() and u.replace(" ", "").isalpha()), key=len)[::-1])
_OTHER = "|".join(
    sorted((re.escape(u) for u in _TO if not (u.isascii() and u.replace(" ", "").isalpha())), key=len)[::-1]
)
_SIZE = re.compile(
    rf"(?<![\w.,])({_NUMBER}(?:\s*[x×*]\s*{_NUMBER})*)(?:(\s*[-‐]?\s*)((?i:{_LATIN})s?)(?![a-zA-Z\d²³])|\s*({_OTHER}))"
    rf"|(?<=[\u4e00-\u9fff])({_NUMBER})\s*({_OTHER})"
)
# A letter that means something else next to a number: 5G networks, screens of 4M, a band with 2 L.
_ONLY_LOWER = {"g", "m"}
_GENERATIONS = {"2g", "3g", "4g", "5g", "6g"}


@dataclass(frozen=True)
class Size:
    """A size as it stands in a text: `values` are canonical, several for 33 x 47 cm."""

    values: tuple[str, ...]
    start: int
    end: int


def sizes(text: str) -> set[str]:
    """Every size of a text in its canonical spelling: "0.35 l" -> {"350ml"}, "33x47 cm" -> {"33cm", "47cm"}."""
    return {value for size in find_sizes(unicodedata.normalize("NFKC", text)) for value in size.values}


def find_sizes(text: str) -> list[Size]:
    """The sizes of a text (NFKC, case kept: 5G is no weight) with their places."""
    found = []
    for match in _SIZE.finditer(text):
        numbers, gap, latin, other, number, unit = match.groups()
        written = latin or other or unit
        if latin and (latin in {name.upper() for name in _ONLY_LOWER} or match.group().lower() in _GENERATIONS):
            continue
        if latin == "in" and gap:  # "2 in 1", "3 in white"
            continue
        canonical, factor = _TO[_singular(written)]
        sides = re.findall(_NUMBER, numbers or number)
        values = tuple(f"{_rounded(side, factor)}{canonical}" for side in sides)
        found.append(Size(values, match.start(), match.end()))
    return found


def _singular(unit: str) -> str:
    lower = unit.lower()
    return lower if lower in _TO else lower.removesuffix("s")


def _rounded(number: str, factor: float) -> str:
    # 1,299 is a thousand; 0,35 a third: only three digits after the comma of a number that is not 0 make a thousand.
    whole, _, part = number.partition(",")
    plain = whole + part if len(part) == 3 and whole != "0" else number.replace(",", ".")
    return f"{round(float(plain) * factor, 2):.10g}"
