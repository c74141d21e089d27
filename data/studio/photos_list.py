"""Which products have a customer's photo and of what sort, readable without the renderer."""

from __future__ import annotations

from data.studio.kinds import KINDS
from data.studio.table import Variant

NUMBERS = (1, 3, 5, 7, 9, 11)  # the products of each kind that have a photo
HIDDEN, EVENING = (5, 11), (7,)
LOW = ("sunglasses",)  # another product in front would hide all of it
FIRST_KINDS = KINDS[:22]  # their photos were taken before the two sorts existed


def wanted(variant: Variant) -> bool:
    """Whether a product has a customer's photo."""
    return variant.number in NUMBERS


def is_hidden(variant: Variant) -> bool:
    """Whether another product hides a corner of it."""
    return variant.number in HIDDEN and variant.kind not in LOW and _is_later(variant)


def is_evening(variant: Variant) -> bool:
    """Whether it is taken in dim, noisy lamp light."""
    return variant.number in EVENING and _is_later(variant)


def _is_later(variant: Variant) -> bool:
    return variant.kind not in FIRST_KINDS or variant.number > 9
