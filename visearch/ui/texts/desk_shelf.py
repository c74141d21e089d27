"""Shelf and stock of the room Desk, in both languages."""

from __future__ import annotations

EN: dict[str, str] = {
    "dsk_shelf_lead": (
        "Give a photo of a shelf or a room: every thing on it is held against the catalogue and counted. What is not "
        "ours is shown as such. A wide, straight photo in even light is best."
    ),
    "dsk_shelf_none": "Nothing was found in this photo",
    "dsk_shelf_none_hint": "Try one that is nearer, or in better light.",
    "dsk_shelf_things": "Things",
    "dsk_shelf_things_hint": "in the photo",
    "dsk_shelf_products": "Products of ours",
    "dsk_shelf_products_hint": "{n} things are ours",
    "dsk_shelf_strangers": "Not ours",
    "dsk_shelf_strangers_hint": "or not to be told",
    "dsk_shelf_photo": "The photo with its numbers",
    "dsk_shelf_table": "What stands there",
    "dsk_shelf_table_hint": "Numbers are those in the photo. Sure is the chance that it is this product, or none.",
    "dsk_save_picture": "Picture",
    "dsk_save_csv": "Table (CSV)",
    "dsk_col_product": "Product",
    "dsk_col_count": "Count",
    "dsk_col_sure": "Sure",
    "dsk_col_stock": "In stock",
    "dsk_not_ours": "Not ours",
    "dsk_nearest": "nearest: {title}",
}

ZH: dict[str, str] = {
    "dsk_shelf_lead": (
        "给一张货架或房间的照片：上面的每件东西都会与目录比对并计数，不是我们的会标出来。正面、宽幅、光线均"
        "匀的照片效果最好。"
    ),
    "dsk_shelf_none": "照片中没有找到东西",
    "dsk_shelf_none_hint": "请换一张更近或光线更好的照片。",
    "dsk_shelf_things": "物品",
    "dsk_shelf_things_hint": "照片中的件数",
    "dsk_shelf_products": "我们的商品",
    "dsk_shelf_products_hint": "其中 {n} 件是我们的",
    "dsk_shelf_strangers": "不是我们的",
    "dsk_shelf_strangers_hint": "或无法判断",
    "dsk_shelf_photo": "带编号的照片",
    "dsk_shelf_table": "货架上有什么",
    "dsk_shelf_table_hint": "编号与照片中的一致。把握是指确为该商品（或确非本店商品）的可能性。",
    "dsk_save_picture": "图片",
    "dsk_save_csv": "表格（CSV）",
    "dsk_col_product": "商品",
    "dsk_col_count": "数量",
    "dsk_col_sure": "把握",
    "dsk_col_stock": "库存",
    "dsk_not_ours": "不是我们的",
    "dsk_nearest": "最接近：{title}",
}
