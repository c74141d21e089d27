"""A catalogue whose every field tries to become markup, a script, a path or a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from tests.toy import ToyCatalog
from visearch.catalog.base import CatalogInfo, CatalogItem

MARKUP = (
    "<img src=x onerror=window.__pwned=1>",
    '"><script>window.__pwned=1</script>',
    "' autofocus onfocus=window.__pwned=1 x='",
    "${window.__pwned=1}{{window.__pwned=1}}`${window.__pwned=1}`",
    "</textarea></style></title><svg onload=window.__pwned=1>",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;\u202e\u2028",
)
ADDRESSES = (
    "javascript:window.__pwned=1",
    "data:text/html,<script>window.__pwned=1</script>",
    " java\nscript:window.__pwned=1",
    "vbscript:x",
    "//127.0.0.1/x",
    'https://shop.example/"onmouseover="window.__pwned=1',
)


class HostileCatalog(ToyCatalog):
    """Toy products of which each has another attack in all of its fields."""

    def __init__(self, n: int = 12) -> None:
        super().__init__(n, "hostile")
        self.info = CatalogInfo("hostile", f"Shop {MARKUP[0]}", f"CC0 {MARKUP[1]}", ADDRESSES[0], total=n)

    def __iter__(self) -> Iterator[CatalogItem]:
        for number, item in enumerate(super().__iter__()):
            evil = MARKUP[number % len(MARKUP)]
            product = replace(
                item.product,
                id=f"{number}{evil}",
                title=f"red {evil} {number}",
                title_zh=f"红 {evil}",
                description=f"A red bag. {evil} It is red.",
                description_zh=f"红色 {evil}",
                category=f"Bags {evil}" if number % 2 else "Bags",
                subcategory=evil,
                brand=f"B{number % 3} {evil}",
                color=evil if number % 2 else "red",
                material=evil,
                pattern=evil,
                currency=evil,
                barcode=evil,
                url=ADDRESSES[number % len(ADDRESSES)],
                list_price=500.0,
                attributes={evil: evil, f"weight {evil}": "7 kg", "=1+1": "=1+1"},
            )
            yield replace(item, product=product)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.sets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "meta", "style", "foreignobject"):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            text = value or ""
            if name.startswith("on") or name in ("srcdoc", "formaction", "autofocus"):
                self.faults.append(f"{tag} {name}={text[:60]}")
            address = "".join(text.split()).lower()
            if name in ("href", "src", "action") and address.startswith(("javascript:", "vbscript:", "data:text")):
                self.faults.append(f"{tag} {name}={text[:60]}")
            if name == "src" and text == "x":
                self.faults.append(f"{tag} of a catalogue's own")
            if name == "data-set":
                self.sets.append(text)


def read_markup(html: str) -> tuple[list[str], list[str]]:
    """(what could run in it, the values of its `data-set` attributes)."""
    reader = _Reader()
    reader.feed(html)
    return reader.faults, reader.sets
