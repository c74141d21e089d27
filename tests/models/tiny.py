"""A two-layer CLIP with random weights as an open_clip checkpoint folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONTEXT = 16
TINY: dict[str, Any] = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": CONTEXT, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
PREPROCESS = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6], "interpolation": "bilinear", "resize_mode": "squash"}


def write_tiny(folder: Path, *, seed: int = 0, tokenizer: str = "", pickled: bool = False) -> Path:
    """Writes config and weights; `tokenizer` names the hub repository of the words."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    config = json.loads(json.dumps(TINY))
    if tokenizer:
        config["text_cfg"]["hf_tokenizer_name"] = tokenizer
    torch.manual_seed(seed)
    model = open_clip.CLIP(**TINY)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": PREPROCESS}))
    if pickled:
        torch.save(model.state_dict(), folder / "open_clip_pytorch_model.bin")
    else:
        save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder


def write_words(folder: Path) -> Path:
    """Writes a word-level tokenizer as `transformers` reads it."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "red", "mug", "a"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder
