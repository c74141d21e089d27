"""The room Desk, in both languages."""

from __future__ import annotations

from visearch.ui.texts import desk_shelf, desk_supplier

EN: dict[str, str] = {
    "room_desk": "Desk",
    "room_desk_hint": "For the people behind the counter: suppliers, shelves, customers’ questions.",
    "dsk_parts": "Parts of Desk",
    "dsk_waiting": "Desk is waiting for the catalogue",
    "dsk_part_help": "Help desk",
    "dsk_part_shelf": "Shelf and stock",
    "dsk_part_supplier": "Supplier",
    "dsk_help_lead": (
        "A customer sends a photo: see which product it is, how sure that is, and what to answer. It may be blurred, "
        "dark, half hidden or of something broken; a barcode in it is read."
    ),
    "dsk_sure": "Chance: {n} in 100",
    "dsk_verdict_code": "The barcode names it",
    "dsk_verdict_code_hint": "{code} was read in the photo.",
    "dsk_verdict_sure": "This is it",
    "dsk_verdict_sure_hint": "Of 100 such answers about {n} are right.",
    "dsk_verdict_choose": "Not sure: please look",
    "dsk_verdict_choose_hint": (
        "The likeliest product is right in about {n} of 100 such photos. Compare the pictures."
    ),
    "dsk_verdict_absent": "Not in our catalogue",
    "dsk_verdict_absent_hint": "Of 100 such photos about {n} show something that is not sold here.",
    "dsk_verdict_picked": "Chosen by you",
    "dsk_verdict_picked_hint": "You compared the pictures.",
    "dsk_code_unknown": "The barcode {code} is in the photo, but no product here has it.",
    "dsk_help_which": "Is it one of these?",
    "dsk_help_which_hint": "Choose the one that it is.",
    "dsk_help_others": "If it is not this one",
    "dsk_help_nearest": "The nearest that we have",
    "dsk_support": "What to answer",
    "dsk_reviews": "What buyers say",
    "dsk_reviews_of": "{n} reviews, {mean} of 5 stars on average.",
    "dsk_no_support": "There is no support text for this kind of product. Put a support.csv beside the catalogue.",
    **desk_shelf.EN,
    **desk_supplier.EN,
}

ZH: dict[str, str] = {
    "room_desk": "工作台",
    "room_desk_hint": "供店员使用：供应商、货架、顾客的问题。",
    "dsk_parts": "工作台的各部分",
    "dsk_waiting": "工作台正在等待目录",
    "dsk_part_help": "客服",
    "dsk_part_shelf": "货架与库存",
    "dsk_part_supplier": "供应商",
    "dsk_help_lead": (
        "顾客发来一张照片：看看是哪件商品、有多大把握、该怎么答复。照片可以模糊、偏暗、被遮挡，商品也可以已"
        "损坏；照片中的条形码会被读取。"
    ),
    "dsk_sure": "可能性：{n}%",
    "dsk_verdict_code": "条形码已确认",
    "dsk_verdict_code_hint": "在照片中读到 {code}。",
    "dsk_verdict_sure": "就是这件",
    "dsk_verdict_sure_hint": "这样的回答每 100 个中约有 {n} 个正确。",
    "dsk_verdict_choose": "不确定：请看一看",
    "dsk_verdict_choose_hint": "这样的照片每 100 张中，排第一的商品约有 {n} 次正确。请比较图片。",
    "dsk_verdict_absent": "不在我们的目录中",
    "dsk_verdict_absent_hint": "这样的照片每 100 张中约有 {n} 张不是本店商品。",
    "dsk_verdict_picked": "由您选定",
    "dsk_verdict_picked_hint": "您比较了图片。",
    "dsk_code_unknown": "照片中有条形码 {code}，但这里没有对应的商品。",
    "dsk_help_which": "是其中的一件吗？",
    "dsk_help_which_hint": "请选择正确的一件。",
    "dsk_help_others": "如果不是这件",
    "dsk_help_nearest": "我们最接近的商品",
    "dsk_support": "如何答复",
    "dsk_reviews": "买家评价",
    "dsk_reviews_of": "{n} 条评价，平均 {mean} 星（满分 5 星）。",
    "dsk_no_support": "这类商品没有客服文字。请在目录旁放一个 support.csv。",
    **desk_shelf.ZH,
    **desk_supplier.ZH,
}
