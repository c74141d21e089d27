"""Phrases that limit the products: a price, a rating, what is on offer, what is in stock. English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from visearch.text.money import amount, currencies_of, has_currency, value_of
from visearch.types import FilterValue

AROUND = 0.2
"""How far from the amount a price "around" it may be."""

_GOOD = 4.0
_YEAR = (1900, 2100)
"""A bare number in between is a year: "a chair from 1950"."""
_BUDGET = re.compile(r"(?:budget|预算)", re.IGNORECASE)
_A, _B = amount("a"), amount("b")
_PRICE = (
    r"(?:(?:price|priced|cost|costs|costing|budget|价格|价位|预算|售价)(?:\s+(?:is|of|at))?[\s::]*(?:在|为|是)?\s*)?"
)
# What is counted after a bare number is not money: "under 5 kg", "from 3 years", "max 90 W".
_NOT_COUNTED = (
    r"(?!\s*(?:%|％|x\b|[-‐]?(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|people|persons?|seat|"
    r"pieces?|pcs|packs?|items?|pairs?|sets?|litres?|liters?|ml|cl|l|mm|cm|m|inch(?:es)?|in|ft|feet|kg|g|oz|lbs?|watts?|w|"
    r"volts?|v|mah|gb|tb|mb|mp|k?hz|ghz|fps|stars?|degrees?|°)\b|\"|毫升|升|厘米|毫米|米|英寸|寸|克|公斤|千克|斤|星|分|人|岁|"
    r"个|件|只|双|瓶|年|月|天|小时|分钟|级|匹|瓦|毫安|万像素|英尺|℃))"
)
_MOST = (
    r"(?:under|below|less than|lower than|cheaper than|up to|at most|no more than|not more than|not over|"
    r"within|max(?:imum)?(?: of)?|<=|≤|<)"
)
_LEAST = (
    r"(?:over|above|more than|higher than|at least|no less than|from|starting (?:at|from)|min(?:imum)?(?: of)?|>=|≥|>)"
)
_ABOUT = r"(?:around|about|approximately|approx\.?|circa|roughly|~|大约|大概|约|差不多)"
_MOST_ZH = r"(?:不超过|不高于|不大于|不多于|低于|少于|小于|不到|最多|至多|最高|便宜于)"
_LEAST_ZH = r"(?:高于|超过|大于|多于|至少|不低于|不少于|最少|最低)"
_UP = r"(?:\s*\+|\s+(?:and|or) (?:up|more|above|over|higher|better)|\s*(?:及|或)?以上|起)"
_DOWN = (
    r"(?:\s+(?:and|or) (?:less|under|below|cheaper)|\s+(?:max(?:imum)?|tops)\b|"
    r"\s*(?:及|或)?(?:以下|以内|之内|之下|内|封顶))"
)
_START = r"(?<![\w])"

Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Phrase:
    """Words that limit the products, with their place; `currencies` is what the amount's sign may mean."""

    field: str
    filter: FilterValue
    key: str
    start: int
    end: int
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    ends: Callable[[float, float], Range]
    needs_currency: bool = False


def _rule(pattern: str, ends: Callable[[float, float], Range], needs_currency: bool = False) -> _Rule:
    return _Rule(re.compile(_PRICE + pattern + r"(?:\s*的)?", re.IGNORECASE), ends, needs_currency)


def _near(a: float, _: float) -> Range:
    return round(a * (1 - AROUND), 2), round(a * (1 + AROUND), 2)


