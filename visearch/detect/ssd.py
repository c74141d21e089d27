"""SSD MobileNetV2 of the TensorFlow detection zoo, rebuilt in torch from the frozen graph.

Liu et al. 2016 (arXiv:1512.02325) on Sandler et al. 2018 (arXiv:1801.04381), trained on COCO by the zoo's
`ssd_mobilenet_v2_coco_2018_03_29` (Apache-2.0). Anchors are those of its pipeline.config: scales .2 to .95,
ratios 1, 2, 1/2, 3, 1/3, and a smaller first layer. Batch norm is folded into the convolutions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

from visearch.detect.graphdef import Node

SIDE = 300
"""Pixels of the square that the net was trained on."""


_BODY = "FeatureExtractor/MobilenetV2/"
_EPSILON = 0.001
_STRIDES = (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
_FIRST_TAP = 13
"""The block whose expanded channels feed the first predictor."""
_EXTRA = ((256, 512), (128, 256), (128, 256), (64, 128))
_SCALES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
_RATIOS = (1.0, 2.0, 0.5, 3.0, 0.3333)
_CENTRE_VARIANCE, _SIZE_VARIANCE = 10.0, 5.0


class Conv(nn.Module):  # type: ignore[misc]
    """A convolution with TensorFlow's SAME padding, batch norm folded in, ReLU6 unless `linear`."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, depthwise: bool, linear: bool) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.stride, self.linear = stride, linear
        self.groups = weight.shape[0] if depthwise else 1

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.weight.shape[-1]
        if kernel > 1:
            high, wide = (_same(side, kernel, self.stride) for side in x.shape[-2:])
            x = pad(x, (*wide, *high))
        x = conv2d(x, self.weight, self.bias, self.stride, groups=self.groups)
        return x if self.linear else x.clamp_(0, 6)


class SsdMobileNetV2(nn.Module):  # type: ignore[misc]
    """Pixels in [-1, 1], float32 (n, 3, h, w) -> boxes (n, a, 4) and scores (n, a, 90), neither suppressed.

    Boxes are x0, y0, x1, y1 in shares of the input; scores are sigmoids for the COCO classes 1 to 90. The net saw
    300 x 300 in training; larger inputs show it smaller things, at the same size in pixels.
    """

    def __init__(self, graph: Mapping[str, Node]) -> None:
        super().__init__()
        self.stem = _conv(graph, "Conv", stride=2)
        self.blocks = nn.ModuleList(_block(graph, number) for number in range(len(_STRIDES)))
        self.top = _conv(graph, "Conv_1")
        self.extra = nn.ModuleList(_extra(graph, at, sizes) for at, sizes in enumerate(_EXTRA, 2))
        self.box_heads = nn.ModuleList(_head(graph, level, "BoxEncodingPredictor") for level in range(6))
        self.class_heads = nn.ModuleList(_head(graph, level, "ClassPredictor") for level in range(6))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        maps = self._maps(pixels)
        count = len(pixels)
        codes = [
            head(m).permute(0, 2, 3, 1).reshape(count, -1, 4) for m, head in zip(maps, self.box_heads, strict=True)
        ]
        classes = [
            head(m).permute(0, 2, 3, 1).reshape(count, -1, 91) for m, head in zip(maps, self.class_heads, strict=True)
        ]
        anchors = _anchors([(m.shape[-2], m.shape[-1]) for m in maps], pixels.shape[-2:]).to(pixels)
        return _decode(torch.cat(codes, 1), anchors), torch.cat(classes, 1)[..., 1:].sigmoid()

    def _maps(self, x: Tensor) -> list[Tensor]:
        maps = []
        x = self.stem(x)
        for number, block in enumerate(self.blocks):
            y = block.expand(x) if "expand" in block else x
            if number == _FIRST_TAP:
                maps.append(y)
            y = block.project(block.depthwise(y))
            x = x + y if x.shape == y.shape else y
        maps.append(self.top(x))
        for layers in self.extra:
            maps.append(layers(maps[-1]))
        return maps


def to_pixels(pictures: Sequence[Image.Image], width: int = SIDE, height: int = SIDE) -> Tensor:
    """RGB pictures of any size, squeezed to width x height -> float32 (n, 3, height, width) in [-1, 1]."""
    rows = [np.asarray(p.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)) for p in pictures]
    return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2).float().mul_(2 / 255).sub_(1)


