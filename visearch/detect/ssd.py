"""SSD MobileNetV2 of the TensorFlow detection zoo, rebuilt in torch from the frozen graph.

Liu et al. 2016 (arXiv:1512.02325) on Sandler et al. 2018 (arXiv:1801.04381), trained on COCO by the zoo's
`ssd_mobilenet_v2_coco_2018_03_29` (Apache-2.0). Batch norm is folded into the convolutions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

from visearch.detect.graphdef import Node
from visearch.models.torch_towers import Step

_BODY = "FeatureExtractor/MobilenetV2/"
_EPSILON = 0.001
_STRIDES = (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
_FIRST_TAP = 13
"""The block whose expanded channels feed the first predictor."""
_EXTRA = ((256, 512), (128, 256), (128, 256), (64, 128))
_EXACT_BLOCKS = 2


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
            high, wide = (_same(side, self.stride) for side in x.shape[-2:])
            x = pad(x, (*wide, *high))
        x = conv2d(x, self.weight, self.bias, self.stride, groups=self.groups)
        return x if self.linear else x.clamp_(0, 6)


class SsdMobileNetV2(nn.Module):  # type: ignore[misc]
    """The graph's layers. `steps` are what is run; visearch.detect.anchors makes boxes of what they give.

    The net saw 300 x 300 in training; larger inputs show it smaller things, at the same size in pixels.
    """

    def __init__(self, graph: Mapping[str, Node]) -> None:
        super().__init__()
        self.stem = _conv(graph, "Conv", stride=2)
        self.blocks = nn.ModuleList(_block(graph, number) for number in range(len(_STRIDES)))
        self.top = _conv(graph, "Conv_1")
        self.extra = nn.ModuleList(_extra(graph, at, sizes) for at, sizes in enumerate(_EXTRA, 2))
        self.box_heads = nn.ModuleList(_head(graph, level, "BoxEncodingPredictor") for level in range(6))
        self.class_heads = nn.ModuleList(_head(graph, level, "ClassPredictor") for level in range(6))

    def steps(self) -> tuple[Step, Step]:
        """uint8 (n, h, w, 3) -> codes (n, a, 4) and logits (n, a, 90) of the COCO classes 1 to 90, in two steps.

        The first layers stay in float32: rounding there costs the most.
        """
        return Step(Front(self), exact=True, free=(1, 2)), Step(Back(self), free=(2, 3))


class Front(nn.Module):  # type: ignore[misc]
    """Pixels -> what the first blocks make of them."""

    def __init__(self, net: SsdMobileNetV2) -> None:
        super().__init__()
        self.stem, self.blocks = net.stem, net.blocks[:_EXACT_BLOCKS]

    def forward(self, rows: Tensor) -> Tensor:
        x = self.stem(rows.permute(0, 3, 1, 2).float() * (2 / 255) - 1)
        for block in self.blocks:
            x = _run(block, x)[0]
        return x


class Back(nn.Module):  # type: ignore[misc]
    """The front's output -> codes and logits of all anchors."""

    def __init__(self, net: SsdMobileNetV2) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self._maps(x)
        codes = [_rows(head(m), 4) for m, head in zip(maps, self.net.box_heads, strict=True)]
        classes = [_rows(head(m), 91) for m, head in zip(maps, self.net.class_heads, strict=True)]
        return torch.cat(codes, 1), torch.cat(classes, 1)[..., 1:]

    def _maps(self, x: Tensor) -> list[Tensor]:
        maps = []
        for number, block in list(enumerate(self.net.blocks))[_EXACT_BLOCKS:]:
            x, wide = _run(block, x)
            if number == _FIRST_TAP:
                maps.append(wide)
        maps.append(self.net.top(x))
        for layers in self.net.extra:
            maps.append(layers(maps[-1]))
        return maps


def _run(block: nn.ModuleDict, x: Tensor) -> tuple[Tensor, Tensor]:
    """An inverted residual: what it gives, and its expanded channels."""
    wide = block["expand"](x) if "expand" in block else x
    narrow = block["project"](block["depthwise"](wide))
    same = block["depthwise"].stride == 1 and x.shape[1] == narrow.shape[1]
    return (x + narrow if same else narrow), wide


def _rows(found: Tensor, length: int) -> Tensor:
    return found.permute(0, 2, 3, 1).reshape(found.shape[0], -1, length)


def _same(side: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME padding of a kernel of 3, in arithmetic that tracing follows: an odd side has more before."""
    return (1, 1) if stride == 1 else (side % 2, 1)


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
