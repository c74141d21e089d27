"""What the rooms beside searching share, in both languages."""

from __future__ import annotations

EN: dict[str, str] = {
    "room_catalogue": "Catalogue",
    "room_catalogue_hint": "What is searched, and how to search in something else.",
    "rooms": "Rooms",
    "parts_waiting_hint": "It opens by itself as soon as the catalogue is ready.",
    "picker_choose": "Choose a photo",
    "picker_choose_many": "Add photos",
    "picker_camera": "Take a photo",
    "picker_hint": "Or drop or paste one here.",
    "picker_try": "Try one",
    "picker_example": "Example photo {n}",
    "picker_shown": "The photo",
    "sample_text": "Sample text: written for the demonstration catalogue, by nobody’s customer.",
    "room_back": "Back to the search",
    "room_refused": "That did not work.",
    "door_title": "Only the owner can change things here",
    "door_locked": (
        "This page is public and no owner’s token is set. To change the catalogue from here, set the secret {token} "
        "in the Space’s settings and restart it."
    ),
    "door_token": "Everybody can look. To change something, give the token that the owner has set.",
    "door_label": "Owner’s token",
    "door_open": "Unlock",
}

ZH: dict[str, str] = {
    "room_catalogue": "商品目录",
    "room_catalogue_hint": "当前搜索的目录，以及如何换成另一个。",
    "rooms": "其他页面",
    "parts_waiting_hint": "目录准备好后会自动打开。",
    "picker_choose": "选择照片",
    "picker_choose_many": "添加照片",
    "picker_camera": "拍照",
    "picker_hint": "也可以拖放或粘贴到这里。",
    "picker_try": "试一试",
    "picker_example": "示例照片 {n}",
    "picker_shown": "照片",
    "sample_text": "示例文字：为演示目录编写，并非真实顾客所写。",
    "room_back": "返回搜索",
    "room_refused": "操作没有成功。",
    "door_title": "只有所有者可以更改",
    "door_locked": "此页面是公开的，且未设置所有者令牌。要在这里更换目录，请在 Space 设置中添加密钥 {token} 并重启。",
    "door_token": "任何人都可以查看。要更改，请输入所有者设置的令牌。",
    "door_label": "所有者令牌",
    "door_open": "解锁",
}
