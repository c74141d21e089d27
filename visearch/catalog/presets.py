"""Hub data sets that are known to be product catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from visearch.config import DEFAULT_LIMIT


@dataclass(frozen=True)
class HubPreset:
    """`licence` is what the data set's page says; `config` and `split` are used when the name gives none.

    `mapping` gives columns to fields where the names alone would mislead; `why` is for people who choose.
    """

    name: str
    hub_id: str
    licence: str
    why: str
    limit: int = DEFAULT_LIMIT
    config: str = ""
    split: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def catalog(self) -> str:
        """The name to open it with."""
        return f"hf:{self.hub_id}"


HUB_PRESETS: Mapping[str, HubPreset] = {
    preset.name: preset
    for preset in (
        HubPreset(
            "abo",
            "huggingface/amazon-berkeley-objects",
            "CC-BY-4.0",
            "147,702 listings given by Amazon itself, pictures included: the clearest licence there is",
            config="objects",
            split="train",
        ),
        HubPreset(
            "ecommerce",
            "rajuptvs/ecommerce_products_clip",
            "MIT (the uploader's tag; the pictures come from a shop)",
            "1,900 clothes with price, colour and pattern in one file of 48 MB: the quickest to try",
            split="train",
        ),
        HubPreset(
            "amazon",
            "EmbeddingStudio/amazon-products-with-images",
            "Apache-2.0 (the uploader's tag; the pictures come from a shop)",
            "33,000 products of every kind",
            split="train",
        ),
        HubPreset(
            "fashion",
            "ashraq/fashion-product-images-small",
            "",
            "44,000 clothes and accessories, small pictures; no licence is stated",
            split="train",
            mapping={"subcategory": "articleType"},
        ),
    )
}
"""The first is the default.

Its `objects` configuration has a listing and that listing's 256-pixel main picture in one row, by the data
set's own description, so that no join is needed; its `listings` and `images` configurations would need one.
The description names the columns item_id and item_name; the rest is found by type and name. Columns with
neither a meaning nor a text, such as the 3D meshes, are not downloaded.
"""

DEFAULT_HUB_CATALOG = HUB_PRESETS["abo"].catalog


def preset_of(hub_id: str) -> HubPreset | None:
    """The preset of a data set, or None."""
    return next((preset for preset in HUB_PRESETS.values() if preset.hub_id == hub_id), None)
