"""A two-layer BLIP with random weights and a vocabulary of a dozen words, as transformers saves it."""

from __future__ import annotations

from pathlib import Path

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[DEC]", "a", "red", "green", "mug", "shoe", "on", "table"]


def write_blip(folder: Path, *, pickled: bool = False) -> Path:
    """Writes config, weights, processor and tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        BlipConfig,
        BlipForConditionalGeneration,
        BlipImageProcessor,
        BlipProcessor,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {
        **small, "vocab_size": len(WORDS), "encoder_hidden_size": 16, "projection_dim": 8,
        "max_position_embeddings": 64, "bos_token_id": 4,
        "pad_token_id": 0, "eos_token_id": 3, "sep_token_id": 3, "decoder_start_token_id": 4,
    }  # fmt: skip
    vision = {**small, "image_size": 32, "patch_size": 8, "projection_dim": 8}
    model = BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision, projection_dim=8))
    # Small random weights say the same word for ever.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(8)
    model.save_pretrained(folder)
    if pickled:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    tokens = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokens.pre_tokenizer = pre_tokenizers.Whitespace()
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokens, bos_token="[DEC]", **special)
    pictures = BlipImageProcessor(size={"height": 32, "width": 32})
    BlipProcessor(pictures, tokenizer).save_pretrained(folder)
    return folder
