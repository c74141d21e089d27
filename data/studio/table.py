"""The variants table: one TOML file a kind in `variants/`, read into frozen dataclasses. Needs no renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tomllib

from data.studio.kinds import KINDS
from data.studio.look import Look

FOLDER = Path(__file__).parent / "variants"
COLOURS = (
    "black", "white", "grey", "silver", "gold", "beige", "brown", "red", "orange", "yellow", "green", "blue", "purple",
    "pink", "clear",
)  # fmt: skip


@dataclass(frozen=True)
class Twin:
    """The product that differs from this one in one detail, and the detail."""

    of: str
    differs: str


@dataclass(frozen=True)
class Variant:
    """One product: what the shop says of it and how it looks. `number` counts from 1 within its kind."""

    id: str
    kind: str
    number: int
    category: str
    subcategory: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    facets: Mapping[str, str]
    shop: Mapping[str, Any]
    values: Mapping[str, Any] = field(repr=False)
    family: str = ""
    twin: Twin | None = None
    mark: bool = False

    @property
    def look(self) -> Look:
        """What the builder reads. The brand is the shop's, so that a mark on the product can never contradict it."""
        values = {"brand": self.facets["brand"], **self.values}
        return Look(values, values.get("seed", self.number - 1))

    @property
    def image(self) -> str:
        """The studio picture, relative to the catalogue."""
        return f"images/{self.id}.jpg"

    @property
    def photo(self) -> str:
        """The customer's photo, relative to the catalogue."""
        return f"queries/{self.id}-photo.jpg"


def check_digit(digits: str) -> str:
    """The last digit of an EAN-13 code, from the twelve before it (GS1 General Specifications, 7.9)."""
    return str(-sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10)


def barcode(kind: str, number: int) -> str:
    """An EAN-13 from the in-store range (2xx), which belongs to no real product."""
    digits = f"2{10 + KINDS.index(kind):02d}48315{number:04d}"
    return digits + check_digit(digits)


@cache
def kind_variants(kind: str) -> tuple[Variant, ...]:
    """The rows of one kind, in the order of their numbers."""
    with (FOLDER / f"{kind}.toml").open("rb") as file:
        told = tomllib.load(file)
    return tuple(_variant(kind, number, told, row) for number, row in enumerate(told["product"], 1))


def _variant(kind: str, number: int, told: Mapping[str, Any], row: Mapping[str, Any]) -> Variant:
    texts = {name: row[name] for name in ("id", "title", "title_zh", "description")}
    return Variant(
        **texts,
        description_zh=row.get("description_zh", ""),
        kind=kind,
        number=number,
        category=told["category"],
        subcategory=told["subcategory"],
        facets=row["facets"],
        shop=row["shop"],
        values=row["look"],
        family=row.get("family", ""),
        twin=Twin(**row["twin"]) if "twin" in row else None,
        mark=row.get("mark", False),
    )


@cache
def by_id() -> dict[str, Variant]:
    """Every product by its id, kind by kind."""
    return {variant.id: variant for kind in KINDS for variant in kind_variants(kind)}


def rounds() -> list[Variant]:
    """Every product, one of each kind in turn: a run that is cut short still holds every kind."""
    return sorted(by_id().values(), key=lambda variant: (variant.number, KINDS.index(variant.kind)))
