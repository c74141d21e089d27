"""The encoders that can be chosen by name, with what one must know before choosing."""

from __future__ import annotations

from visearch.errors import ModelError
from visearch.models.base import ModelSpec
from visearch.models.hub import is_hub_name

EMBEDDED = "embedded"
HUB_PREFIX = "hf-hub:"
FOLDER_PREFIX = "local-dir:"

_SIGLIP2_LANGUAGES = (
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "tr",
    "vi",
    "zh",
)

MODELS: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        ModelSpec(
            EMBEDDED,
            EMBEDDED,
            "Apache-2.0",
            dim=2080,
            size_mb=0,
            description="EfficientNet-Lite2 and MiniLM from pip packages: no download, real but modest quality.",
        ),
        ModelSpec(
            "vit-b-32",
            "hf-hub:laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K",
            "MIT",
            dim=512,
            size_mb=605,
            description="The smallest CLIP that is good at everyday things; the fastest of the downloads on a CPU.",
        ),
        ModelSpec(
            "siglip2",
            "hf-hub:timm/ViT-B-16-SigLIP2",
            "Apache-2.0",
            dim=768,
            size_mb=1501,
            languages=_SIGLIP2_LANGUAGES,
            description="Many languages, Chinese among them.",
        ),
        ModelSpec(
            "ecommerce",
            "hf-hub:Marqo/marqo-ecommerce-embeddings-B@3595ac53abf9afac69adb2141f574a7c6020373e",
            "Apache-2.0",
            dim=768,
            size_mb=813,
            description="Trained on product pictures and titles; the best choice for a mixed shop in English.",
        ),
        ModelSpec(
            "fashion",
            "hf-hub:Marqo/marqo-fashionSigLIP@e5619578fd528afa0bf88d8fae37748336a57fa2",
            "Apache-2.0",
            dim=768,
            size_mb=813,
            description="Trained on fashion: colours, cuts, patterns.",
        ),
    )
}


def model_spec(name: str) -> ModelSpec:
    """The entry called `name`, or one made up for an `hf-hub:ORG/NAME[@REVISION]` or `local-dir:FOLDER` name.

    Raises ModelError for any other name.
    """
    spec = MODELS.get(name)
    if spec is not None:
        return spec
    if name.startswith(HUB_PREFIX) and is_hub_name(name.removeprefix(HUB_PREFIX)):
        return ModelSpec(name, name, "see the model's page", dim=0, size_mb=0, description="From the hub.")
    if name.startswith(FOLDER_PREFIX) and name.removeprefix(FOLDER_PREFIX):
        return ModelSpec(name, name, "see the folder", dim=0, size_mb=0, description="From a folder.")
    allowed = ", ".join(MODELS)
    raise ModelError(
        f"There is no model {name!r}.",
        f"Choose one of {allowed}, or name an open_clip checkpoint as hf-hub:ORG/NAME[@REVISION] or local-dir:FOLDER.",
    )
