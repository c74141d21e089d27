"""What `identify --json` prints and `/identify` answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from visearch.answers import hit_to_json
from visearch.engine import SearchEngine
from visearch.shop.identify import Identified
from visearch.shop.identify_support import support_of

_MORE = ("material", "pattern", "barcode")


def identified_to_json(
    engine: SearchEngine, found: Identified, image: Callable[[str], str] = lambda sha: sha
) -> dict[str, Any]:
    """{"verdict", "none", "code", "box", "candidates": [{"id", ..., "chance", "attributes"}], "support": [...]}.

    `image` turns a picture's sha256 into what the reader can open; "support" are the texts for the first candidate's
    kind; none where the photo shows nothing of the catalogue. Raises CatalogError for a broken support.csv.
    """
    candidates = []
    for one in found.candidates:
        product = one.product
        told = {name: value for name in _MORE if (value := getattr(product, name))} | dict(product.attributes)
        candidates.append({**hit_to_json(one.hit, image), "chance": round(one.chance, 4), "attributes": told})
    first = found.candidates[0].product if found.candidates and found.verdict != "absent" else None
    texts = support_of(engine).of(first) if first else ()
    return {
        "verdict": found.verdict,
        "none": round(found.none, 4),
        "code": found.code,
        "box": asdict(found.box) if found.box else None,
        "candidates": candidates,
        "support": [{"text": text.text, "text_zh": text.text_zh} for text in texts],
    }
