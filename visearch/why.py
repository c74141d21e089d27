"""Why a product matched, in words that the shopper used and colours that both pictures show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from visearch.colors import picture_colors, text_colors
from visearch.text.fillers import FILLERS
from visearch.text.lexical import is_cjk, words
from visearch.text.stem import stem
from visearch.types import Hit, Product, Query, SearchResult

_FIELDS = ("title", "category", "subcategory", "color", "material", "pattern", "brand", "title_zh")
_CACHED_PICTURES = 20_000
_DECODED = (96, 96)


def explain(query: Query, result: SearchResult, thumbnail: Callable[[str], Path]) -> SearchResult:
    """The same result, each hit's `why` with `words` and `colors` added (lists, perhaps empty).

    `words` are the query's that stand in the product's title, category, colour, material, pattern or brand; `colors`
    the basic colours that the words name and the product has, and those that the photo (its box) and the product's
    picture share. `thumbnail` gives the file of a picture's sha256; one that cannot be read has no colours.
    """
    named = text_colors(query.text)
    seen = picture_colors(query.image, query.box) if query.image is not None else ()

    def explained(hit: Hit) -> Hit:
        shown = _thumbnail_colors(str(thumbnail(hit.picture))) if hit.picture and (named or seen) else ()
        has = {*shown, *text_colors(hit.product.color)}
        colors = [name for name in named if name in has] + [name for name in seen if name in shown]
        matched = matched_words(query.text, hit.product)
        return replace(hit, why={**hit.why, "words": matched, "colors": list(dict.fromkeys(colors))})

    return replace(result, hits=tuple(explained(hit) for hit in result.hits))


def matched_words(text: str, product: Product) -> list[str]:
    """Words of `text` that the product's fields contain, in its order: case, plural s and possessives do not matter.

    Of a run of Chinese, Japanese or Korean, its longest parts that a field contains, two characters or more.
    """
    said = " ".join(str(getattr(product, name)) for name in _FIELDS)
    runs = words(said)
    has, chinese = {stem(run) for run in runs}, " ".join(run for run in runs if is_cjk(run))
    found: list[str] = []
    for run in words(text):
        if is_cjk(run):
            found += _parts(run, chinese)
        elif run not in FILLERS and stem(run) in has:
            found.append(run)
    return list(dict.fromkeys(found))


def _parts(run: str, said: str) -> list[str]:
    found, start = [], 0
    while start < len(run):
        end = next((end for end in range(len(run), start, -1) if run[start:end] in said), start)
        if end - start >= 2 or (end > start and len(run) == 1):
            found.append(run[start:end])
        start = max(end, start + 1)
    return found


@lru_cache(maxsize=_CACHED_PICTURES)
def _thumbnail_colors(path: str) -> tuple[str, ...]:
    # A thumbnail's name is the hash of the picture, so that it never shows another one.
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", _DECODED)
            return picture_colors(picture)
    except (OSError, UnidentifiedImageError, SyntaxError):
        return ()
