"""What was seen in a picture: a few labels a field, each with how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

FIELDS = ("category", "subcategory", "color", "material", "pattern")

FLOOR = 0.3
"""Confidence below which a label is not worth keeping: two times in three it would be wrong."""

SAY = 0.5
"""Confidence from which a colour, material or pattern is said in a sentence: it is right more often than not."""

SURE = 0.7
"""Confidence from which a label may be filtered by: nine times in ten it is right."""

MOST = 3
"""Labels kept a field."""

Palette: TypeAlias = tuple[tuple[str, float], ...]
"""(basic colour, confidence in [0, 1]), the surest first, as `visearch.colors.picture_palette` gives it."""


@dataclass(frozen=True)
class Seen:
    """Field -> at most three (label, confidence in [0, 1]), best first; a field of which nothing is known is absent.

    The best category and the best colour are kept however unsure they are, all else from FLOOR on.
    """

    values: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)

    def best(self, name: str) -> tuple[str, float]:
        """The surest label of a field with its confidence, ("", 0.0) when there is none."""
        found = self.values.get(name, ())
        return found[0] if found else ("", 0.0)

    def to_dict(self) -> dict[str, list[list[Any]]]:
        """Plain lists for JSON, confidences with three decimals."""
        return {name: [[label, round(sure, 3)] for label, sure in found] for name, found in self.values.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Seen:
        """From `to_dict`. Fields that a newer version may have added are ignored."""
        kept = {name: data[name] for name in FIELDS if data.get(name)}
        return cls({name: tuple((str(label), float(sure)) for label, sure in found) for name, found in kept.items()})


def sure_labels(seen: Sequence[Seen]) -> dict[str, list[str]]:
    """Field -> what is surely seen of each product, "" otherwise: it stands in where a record says nothing."""
    best = {name: [one.best(name) for one in seen] for name in FIELDS}
    labels = {name: [label if sure >= SURE else "" for label, sure in found] for name, found in best.items()}
    return {name: found for name, found in labels.items() if any(found)}
