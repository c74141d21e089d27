"""Encoders: pictures and words to unit vectors. Importing this package imports neither torch nor open_clip."""

from visearch.models.base import Embedder, ModelInfo, ModelSpec
from visearch.models.loader import load_model, model_available
from visearch.models.specs import MODELS, model_spec

__all__ = ["MODELS", "Embedder", "ModelInfo", "ModelSpec", "load_model", "model_available", "model_spec"]