_PRICES = (
    _rule(rf"{_START}between\s+{_A}\s*(?:and|to|-|–)\s*{_B}{_NOT_COUNTED}", lambda a, b: (a, b)),
    _rule(rf"{_START}from\s+{_A}\s*(?:to|-|–|until)\s*{_B}{_NOT_COUNTED}", lambda a, b: (a, b)),
    _rule(rf"(?:在)?{_A}\s*(?:到|至|-|–|—|~)\s*{_B}(?:之间)", lambda a, b: (a, b)),
    _rule(rf"{_A}\s*(?:to|-|–|—|~|到|至)\s*{_B}(?:之间)?", lambda a, b: (a, b), True),
    _rule(rf"(?:{_START}{_MOST}|{_MOST_ZH})\s*{_A}{_NOT_COUNTED}(?:的)?", lambda a, _: (None, a)),
    _rule(rf"(?:{_START}{_LEAST}|{_LEAST_ZH})\s*{_A}{_NOT_COUNTED}(?:的)?", lambda a, _: (a, None)),
    _rule(rf"(?:(?<!\w){_ABOUT})\s*{_A}{_NOT_COUNTED}", _near),
    _rule(rf"{_A}\s*(?:左右|上下)", _near),
    _rule(rf"{_A}\s*(?:及|或)?(?:以下|以内|之内|之下|内)", lambda a, _: (None, a)),
    _rule(rf"{_A}\s*(?:及|或)?(?:以上)", lambda a, _: (a, None)),
    _rule(rf"{_A}{_DOWN}", lambda a, _: (None, a), True),
    _rule(rf"{_A}{_UP}", lambda a, _: (a, None), True),
    _rule(rf"{_A}", _near, True),
)
_BUDGET_RULE = _rule(_A, lambda a, _: (None, a))
_STARS = r"(?P<stars>[1-5](?:\.\d)?)"
_RATINGS = tuple(
    re.compile(pattern + r"(?:\s*的)?", re.IGNORECASE)
    for pattern in (
        rf"{_START}(?:rated|ratings?)\s*(?:of|is|:)?\s*(?:at least|over|above|more than|>=?|≥)?\s*{_STARS}(?![\w.])"
        rf"(?:\s*stars?)?(?:{_UP})?",
        rf"{_START}(?:at least|over|above|more than|minimum)\s+{_STARS}[\s-]*stars?\b(?:\s*rat(?:ed|ings?))?",
        rf"(?<![\w.,]){_STARS}[\s-]*stars?(?:{_UP}|[\s-]*rat(?:ed|ings?))",
        rf"(?<!under )(?<!below )(?<!than )(?<![\w.,]){_STARS}[\s-]*stars\b",
        rf"(?:评分|好评)(?:在|高于|不低于|至少)?\s*{_STARS}(?![\d.])\s*(?:星|分)?(?:级)?(?:{_UP})?",
        rf"(?<![\d.]){_STARS}\s*(?:星|分)(?:级)?(?:{_UP})",
        r"(?P<good>\b(?:top|best|highly|well)[ -]rated\b)",
    )
)
_NOT = r"(?P<no>(?:\bnot\s+|\bno\s+|非|不要|没有|未))?"
_FLAGS: Mapping[str, re.Pattern[str]] = {
    "on_offer": re.compile(
        _NOT + r"(?:\b(?:on (?:sale|offer|special|discount)|discounted|marked down|reduced price|special offers?|"
        r"with (?:a )?discount|sale items?|sale)\b|打折|促销|特价|折扣|特惠|降价|减价)(?:中)?(?:\s*的)?(?:商品|款)?",
        re.IGNORECASE,
    ),
    "in_stock": re.compile(
        r"(?P<no>\b(?:out of stock|sold out|not in stock|not available)\b|缺货|无货|没货|售罄)|"
        r"(?:\b(?:in stock|available now)\b|(?:有|现)货)(?:\s*的)?",
        re.IGNORECASE,
    ),
}


def find_phrases(text: str) -> Iterator[Phrase]:
    """Every phrase of a text, the more certain first; places may overlap, then the first counts."""
    for pattern in _RATINGS:
        for match in pattern.finditer(text):
            least = _GOOD if match.groupdict().get("good") else float(match.group("stars"))
            yield Phrase("rating", {"min": least}, f"rating:{least:g}..", match.start(), match.end())
    for field, flag in _FLAGS.items():
        for match in flag.finditer(text):
            yes = not match.group("no")
            key = field if yes else f"not:{field}"
            yield Phrase(field, "yes" if yes else "no", key, match.start(), match.end())
    for rule in _PRICES:
        for match in rule.pattern.finditer(text):
            found = _price(rule, match)
            if found is not None:
                yield found


def _price(rule: _Rule, match: re.Match[str]) -> Phrase | None:
    names = [name for name in "ab" if f"{name}_n" in match.re.groupindex]
    said = any(has_currency(match, name) for name in names) or _says_price(match)
    if rule.needs_currency and not said:
        return None
    values = [value_of(match, name) for name in names]
    if not said and _YEAR[0] <= values[0] < _YEAR[1]:
        return None
    if _BUDGET.match(match.group()) and rule.ends is _near:
        rule = _BUDGET_RULE
    low, high = rule.ends(values[0], values[-1])
    if low is not None and high is not None and low > high:
        return None
    ends = {name: end for name, end in (("min", low), ("max", high)) if end is not None}
    key = f"price:{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"
    meant = tuple(dict.fromkeys(c for name in names for c in currencies_of(match, name)))
    return Phrase("price", ends, key, match.start(), match.end(), meant)


def _says_price(match: re.Match[str]) -> bool:
    return re.match(r"(?:price|cost|budget|价|预算|售价)", match.group(), re.IGNORECASE) is not None
