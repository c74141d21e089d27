"""Products by what names them exactly: a barcode's number, an id, the address in a shop."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from visearch.types import Product

_GTIN = re.compile(r"\d{6,14}")
_SPACING = re.compile(r"[\s\-‐-―]")
_DIGITAL_LINK = re.compile(r"/0?1/(\d{8,14})(?:[/?#]|$)")


def gtin(text: str) -> str:
    """The number of a barcode without spaces, dashes and leading zeros; empty when `text` is none.

    A GTIN means the same with zeros before it (GS1 General Specifications, 3.3.2), so the 12 digits of a UPC-A equal
    the 13 of an EAN-13 that starts with 0, and a spreadsheet that dropped the zeros still matches.
    """
    plain = _SPACING.sub("", text)
    # str.isdigit would also take the digits of other scripts.
    return plain.lstrip("0") if _GTIN.fullmatch(plain) and plain.isascii() else ""


def expand_upc_e(text: str) -> str:
    """The 12 digits of a UPC-A that the 8 of a UPC-E stand for; empty when they do not (check digit included).

    Rules: GS1 General Specifications, 5.2.2.4.2.
    """
    if not re.fullmatch(r"[01][0-9]{7}", text):
        return ""
    system, six, check = text[0], text[1:7], text[7]
    last = six[5]
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    whole = system + body
    return whole + check if check == check_digit(whole) else ""


def check_digit(body: str) -> str:
    """The digit that ends a GTIN whose other digits are `body` (GS1 General Specifications, 7.9)."""
    return str(-sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(body))) % 10)


class CodeTable:
    """Looks products up by their exact codes."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._barcodes: dict[str, list[int]] = defaultdict(list)
        self._ids: dict[str, list[int]] = defaultdict(list)
        self._urls: dict[str, list[int]] = defaultdict(list)
        for position, product in enumerate(products):
            self._ids[product.id].append(position)
            for number in set(_numbers(product.barcode)):
                self._barcodes[number].append(position)
            if product.url:
                self._urls[_address(product.url)].append(position)

    def find(self, text: str) -> list[int]:
        """Positions of the products with this barcode, else with this id, else at this address."""
        plain = text.strip()
        if not plain:
            return []
        for number in _numbers(plain):
            if number in self._barcodes:
                return self._barcodes[number]
        if plain in self._ids:
            return self._ids[plain]
        if "://" not in plain:
            return []
        linked = _DIGITAL_LINK.search(plain)
        found = self._barcodes.get(gtin(linked[1]), []) if linked else []
        return found or self._urls.get(_address(plain), [])


def _numbers(text: str) -> Iterator[str]:
    """The number as it stands first: 8 digits may be an EAN-8 as well as a UPC-E."""
    number = gtin(text)
    if number:
        yield number
        longer = expand_upc_e(_SPACING.sub("", text))
        if longer:
            yield longer.lstrip("0")


def _address(url: str) -> str:
    """An address without what does not change the page: scheme, `www.`, the case of the host, a last slash."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # such as a bracket that is not closed
        return url.strip()
    host = parts.netloc.casefold().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
