"""Cards: nothing of a catalogue becomes markup, and numbers read like a shop's."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest

from visearch.types import Hit, Product
from visearch.ui import cards
from visearch.ui.texts import TEXTS, speaker

SAY = speaker()
NASTY = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>${alert(3)}{{value}}`"


class Tags(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def card(**fields: object) -> Tags:
    product = Product(**{"id": "p1", "title": "Mug", "currency": "USD", **fields})
    return Tags(cards.card(Hit(product, 0.5, 87.4, True, "ab" * 32), SAY))


def test_markup_from_a_catalogue_stays_text() -> None:
    fields = ("id", "title", "brand", "currency", "category", "url")
    page = card(price=12.5, **dict.fromkeys(fields, NASTY))
    assert {name for name, _ in page.tags} <= {
        "li",
        "div",
        "p",
        "h3",
        "b",
        "span",
        "i",
        "button",
        "img",
        "svg",
        "path",
        "rect",
    }
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(2)</script>" in page.text
    assert page.all("button")[0]["data-id"] == NASTY
    markup = cards.card(Hit(Product(id="1", title=NASTY), 0, 0), SAY)
    assert not any(sign in markup for sign in ("${", "{{", "`")), "a gr.HTML template would evaluate these"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example/p/1?a=b&c=d", True),
        ("http://shop.example", True),
        ("javascript:alert(1)", False),
        (" JaVaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("//shop.example", False),
        ("/p/1", False),
        ("https://", False),
        ("http://[", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    links = card(url=url).all("a")
    assert [link["href"] for link in links] == ([url] if kept else [])
    assert all(link["rel"] == "noopener noreferrer" and link["target"] == "_blank" for link in links)


def test_price_discount_rating_stock_and_match_are_shown() -> None:
    page = card(price=1899.0, list_price=2110.0, discount=10.0, rating=3.94, reviews=1420, stock=3)
    for text in ("$1,899", "$2,110", "−10%", "3.9", "(1,420)", "Only 3 left", "87"):
        assert text in page.text
    labels = [attributes.get("aria-label") for _, attributes in page.tags]
    assert "Rated 3.9 of 5 by 1420 people" in labels and "Match 87 of 100" in labels
    image = page.all("img")[0]
    assert (image["src"], image["alt"]) == (f"thumbs/{'ab' * 32}.jpg", "Mug")
    assert image["width"] == image["height"], "a fixed shape keeps the page from jumping"


def test_what_a_catalogue_does_not_say_is_left_out() -> None:
    page = card()
    assert page.text.replace("More like this", "").replace("Similar", "").strip() == "Mug87"
    bare = Tags(cards.card(Hit(Product(id="p9"), 0.1, 10), SAY))
    assert "Product p9" in bare.text and "No picture" in bare.text and not bare.all("img")


@pytest.mark.parametrize(
    ("product", "before"),
    [
        (Product("1", price=80, list_price=100), 100),
        (Product("1", price=80, discount=20), 100),
        (Product("1", price=80, list_price=80, discount=20), None),
        (Product("1", price=80, list_price=60), None),
        (Product("1", price=80, discount=100), None),
        (Product("1", price=80), None),
        (Product("1", discount=20), None),
    ],
)
def test_list_price(product: Product, before: float | None) -> None:
    assert cards.list_price(product) == before


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(18.5, "USD", "$18.50"), (1899, "EUR", "€1,899"), (99.9, "SEK", "99.90 SEK"), (5, "", "5")],
)
def test_money(amount: float, currency: str, text: str) -> None:
    assert cards.money(amount, currency) == text


def hits(*close: bool) -> list[Hit]:
    return [Hit(Product(id=str(i), title=f"T{i}"), 0.5, 50, c) for i, c in enumerate(close)]


def test_hits_below_the_floor_are_set_apart() -> None:
    assert "Nothing close" not in cards.grid(hits(True, True), SAY)
    mixed = cards.grid(hits(True, False), SAY)
    assert mixed.index("T0") < mixed.index("Less close") < mixed.index("T1") and "Nothing close" not in mixed
    none = cards.grid(hits(False, False), SAY)
    assert none.index("Nothing close in this catalogue. The nearest:") < none.index("T0")


def test_pictures_below_the_fold_load_lazily() -> None:
    loading = [
        image["loading"]
        for image in Tags(cards.grid([Hit(Product(id=str(i)), 0.5, 50, True, "c" * 64) for i in range(12)], SAY)).all(
            "img"
        )
    ]
    assert loading == ["eager"] * 8 + ["lazy"] * 4


def test_every_language_fills_the_same_fields() -> None:
    for key, row in TEXTS.items():
        fields = {lang: {f for _, f, _, _ in string.Formatter().parse(text) if f} for lang, text in row.items()}
        assert "en" in row and len({frozenset(f) for f in fields.values()}) == 1, key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    folder = Path(cards.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "texts.py")
    used = set(re.findall(r"[\"']([a-z_]+)[\"']", source))
    computed = {key for key in TEXTS if key.startswith(("filter_", "stage_"))}
    assert set(TEXTS) - used - computed == set()
    assert set(re.findall(r"say\(\s*[\"']([a-z_]+)[\"']", source)) <= set(TEXTS)
