"""The room Discover, in both languages."""

from __future__ import annotations

EN: dict[str, str] = {
    "room_discover": "Discover",
    "room_discover_hint": "For you, offers and what people say.",
    "dis_parts": "Parts of Discover",
    "dis_waiting": "Discover is waiting for the catalogue",
    "dis_part_for_you": "For you",
    "dis_part_offers": "Offers",
    "dis_part_reviews": "Reviews",
}

ZH: dict[str, str] = {
    "room_discover": "发现",
    "room_discover_hint": "为你推荐、优惠和大家的评价。",
    "dis_parts": "发现的各部分",
    "dis_waiting": "发现正在等待目录",
    "dis_part_for_you": "为你推荐",
    "dis_part_offers": "优惠",
    "dis_part_reviews": "评价",
}
