"""Which products answer which text: queries.toml, applied to the variants table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomllib

from data.studio.table import Variant

TABLE = Path(__file__).parent / "queries.toml"
NOT_A_FACET = ("text", "kind", "ids", "kinds", "look")


@dataclass(frozen=True)
class TextQuery:
    """A text a customer might type, its kind (text, descriptive, text_zh) and the rule of who answers it."""

    text: str
    kind: str
    rule: Mapping[str, Any]

    def answered_by(self, variant: Variant) -> bool:
        """Whether a product answers it."""
        if "ids" in self.rule:
            return variant.id in self.rule["ids"]
        if variant.kind not in self.rule.get("kinds", (variant.kind,)):
            return False
        facets = (key for key in self.rule if key not in NOT_A_FACET)
        if any(variant.facets[key] not in self.rule[key] for key in facets):
            return False
        return all(variant.values.get(key, "") in allowed for key, allowed in self.rule.get("look", {}).items())


@cache
def text_queries() -> tuple[TextQuery, ...]:
    """All of them, in the order of the file."""
    with TABLE.open("rb") as file:
        rows = tomllib.load(file)["query"]
    return tuple(TextQuery(row["text"], row["kind"], row) for row in rows)


def answers(query: TextQuery, variants: Iterable[Variant]) -> list[str]:
    """The ids of the products that answer a query."""
    return [variant.id for variant in variants if query.answered_by(variant)]
