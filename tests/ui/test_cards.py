"""Cards: nothing of a catalogue becomes markup, and numbers read like a shop's."""

from __future__ import annotations

import json
import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest

from visearch.types import Hit, Product
from visearch.ui import cards
from visearch.ui.cards import Cards
from visearch.ui.markup import money
from visearch.ui.state import State
from visearch.ui.texts import LANGUAGE_NAMES, TEXTS, Say

SAY = Say()
DRAWN = Cards(State(text="mug"), SAY)
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
    return Tags(DRAWN.card(Hit(product, 0.5, 87.4, True, "ab" * 32)))


def test_markup_from_a_catalogue_stays_text() -> None:
    fields = ("id", "title", "brand", "currency", "category", "url")
    page = card(price=12.5, **dict.fromkeys(fields, NASTY))
    allowed = ["li", "a", "div", "p", "h3", "b", "span", "i", "s", "button", "img", "svg", "use"]
    assert {name for name, _ in page.tags} <= set(allowed)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(2)</script>" in page.text
    assert page.all("button")[0]["data-id"] == NASTY
    assert json.loads(page.all("a")[0]["data-set"] or "") == {"product": NASTY}
    markup = DRAWN.card(Hit(Product(id="1", title=NASTY), 0, 0))
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
    links = [link for link in card(url=url).all("a") if link.get("target")]
    assert [link["href"] for link in links] == ([url] if kept else [])
    assert all(link["rel"] == "noopener noreferrer" for link in links)


def test_price_discount_rating_stock_and_match_are_shown() -> None:
    page = card(price=1899.0, list_price=2110.0, discount=10.0, rating=3.94, reviews=1420, stock=3)
    for text in ("$1,899", "$2,110", "−10%", "3.9", "(1,420)", "Only 3 left", "87"):
        assert text in page.text
    labels = [attributes.get("aria-label") for _, attributes in page.tags]
    assert "Rated 3.9 of 5 by 1420 people" in labels and "Match 87 of 100" in labels
    image = page.all("img")[0]
    assert (image["src"], image["alt"]) == (f"thumbs/{'ab' * 32}.jpg", "")
    assert image["width"] == image["height"], "a fixed shape keeps the page from jumping"


def test_what_a_catalogue_does_not_say_is_left_out() -> None:
    page = card()
    assert page.text == "87Mug"
    bare = Tags(DRAWN.card(Hit(Product(id="p9"), 0.1, 10)))
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
    assert money(amount, currency) == text


def hits(*close: bool) -> list[Hit]:
    return [Hit(Product(id=str(i), title=f"T{i}"), 0.5, 50, c) for i, c in enumerate(close)]


def test_hits_below_the_floor_are_set_apart() -> None:
    assert "not close" not in DRAWN.grid(hits(True, True))
    mixed = DRAWN.grid(hits(True, False))
    assert mixed.index("T0") < mixed.index("Less close") < mixed.index("T1") and "not close" not in mixed
    none = DRAWN.grid(hits(False, False))
    assert none.index("These are not close.") < none.index("T0")


def test_pictures_below_the_fold_load_lazily() -> None:
    loading = [
        image["loading"]
        for image in Tags(DRAWN.grid([Hit(Product(id=str(i)), 0.5, 50, True, "c" * 64) for i in range(12)])).all("img")
    ]
    assert loading == ["eager"] * 8 + ["lazy"] * 4


def test_why_a_product_is_here_is_on_its_card() -> None:
    hit = Hit(
        Product(id="1", title="Red mug"), 0.5, 80, True, "c" * 64, {"words": ["red", "mug"], "colors": ["red", "white"]}
    )
    page = Tags(DRAWN.card(hit))
    assert page.text.endswith("redmugwhite")
    assert "Why it is here: red, mug, white" in [attributes.get("aria-label") for _, attributes in page.tags]
    chinese = Tags(Cards(State(), Say("zh")).card(hit))
    assert "推荐理由：red, mug, 红色, 白色" in [attributes.get("aria-label") for _, attributes in chinese.tags]


def test_a_title_in_the_pages_language() -> None:
    both = Product(id="1", title="Mug", title_zh="马克杯")
    assert (cards.name_of(both, Say()), cards.name_of(both, Say("zh"))) == ("Mug", "马克杯")
    assert cards.name_of(Product(id="1", title="Mug"), Say("zh")) == "Mug"


def test_every_language_has_every_text_with_the_same_fields() -> None:
    for lang, texts in TEXTS.items():
        assert set(texts) == set(TEXTS["en"]), lang
    for key, text in TEXTS["en"].items():
        fields = {lang: {f for _, f, _, _ in string.Formatter().parse(TEXTS[lang][key]) if f} for lang in TEXTS}
        assert all(found == fields["en"] for found in fields.values()), (key, text)
    assert set(TEXTS) == set(LANGUAGE_NAMES)


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    folder = Path(cards.__file__).parent
    paths = [path for path in folder.rglob("*.py") if path.parent.name != "texts"]
    source = "".join(path.read_text("utf-8") for path in paths)
    used = set(re.findall(r"[\"']([a-z_]+)[\"']", source))
    prefixes = ("filter_", "stage_", "sort_", "chip_", "price_", "heat_", "kind_", "term_", "ranker_", "share_")
    prefixes += ("privacy_", "room_", "cat_field_", "cat_fault_", "cat_index_", "ins_", "dis_", "brd_", "camp_", "dsk_")
    computed = {key for key in TEXTS["en"] if key.startswith(prefixes)}
    assert set(TEXTS["en"]) - used - computed == set()
    assert set(re.findall(r"say\(\s*[\"']([a-z_]+)[\"']", source)) <= set(TEXTS["en"])


def test_what_no_answer_can_hold_is_left_out() -> None:
    assert " ".join(cards.esc("half \ud83d a sign\x00\x1b[2J").split()) == "half a sign [2J"