def _same(side: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def _value(graph: Mapping[str, Node], name: str) -> Any:
    node = graph.get(name)
    if node is None or node.value is None:
        raise ValueError(f"the graph has no constant {name}")
    return node.value


def _conv(graph: Mapping[str, Node], name: str, stride: int = 1, depthwise: bool = False, linear: bool = False) -> Conv:
    weight = _value(graph, f"{_BODY}{name}/{'depthwise_weights' if depthwise else 'weights'}")
    norm = {
        part: _value(graph, f"{_BODY}{name}/BatchNorm/{part}") for part in ("beta", "moving_mean", "moving_variance")
    }
    gamma = graph.get(f"{_BODY}{name}/BatchNorm/gamma")
    scale = (1.0 if gamma is None else gamma.value) / np.sqrt(norm["moving_variance"] + _EPSILON)
    # TensorFlow keeps (h, w, in, out), for depthwise layers (h, w, channel, 1).
    weight = weight.transpose(2, 3, 0, 1) if depthwise else weight.transpose(3, 2, 0, 1)
    weight = np.ascontiguousarray(weight * scale.reshape(-1, 1, 1, 1), dtype=np.float32)
    bias = np.ascontiguousarray(norm["beta"] - norm["moving_mean"] * scale, dtype=np.float32)
    return Conv(torch.from_numpy(weight), torch.from_numpy(bias), stride, depthwise, linear)


def _block(graph: Mapping[str, Node], number: int) -> nn.ModuleDict:
    name = f"expanded_conv_{number}" if number else "expanded_conv"
    layers = {"expand": _conv(graph, f"{name}/expand")} if number else {}
    layers["depthwise"] = _conv(graph, f"{name}/depthwise", _STRIDES[number], depthwise=True)
    layers["project"] = _conv(graph, f"{name}/project", linear=True)
    return nn.ModuleDict(layers)


def _extra(graph: Mapping[str, Node], at: int, sizes: tuple[int, int]) -> nn.Sequential:
    narrow, wide = f"layer_19_1_Conv2d_{at}_1x1_{sizes[0]}", f"layer_19_2_Conv2d_{at}_3x3_s2_{sizes[1]}"
    return nn.Sequential(
        _conv(graph, narrow), _conv(graph, f"{wide}_depthwise", stride=2, depthwise=True), _conv(graph, wide)
    )


def _head(graph: Mapping[str, Node], level: int, kind: str) -> Conv:
    weight = np.ascontiguousarray(_value(graph, f"BoxPredictor_{level}/{kind}/weights").transpose(3, 2, 0, 1))
    bias = np.array(_value(graph, f"BoxPredictor_{level}/{kind}/biases"))
    return Conv(torch.from_numpy(weight), torch.from_numpy(bias), 1, depthwise=False, linear=True)


def _anchors(maps: Sequence[tuple[int, int]], size: Sequence[int]) -> Tensor:
    """(a, 4) centre x, centre y, width, height in shares of the input; sizes stay those of a 300-pixel square."""
    rows = []
    for level, (high, wide) in enumerate(maps):
        shapes = np.array(_shapes(level)) * SIDE / (size[1], size[0])
        y, x = np.meshgrid((np.arange(high) + 0.5) / high, (np.arange(wide) + 0.5) / wide, indexing="ij")
        centres = np.stack([x, y], -1).reshape(-1, 1, 2).repeat(len(shapes), 1)
        rows.append(
            np.concatenate([centres, np.broadcast_to(shapes, (len(centres), *shapes.shape))], -1).reshape(-1, 4)
        )
    return torch.from_numpy(np.concatenate(rows).astype(np.float32))


def _shapes(level: int) -> list[tuple[float, float]]:
    if level == 0:
        return [(0.1, 0.1), *((0.2 * math.sqrt(r), 0.2 / math.sqrt(r)) for r in (2.0, 0.5))]
    scale = _SCALES[level]
    between = math.sqrt(scale * _SCALES[level + 1])
    return [*((scale * math.sqrt(r), scale / math.sqrt(r)) for r in _RATIOS), (between, between)]


def _decode(codes: Tensor, anchors: Tensor) -> Tensor:
    """Encoded (n, a, 4) dy, dx, dh, dw -> corners (n, a, 4), clipped to the picture."""
    y = codes[..., 0] / _CENTRE_VARIANCE * anchors[:, 3] + anchors[:, 1]
    x = codes[..., 1] / _CENTRE_VARIANCE * anchors[:, 2] + anchors[:, 0]
    high = (codes[..., 2] / _SIZE_VARIANCE).exp() * anchors[:, 3] / 2
    wide = (codes[..., 3] / _SIZE_VARIANCE).exp() * anchors[:, 2] / 2
    return torch.stack([x - wide, y - high, x + wide, y + high], -1).clamp_(0, 1)
