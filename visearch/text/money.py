"""Amounts of money in words: numbers of both languages and the currencies that a sign may mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "us$": ("USD",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("CNY", "JPY"),
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("dollar", "dollars", "bucks", "buck"), _SIGNS["$"]),
    **dict.fromkeys(("usd", "美元", "美金"), ("USD",)),
    **dict.fromkeys(("euro", "euros", "eur", "欧元"), ("EUR",)),
    **dict.fromkeys(("pounds", "pound", "quid", "gbp", "英镑"), ("GBP",)),
    **dict.fromkeys(("yuan", "rmb", "cny", "元", "块钱", "块", "人民币", "圆"), ("CNY",)),
    **dict.fromkeys(("yen", "jpy", "日元"), ("JPY",)),
}
_ASIAN = frozenset({"元", "块钱", "块"})
"""Chinese shoppers write these of any currency."""

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}

# Digits may touch Chinese, but not a letter, a size or a part of another number.
NUMBER = (
    r"(?<![A-Za-z\d.,])(?<![A-Za-z]-)(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?)(?:k\b|千|万)?"
    r"(?![A-Za-z]*\d|[.,]\d)"
)
_HAN = "[零一二两三四五六七八九十百千万]+"
_BEFORE = r"(?:us\$|[$€£¥]|(?:usd|eur|gbp|cny|rmb)\s)"
_AFTER = (
    r"(?:\$|€|£|¥|(?:"
    + "|".join(name for name in _NAMES if name.isascii())
    + r")\b|美元|美金|欧元|英镑|人民币|日元|块钱|块|元|圆)"
)


def amount(name: str) -> str:
    """Regular expression of an amount with or without a currency; its groups are name_b, name_n, name_a."""
    return (
        rf"(?:(?P<{name}_b>{_BEFORE})?\s*(?P<{name}_n>{NUMBER})(?:\s*(?P<{name}_a>{_AFTER}))?"
        rf"|(?P<{name}_h>{_HAN})(?P<{name}_c>块钱|块|元))"
    )


def value_of(match: re.Match[str], name: str) -> float:
    """The number of an amount."""
    han = match.group(f"{name}_h")
    return float(han_number(han)) if han else number(match.group(f"{name}_n"))


def currencies_of(match: re.Match[str], name: str) -> tuple[str, ...]:
    """What its sign or word may mean; empty when there is none, or one that is said of any money."""
    before, after = match.group(f"{name}_b"), match.group(f"{name}_a")
    sign = (before or after or "").strip().casefold()
    return () if sign in _ASIAN else _SIGNS.get(sign) or _NAMES.get(sign, ())


def has_currency(match: re.Match[str], name: str) -> bool:
    """Whether a sign or a word says that it is money."""
    return bool(match.group(f"{name}_b") or match.group(f"{name}_a") or match.group(f"{name}_c"))


def number(text: str) -> float:
    """1,299.50 -> 1299.5; 12,5 -> 12.5; 2k and 2千 -> 2000; 1万 -> 10000."""
    times = {"k": 1000, "千": 1000, "万": 10000}.get(text[-1:].lower(), 1)
    plain = text[:-1] if times > 1 else text
    plain = plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain.replace(",", ".")
    return float(plain) * times


def han_number(text: str) -> int:
    """两百五十 -> 250, 一千 -> 1000, 三万 -> 30000."""
    whole, _, rest = text.rpartition("万")
    total = han_number(whole) * 10_000 if whole else 0
    digit = 0
    for char in rest:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS.get(char, 0)
    return total + digit
