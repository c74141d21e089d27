"""Cells of a catalogue to texts and numbers: prices with currency signs, ratings, stock, localised texts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

MAX_TEXT = 20_000
MAX_ATTRIBUTE = 300
_MOST = 1e15
"""No price and no stock is greater, and up to here every whole number has a float of its own."""
_LONGEST_FIGURE = 200
_DEEPEST = 24

_EMPTY = {"", "nan", "NaN", "null", "NULL", "None", "N/A", "#N/A", "<NA>"}
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)*")
_GROUPS = re.compile(r"[ \u00a0\u202f'\u2019]")
_THOUSAND_DOTS = ("EUR", "BRL", "IDR", "VND", "TRY", "DKK")

_CURRENCIES = (
    ("US$", "USD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("R$", "BRL"),
    ("HK$", "HKD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("Rs", "INR"),
    ("₩", "KRW"),
    ("₽", "RUB"),
    ("zł", "PLN"),
    ("元", "CNY"),
    ("￥", "CNY"),
    ("¥", "¥"),  # yen or yuan: the sign alone does not say
)
_CODES = re.compile(
    r"\b(USD|EUR|GBP|CNY|RMB|JPY|INR|KRW|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|TRY|RUB|HKD|SGD"
    r"|TWD|THB|VND|IDR|MYR|PHP|ZAR|ILS|AED|SAR)\b",
    re.IGNORECASE,
)


def read_json(text: str) -> Any:
    """`json.loads`. Raises ValueError, also for what is nested deeper than any catalogue is."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return value
    raise ValueError("nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (one for one in inner if isinstance(one, (dict, list)))


def is_empty(value: Any) -> bool:
    """None, NaN, blank strings, and the strings that programs write for "nothing"."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    if isinstance(value, str):
        return value.strip() in _EMPTY
    return isinstance(value, (list, tuple, dict)) and not value


def text_of(value: Any, language: str = "en") -> str:
    """A cell as text; lists are joined by ", ", localised lists give the value in `language` or the first.

    A localised list is `[{"language_tag": "en_US", "value": "Mug"}, ...]`, as Amazon's listings have it.
    """
    if is_empty(value) or isinstance(value, (bytes, bytearray, memoryview)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict):
        return text_of(value.get("value"), language)
    if isinstance(value, (list, tuple)):
        return _text_of_list(list(value), language)
    # Half a character, as JSON can carry it, can neither be stored nor shown.
    return _CONTROL.sub("", _written(value)).encode(errors="replace").decode().strip()[:MAX_TEXT]


def _written(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # a whole number of more digits than Python writes
        return ""


def line_of(value: Any, language: str = "en") -> str:
    """`text_of` on one line."""
    return _SPACES.sub(" ", text_of(value, language))


def _text_of_list(values: list[Any], language: str) -> str:
    if all(isinstance(item, dict) and "value" in item for item in values):
        tagged = [item for item in values if str(item.get("language_tag", "")).lower().startswith(language)]
        return text_of((tagged or values)[0]["value"], language)
    texts = [text_of(item, language) for item in values if not isinstance(item, (dict, list))]
    return ", ".join(dict.fromkeys(text for text in texts if text))[:MAX_TEXT]


def translation_of(value: Any, language: str) -> str:
    """The entry of a localised list in `language`, or "" when there is none."""
    if not isinstance(value, (list, tuple)):
        return ""
    for item in value:
        if isinstance(item, dict) and str(item.get("language_tag", "")).lower().startswith(language):
            return text_of(item.get("value"))
    return ""


def attribute_of(value: Any) -> str:
    """A cell of a column without a meaning, as a bounded text; bytes and lists of numbers give ""."""
    if isinstance(value, (list, tuple)) and any(isinstance(item, (int, float)) for item in value):
        return ""
    text = line_of(value)
    if not text and isinstance(value, dict) and not _holds_bytes(value.values()):
        text = text_of(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= MAX_ATTRIBUTE else text[: MAX_ATTRIBUTE - 1] + "…"


def _holds_bytes(values: Iterable[Any]) -> bool:
    return any(isinstance(value, (bytes, bytearray)) for value in values)


def amount_of(value: Any) -> tuple[float | None, str]:
    """A price as (amount, currency): "$1,299.00" -> (1299.0, "USD"), "12,50 €" -> (12.5, "EUR").

    Of a range the first figure counts. A lone "1,299" is read as 1299 and a lone "10.000" as 10, except with
    a currency that groups by dots. (None, "") when there is no figure, or it is negative or not finite.
    """
    if isinstance(value, bool) or is_empty(value):
        return None, ""
    if isinstance(value, (int, float)):
        return (float(value), "") if 0 <= value <= _MOST else (None, "")
    text = text_of(value)[:_LONGEST_FIGURE]
    currency = currency_of(text)
    match = _NUMBER.search(text)
    if not match or text[: match.start()].rstrip(" $€£").endswith(("-", "−")):
        return None, currency
    return _figure(match.group(), currency in _THOUSAND_DOTS), currency


def currency_of(text: str) -> str:
    """The ISO code of the currency that a price names, or ""; "¥" alone stays "¥"."""
    code = _CODES.search(text)
    if code:
        found = code.group().upper()
        return "CNY" if found == "RMB" else found
    return next((code for sign, code in _CURRENCIES if sign in text), "")


def _figure(digits: str, dots_group: bool) -> float | None:
    plain = _GROUPS.sub("", digits)
    dot, comma = plain.rfind("."), plain.rfind(",")
    if dot >= 0 and comma >= 0:
        group, decimal = (",", ".") if dot > comma else (".", ",")
        plain = plain.replace(group, "").replace(decimal, ".")
    elif comma >= 0:
        grouped = plain.count(",") > 1 or len(plain) - comma == 4
        plain = plain.replace(",", "" if grouped else ".")
    elif plain.count(".") > 1 or (dots_group and dot >= 0 and len(plain) - dot == 4):
        plain = plain.replace(".", "")
    try:
        figure = float(plain)
    except ValueError:
        return None
    return figure if figure <= _MOST else None


def rating_of(value: Any) -> float | None:
    """Stars from 0 to 5; "8/10" and "90%" are scaled; None when there is no such figure."""
    stars, _ = amount_of(value)
    if stars is None:
        return None
    text = text_of(value)
    scale = re.search(r"/\s*(\d+)", text)
    if scale and (most := float(scale.group(1))) > 0:
        stars = stars * 5 / most
    elif "%" in text:
        stars = stars / 20
    return round(stars, 2) if 0 <= stars <= 5 else None


def percent_of(value: Any) -> float | None:
    """A discount in percent from 0 to 100: "20 %", "-20%", 20; None otherwise."""
    text = text_of(value).lstrip("-−– ")
    amount, _ = amount_of(value if isinstance(value, (int, float)) else text)
    return amount if amount is not None and amount <= 100 else None


def count_of(value: Any) -> int | None:
    """A whole number: "1,234", "1.2k", 7.0; for stock also "out of stock" (0) and "in stock" (1, at least)."""
    if isinstance(value, bool):
        return int(value)
    text = text_of(value).lower()
    if text in ("out of stock", "sold out", "unavailable", "false", "no"):
        return 0
    if text in ("in stock", "available", "true", "yes"):
        return 1
    amount, _ = amount_of(value)
    if amount is None:
        return None
    suffix = re.search(r"\d\s*([km])\b", text)
    return round(amount * {"k": 1_000, "m": 1_000_000}[suffix.group(1)]) if suffix else int(amount)
