"""What the heads may learn from: pictures and words, each with a clean licence.

Pictures: a folder with labels.csv (the CC0 clothing pictures) and data/sample/images (CC0), without eight whole
product kinds: four of the first 22, drawn when there were no others, and four of those that came later. Words: the
labels, the sample's titles and attributes, and names and definitions of the 1,000 ImageNet classes, which are WordNet's
as the installed `timm` carries them (timm: Apache-2.0; WordNet: its own permissive licence). Never read here:
data/sample/queries and data/sample/scenes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from data.encoder.colours import colour_word
from visearch.images import load_image

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
UNSEEN_SEED = 0
UNSEEN_COUNT = 4
CLEAR_COLOUR = 0.4

# Kinds are drawn from these and from the later ones apart: what was kept from the heads once stays so.
FIRST_KINDS = frozenset((
    "book", "bottle", "camera", "candle", "carton", "chair", "coffeetable", "handbag",
    "headphones", "mug", "perfume", "pillow", "plant", "sneaker", "sofa",
    "sunglasses", "tablelamp", "teddy", "tshirt", "vase", "watch", "wineglass",
))  # fmt: skip
"""The 22 kinds of the sample's first 255 products."""

CLOTHES = {
    "t-shirt": ("t-shirt", "tee", "a short-sleeved top"),
    "pants": ("pants", "trousers", "jeans"),
    "longsleeve": ("long sleeve shirt", "longsleeve top", "sweatshirt"),
    "shirt": ("shirt", "button-up shirt", "blouse"),
    "dress": ("dress", "gown", "frock"),
    "shorts": ("shorts", "short pants"),
    "shoes": ("shoes", "footwear", "pair of shoes"),
    "outerwear": ("outerwear", "jacket", "coat"),
    "hat": ("hat", "cap", "headwear"),
    "skirt": ("skirt", "miniskirt"),
}
NOUNS = {
    "bottle": "water bottle",
    "camera": "camera",
    "carton": "packaged food",
    "coffeetable": "coffee table",
    "jamjar": "jar of food",
    "pan": "cooking pan",
    "pillow": "cushion",
    "plant": "house plant",
    "shelf": "shelf unit",
    "tablelamp": "table lamp",
    "teddy": "soft toy",
    "toycar": "toy car",
    "tshirt": "t-shirt",
    "wateringcan": "watering can",
    "wineglass": "wine glass",
    "yogamat": "yoga mat",
}
"""What a kind is called where its name in an id is no word, or says too little."""


@dataclass(frozen=True)
class Example:
    """A picture, what it may be called in a few words, its titles, and the group it belongs to."""

    file: Path
    group: str
    short: tuple[str, ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClassName:
    """One ImageNet class: first name, all names joined by `, `, and WordNet's definition."""

    name: str
    names: str
    definition: str

    @property
    def ways(self) -> tuple[str, str, str, str, str]:
        """Five ways to say the class; the last is the one that pictures are described by."""
        described = f"{self.name}: {self.definition}"
        return self.name, self.names, f"a photo of a {self.name}", self.definition, described


def kind(product_id: str) -> str:
    """The product kind of the sample, such as `mug` of `mug-01`."""
    return product_id.partition("-")[0]


def sample_rows() -> list[dict[str, str]]:
    """The sample's products.csv."""
    with (SAMPLE / "products.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unseen_kinds() -> tuple[str, ...]:
    """The kinds of the sample that no head ever sees: four of the first, four of the later ones, drawn by seed."""
    kinds = {kind(row["id"]) for row in sample_rows()}
    return tuple(sorted(_drawn(kinds & FIRST_KINDS) | _drawn(kinds - FIRST_KINDS)))


def class_names() -> list[ClassName]:
    """The 1,000 classes in the order of the classifier's rows."""
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-1k")
    names = info.label_descriptions()
    pairs = zip(names, info.label_descriptions(detailed=True), strict=True)
    return [ClassName(n.split(",")[0], n, detail.removeprefix(f"{n}: ")) for n, detail in pairs]


def clothing(folder: Path) -> list[Example]:
    """The pictures of a folder with labels.csv (columns image, label); clear colours are read from the pixels."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_clothing_example(folder / row["image"], row["label"]) for row in rows]


def renders(kinds: Collection[str]) -> list[Example]:
    """The sample's product pictures of some kinds, with titles and attributes."""
    return [_render_example(row) for row in sample_rows() if kind(row["id"]) in kinds]


def training_set(folder: Path, first: bool = False) -> tuple[list[Example], list[Example]]:
    """(clothing, renders of the kinds that may be seen); `first` leaves out those that are not of FIRST_KINDS."""
    seen = {kind(row["id"]) for row in sample_rows()} - set(unseen_kinds())
    return clothing(folder), renders(seen & FIRST_KINDS if first else seen)


def _drawn(kinds: Collection[str]) -> set[str]:
    count = min(UNSEEN_COUNT, len(kinds))
    return set(random.Random(UNSEEN_SEED).sample(sorted(kinds), count))  # noqa: S311


def _clothing_example(file: Path, label: str) -> Example:
    words = CLOTHES.get(label, (label,))
    colour, share = colour_word(load_image(file, max_side=256))
    coloured = tuple(f"{colour} {word}" for word in words) if share > CLEAR_COLOUR else ()
    return Example(file, label, words + coloured)


def _render_example(row: dict[str, str]) -> Example:
    noun = NOUNS.get(kind(row["id"]), kind(row["id"]))
    colour, material = row["color"], row["material"]
    short = (
        noun,
        f"{colour} {noun}",
        f"{material} {noun}",
        f"{colour} {material} {noun}",
        f"a photo of a {colour} {noun}",
    )
    return Example(SAMPLE / row["image"], kind(row["id"]), short, (row["title"], row["title"].split(",")[0]))
