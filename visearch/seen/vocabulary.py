"""Words of shops in general, for catalogues that have none of their own; and how a label is shown to an encoder."""

from __future__ import annotations

from collections.abc import Mapping

SHELVES: Mapping[str, tuple[str, ...]] = {
    "clothing": (
        "t-shirt", "shirt", "sweater", "jacket", "coat", "dress", "skirt", "trousers", "jeans", "shorts", "socks",
        "underwear", "swimsuit",
    ),
    "shoes": ("sneakers", "boots", "sandals", "high heels", "slippers"),
    "bags": ("handbag", "backpack", "suitcase", "wallet"),
    "accessories": ("hat", "scarf", "gloves", "belt", "tie", "sunglasses", "watch", "umbrella"),
    "jewellery": ("necklace", "ring", "earrings", "bracelet"),
    "beauty": ("perfume", "lipstick", "nail polish", "skin cream", "shampoo"),
    "furniture": ("chair", "sofa", "table", "coffee table", "bed", "wardrobe", "shelf", "desk"),
    "lighting": ("table lamp", "ceiling lamp"),
    "home decor": (
        "vase", "candle", "cushion", "rug", "curtain", "mirror", "clock", "picture frame", "house plant", "blanket",
        "basket",
    ),
    "kitchen & dining": ("mug", "wine glass", "bowl", "plate", "pan", "knife", "water bottle", "kettle"),
    "electronics": (
        "phone", "laptop", "headphones", "camera", "keyboard", "computer mouse", "speaker", "television", "printer",
    ),
    "toys": ("soft toy", "doll", "toy car", "board game"),
    "sports": ("bicycle", "ball", "tent", "skis", "helmet", "dumbbell"),
    "grocery": ("packaged food", "fruit", "vegetables", "juice", "milk carton", "bottle of wine"),
    "books": ("book", "notebook", "pen"),
    "tools": ("drill", "hammer"),
}  # fmt: skip
"""Shelf -> the things on it."""

MATERIALS = (
    "cotton", "wool", "silk", "linen", "denim", "leather", "suede", "plush", "fabric", "wood", "rattan", "metal",
    "stainless steel", "glass", "ceramic", "stoneware", "marble", "concrete", "plastic", "rubber", "paper", "cardboard",
)  # fmt: skip

PATTERNS = (
    "plain", "striped", "checked", "dotted", "floral", "geometric", "graphic", "animal print", "camouflage", "speckled",
    "two-tone", "ribbed",
)  # fmt: skip

THINGS: Mapping[str, str] = {thing: shelf for shelf, things in SHELVES.items() for thing in things}
"""Thing -> its shelf."""

CHINESE: Mapping[str, str] = {
    "trousers": "裤子", "swimsuit": "泳衣", "high heels": "高跟鞋", "skin cream": "面霜", "picture frame": "相框",
    "basket": "篮子", "computer mouse": "鼠标", "toy car": "玩具车", "board game": "桌游", "dumbbell": "哑铃",
    "milk carton": "盒装牛奶", "bottle of wine": "瓶装葡萄酒", "drill": "电钻", "hammer": "锤子", "tools": "工具",
    "animal print": "动物纹",
}  # fmt: skip
"""General words that `visearch.text.chinese` does not have."""

PROMPTS = ("{}", "a photo of a {}")
"""How a label is put to the encoder; the mean of the two is taken (Radford et al., Learning Transferable Visual Models
From Natural Language Supervision, 2021, arXiv:2103.00020, section 3.1.4)."""


def general(field: str) -> tuple[str, ...]:
    """The general labels of a field: things are subcategories, their shelves categories; colours come by pixels."""
    return {"subcategory": tuple(THINGS), "material": MATERIALS, "pattern": PATTERNS}.get(field, ())
