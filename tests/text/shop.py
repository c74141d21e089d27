"""A made-up shop for the tests of queries, spelling and suggestions."""

from __future__ import annotations

from visearch.filters import ProductTable
from visearch.text.suggest import Suggestions
from visearch.text.understand import Understanding
from visearch.types import Product

Row = tuple[str, str, str, str, str, float]

ROWS: tuple[Row, ...] = (
    ("Round stoneware mug, red, 350 ml", "Mugs", "red", "stoneware", "Mug with a big handle.", 12.0),
    ("Tall mug, navy, 0.4 l", "Mugs", "blue", "ceramic", "Made without lead.", 18.0),
    ("Striped mug, green", "Mugs", "green", "ceramic", "Contains lead crystal.", 25.0),
    ("Leather handbag, black", "Handbags", "black", "leather", "Smooth cowhide.", 120.0),
    ("Canvas handbag, red", "Handbags", "red", "canvas", "With leather straps.", 60.0),
    ("Low sneakers, white", "Sneakers", "white", "canvas", "Slip on, without laces.", 45.0),
    ("High sneakers, black", "Sneakers", "black", "leather", "Long cotton laces.", 85.0),
    ("Red Rose perfume", "Perfume", "purple", "glass", "A flowery scent.", 40.0),
    ("Red Rose soap", "Soap", "white", "", "Gentle soap.", 6.0),
    ("Red Rose candle", "Candles", "white", "wax", "Burns for 30 hours.", 9.0),
    ("Cola, 330 ml", "Drinks", "", "", "With sugar.", 2.0),
    ("Light cola, 330 ml", "Drinks", "", "", "No added sugar, sugar-free taste.", 2.5),
    ("Wireless headphones", "Headphones", "black", "plastic", "Bluetooth.", 99.0),
    ("Nike Air Max 90", "Sneakers", "white", "mesh", "A classic.", 130.0),
)
CHINESE = {
    0: "圆形马克杯 红色 350毫升",
    3: "黑色皮革手提包",
    5: "白色无鞋带运动鞋",
    10: "可乐 330毫升",
    12: "无线耳机 黑色",
}


def products(currency: str = "USD") -> list[Product]:
    return [
        Product(
            id=f"p{number:02}",
            title=title,
            subcategory=kind,
            category="Things",
            brand="Brindlow" if number % 2 else "Tarnsby",
            color=color,
            material=material,
            description=description,
            price=price,
            currency=currency,
            rating=3.0 + number % 3,
            stock=number % 2,
            discount=10.0 if number % 4 == 0 else 0.0,
            title_zh=CHINESE.get(number, ""),
        )
        for number, (title, kind, color, material, description, price) in enumerate(ROWS)
    ]


def understanding(currency: str = "USD") -> Understanding:
    shop = products(currency)
    return Understanding(shop, ProductTable(shop))


def suggestions() -> Suggestions:
    shop = products()
    return Suggestions(shop, ProductTable(shop))
