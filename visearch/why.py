"""Why a product matched, in words that the shopper used and colours that both pictures show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from visearch.colors import of_file, picture_colors, text_colors
from visearch.text.chinese import english_of
from visearch.text.fillers import FILLERS
from visearch.text.lexical import is_cjk, words
from visearch.text.stem import stem
from visearch.text.tokens import tokens
from visearch.types import Hit, Product, Query, SearchResult

_FIELDS = ("title", "category", "subcategory", "color", "material", "pattern", "brand", "title_zh")
_LONGEST = 6
"""Characters of the longest Chinese word that is looked up."""

_CACHED_PICTURES = 20_000


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
            found += _all_parts(run, chinese)
        elif run not in FILLERS and stem(run) in has:
            found.append(run)
    return list(dict.fromkeys(found))


def matched_spans(asked: str, said: str, labels: Iterable[str] = ()) -> list[tuple[int, int]]:
    """(start, end) of the parts of `said` that `asked` or one of the `labels` names, as `matched_words` compares them.

    Whole words only, in order; spans with nothing but a space or a hyphen between them are one.
    """
    wanted = [run for text in (asked, *labels) for run in words(text) if run not in FILLERS]
    stems = {stem(run) for run in wanted if not is_cjk(run)}
    spans = [(token.start, token.end) for token in tokens(said) if token.key in stems]
    lower = said.lower()
    # Letters whose lower case is longer would move the places of what follows.
    runs = [run for run in wanted if is_cjk(run)] if len(lower) == len(said) else []
    for part in {part for run in runs for part in _all_parts(run, lower)}:
        spans += [(match.start(), match.end()) for match in re.finditer(re.escape(part), lower)]
    return _joined(sorted(spans), said)


def _joined(spans: list[tuple[int, int]], said: str) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or said[joined[-1][1] : start] in (" ", "-")):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _all_parts(run: str, said: str) -> list[str]:
    return [part for piece in _known_words(run) for part in _parts(piece, said)]


def _known_words(run: str) -> list[str]:
    """A run cut at the words that are known, so that no part reaches from one word into the next."""
    pieces, start, at = [], 0, 0
    while at < len(run):
        end = next((end for end in range(min(len(run), at + _LONGEST), at + 1, -1) if english_of(run[at:end])), 0)
        if end:
            pieces += [run[start:at], run[at:end]]
            start = at = end
        else:
            at += 1
    return [piece for piece in (*pieces, run[start:]) if piece]


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
    return of_file(Path(path), picture_colors, ())
