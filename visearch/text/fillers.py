"""Words that say nothing about a product, however rare they are in titles."""

from __future__ import annotations

FILLERS = frozenset(
    (
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "i", "in", "is", "it", "like", "me", "more", "of",
        "on", "one", "ones", "or", "please", "same", "show", "similar", "than", "that", "the", "this", "to", "very",
        "want", "with", "的",
    )
)  # fmt: skip
