"""The captioners that can be chosen by name, with what one must know before choosing."""

from __future__ import annotations

from visearch.captions.base import CaptionerSpec
from visearch.errors import ModelError
from visearch.models.hub import is_hub_name

AUTO = "auto"
NONE = "none"
ZERO_SHOT = "zero-shot"
HUB_PREFIX = "hf-hub:"
FOLDER_PREFIX = "local-dir:"

CAPTIONERS: dict[str, CaptionerSpec] = {
    spec.name: spec
    for spec in (
        CaptionerSpec(
            ZERO_SHOT,
            ZERO_SHOT,
            "",
            size_mb=0,
            description="Words of the catalogue put together by looks: no download.",
        ),
        CaptionerSpec(
            "blip",
            "hf-hub:Salesforce/blip-image-captioning-base",
            "BSD-3-Clause",
            size_mb=990,
            description="BLIP base: short, plain sentences.",
        ),
        CaptionerSpec(
            "git-base",
            "hf-hub:microsoft/git-base-coco",
            "MIT",
            size_mb=707,
            description="GIT base, trained on everyday scenes.",
        ),
        CaptionerSpec(NONE, NONE, "", size_mb=0, description="Pictures are not put into words."),
    )
}


def captioner_spec(name: str) -> CaptionerSpec:
    """The entry called `name`, or one made up for `hf-hub:ORG/NAME[@REVISION]` or `local-dir:FOLDER`.

    Raises ModelError for any other name.
    """
    spec = CAPTIONERS.get(name)
    if spec is not None:
        return spec
    if name.startswith(HUB_PREFIX) and is_hub_name(name.removeprefix(HUB_PREFIX)):
        return CaptionerSpec(name, name, "see the model's page", size_mb=0, description="From the hub.")
    if name.startswith(FOLDER_PREFIX) and name.removeprefix(FOLDER_PREFIX):
        return CaptionerSpec(name, name, "see the folder", size_mb=0, description="From a folder.")
    allowed = ", ".join((AUTO, *CAPTIONERS))
    raise ModelError(
        f"There is no captioner {name!r}.",
        f"Choose one of {allowed}, or name a transformers checkpoint: hf-hub:ORG/NAME[@REVISION] or local-dir:FOLDER.",
    )
