"""Captioners: a picture to one sentence. Importing this package does not import torch."""

from visearch.captions.base import Captioner, CaptionerInfo, CaptionerSpec
from visearch.captions.loader import captioner_available, load_captioner, resolve
from visearch.captions.specs import CAPTIONERS, captioner_spec

__all__ = [
    "CAPTIONERS",
    "Captioner",
    "CaptionerInfo",
    "CaptionerSpec",
    "captioner_available",
    "captioner_spec",
    "load_captioner",
    "resolve",
]
