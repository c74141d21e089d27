"""The room Boards, in both languages."""

from __future__ import annotations

EN: dict[str, str] = {
    "room_boards": "Boards",
    "room_boards_hint": "From mood pictures to a shortlist; products that bear a mark; campaigns.",
    "brd_parts": "Parts of Boards",
    "brd_waiting": "Boards are waiting for the catalogue",
    "brd_part_mood": "Mood board",
    "brd_part_marks": "Mark or pattern",
    "brd_part_campaigns": "Campaigns",
}

ZH: dict[str, str] = {
    "room_boards": "选品板",
    "room_boards_hint": "从灵感图到入选清单；带有某个标志的商品；营销活动。",
    "brd_parts": "选品板的各部分",
    "brd_waiting": "选品板正在等待目录",
    "brd_part_mood": "灵感板",
    "brd_part_marks": "标志或图案",
    "brd_part_campaigns": "营销活动",
}
