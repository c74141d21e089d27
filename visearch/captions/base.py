"""What a captioner is: a picture in, one sentence out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PIL import Image


@dataclass(frozen=True)
class CaptionerSpec:
    """One captioner that can be chosen by name.

    `source` is `none`, `zero-shot`, `hf-hub:ORG/NAME` or `local-dir:FOLDER`; `size_mb` is what is downloaded
    (10**6 bytes).
    """

    name: str
    source: str
    licence: str
    size_mb: int
    description: str = ""


@dataclass(frozen=True)
class CaptionerInfo:
    """What answers. `weights` changes whenever the sentences would."""

    name: str
    weights: str
    licence: str


class Captioner(Protocol):
    """Says what a picture shows. Calls are thread-safe."""

    @property
    def info(self) -> CaptionerInfo: ...

    def caption(self, image: Image.Image) -> str:
        """An upright RGB picture of any size -> one English sentence, "" when it has nothing to say."""
        ...
