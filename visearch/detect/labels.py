"""What boxes are called: a shop's word when the class is certain, else "Item n"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

COCO: tuple[str, ...] = (
    "", "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "", "backpack", "umbrella", "", "", "handbag", "tie", "suitcase",
    "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard",
    "surfboard", "tennis racket", "bottle", "", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana",
    "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "", "dining table", "", "", "toilet", "", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "", "book", "clock", "vase", "scissors",
    "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""Names of the 91 COCO categories by number; 0 and the retired numbers are empty."""

PERSON = "person"
NOT_FOR_SALE = frozenset((
    "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign",
    "parking meter", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe",
    "motorbike", "aeroplane",
))  # fmt: skip
"""Things that a photo shows by the way: no shop of everyday goods has them."""

_SHOP: Mapping[str, str] = {
    "bicycle": "Bicycle", "bench": "Bench", "backpack": "Backpack", "umbrella": "Umbrella", "handbag": "Handbag",
    "tie": "Tie", "suitcase": "Suitcase", "skis": "Skis", "snowboard": "Snowboard", "sports ball": "Ball",
    "skateboard": "Skateboard", "surfboard": "Surfboard", "tennis racket": "Racket", "bottle": "Bottle",
    "wine glass": "Glass", "cup": "Cup", "fork": "Fork", "knife": "Knife", "spoon": "Spoon", "bowl": "Bowl",
    "banana": "Banana", "apple": "Apple", "orange": "Orange", "broccoli": "Broccoli", "carrot": "Carrot",
    "pizza": "Pizza", "donut": "Donut", "cake": "Cake", "chair": "Chair", "couch": "Sofa", "potted plant": "Plant",
    "bed": "Bed", "dining table": "Table", "tv": "Screen", "laptop": "Laptop", "mouse": "Mouse", "remote": "Remote",
    "keyboard": "Keyboard", "cell phone": "Phone", "microwave": "Microwave", "oven": "Oven", "toaster": "Toaster",
    "sink": "Sink", "refrigerator": "Refrigerator", "book": "Book", "clock": "Clock", "vase": "Vase",
    "scissors": "Scissors", "teddy bear": "Teddy bear", "hair drier": "Hair dryer", "toothbrush": "Toothbrush",
    "sofa": "Sofa", "pottedplant": "Plant", "diningtable": "Table", "tvmonitor": "Screen",
}  # fmt: skip


def shop_name(name: str) -> str:
    """The word that a shop has for a COCO class, or "" when the class means nothing there."""
    return _SHOP.get(name.lower(), "")


def unique(names: Sequence[str]) -> list[str]:
    """One label a box: "Chair", "Chair 2", and "Item n" with n the place from 1 where there is no name."""
    seen: Counter[str] = Counter()
    labels = []
    for place, name in enumerate(names, 1):
        seen[name] += 1
        again = f"{name} {seen[name]}" if seen[name] > 1 else name
        labels.append(again if name else f"Item {place}")
    return labels
