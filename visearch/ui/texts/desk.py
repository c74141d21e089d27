"""The room Desk, in both languages."""

from __future__ import annotations

EN: dict[str, str] = {
    "room_desk": "Desk",
    "room_desk_hint": "For the people behind the counter: suppliers, shelves, customers’ questions.",
    "dsk_parts": "Parts of Desk",
    "dsk_waiting": "Desk is waiting for the catalogue",
    "dsk_part_help": "Help desk",
    "dsk_part_shelf": "Shelf and stock",
    "dsk_part_supplier": "Supplier",
}

ZH: dict[str, str] = {
    "room_desk": "工作台",
    "room_desk_hint": "供店员使用：供应商、货架、顾客的问题。",
    "dsk_parts": "工作台的各部分",
    "dsk_waiting": "工作台正在等待目录",
    "dsk_part_help": "客服",
    "dsk_part_shelf": "货架与库存",
    "dsk_part_supplier": "供应商",
}
