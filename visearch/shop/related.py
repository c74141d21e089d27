"""What a product page shows beside a product: the like, other colours of the style, cheaper ones, what goes with it.

- Other colours: of the same kind, of another basic colour, by closeness of the pictures and by the words that both
  titles have, colours left out. Taking the colour out of the vectors themselves did not help (docs/workflows.md).
- Cheaper: of the same kind, in stock, at least SAVING cheaper; by closeness and saving together.
- What goes with it: kinds that stand together (visearch.shop.company), and of each the product that fits best: style is
  what is left of a picture's vector when its kind's mean is taken out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from visearch.colors import text_colors
from visearch.engine import SearchEngine
from visearch.seen import SURE
from visearch.shop.company import LEAST, Company, kind_of, learn, scenes_of
from visearch.shop.kept import kept
from visearch.shop.rows import Rows
from visearch.text.lexical import words
from visearch.text.stem import stem
from visearch.types import Hit, Product, Vectors

SAVING = 0.1
"""Share of the price that a cheaper alternative saves at least."""
SAVING_WEIGHT = 30.0
"""Points of match that a saving of the whole price is worth; so a third off outweighs ten points."""
TITLE_WEIGHT = 40.0
"""Points of match that titles which say the same, but for the colour, are worth."""
DEPTH = 60
"""Nearest products of the kind that are looked at."""
STYLE_WEIGHT, TITLE_SHARED, SHOWN_WEIGHT = 2.0, 2.0, 0.5
"""Weights of style, of shared rare words and of log(1 + scenes) beside `Company.score`: chosen on half A of the rooms
of an interior catalogue (`python -m visearch.evaluate.workflows related`)."""
MOST_OF_A_KIND = 400
UNKNOWN = math.log(1.5 * LEAST)
"""Company up to here says nothing: never seen together, no common category."""
MOST_TITLES = 20_000
"""Titles that words are counted in, evenly spaced: enough to tell a rare word from a common one."""
_KINDS_TRIED = 24
_RARE = 0.02


@dataclass(frozen=True)
class Cheaper:
    """An alternative and the share of the price that it saves, in (0, 1]."""

    hit: Hit
    saving: float


@dataclass(frozen=True)
class Goes:
    """A product that goes with another. `scenes` of `of` show both kinds; with none the kinds share a category."""

    hit: Hit
    kind: str
    scenes: int
    of: int


@dataclass(frozen=True)
class Related:
    """Each best first; hits have the match with the product itself, those of `goes` none."""

    similar: tuple[Hit, ...] = ()
    colors: tuple[Hit, ...] = ()
    cheaper: tuple[Cheaper, ...] = ()
    goes: tuple[Goes, ...] = ()


def related(engine: SearchEngine, product_id: str, k: int = 8) -> Related:
    """Up to k of each. Raises QueryError for an unknown id and a k out of range."""
    product = engine.product(product_id)
    nearest = engine.similar(product_id, k).hits
    close = tuple(hit for hit in nearest if hit.close)
    of_kind = _of_kind(engine, product)
    return Related(
        close or nearest[: k // 2],
        _other_colors(engine, product, of_kind, k, TITLE_WEIGHT),
        _cheaper(product, of_kind, k),
        goes_with(engine, product, k),
    )


# ---------------------------------------------------------------------- of the same kind


def other_colors(
    engine: SearchEngine, product: Product, k: int = 8, title_weight: float = TITLE_WEIGHT
) -> tuple[Hit, ...]:
    """Close products of the same kind in another colour; none where a colour or the kind is not known."""
    return _other_colors(engine, product, _of_kind(engine, product), k, title_weight)


def _other_colors(
    engine: SearchEngine, product: Product, of_kind: Sequence[Hit], k: int, title_weight: float
) -> tuple[Hit, ...]:
    own = colors_of(engine, product)
    if not own:
        return ()
    found = []
    titles = kept(engine, Titles)
    for hit in of_kind:
        theirs = colors_of(engine, hit.product)
        if theirs and not own & theirs and hit.close:
            found.append((hit.match + title_weight * titles.alike(product, hit.product), hit))
    found.sort(key=lambda one: (-one[0], one[1].product.id))
    return tuple(hit for _, hit in found[:k])


def cheaper(engine: SearchEngine, product: Product, k: int = 8) -> tuple[Cheaper, ...]:
    """Close products of the same kind and currency, not out of stock, that save SAVING of the price or more."""
    return _cheaper(product, _of_kind(engine, product), k)


def _cheaper(product: Product, of_kind: Sequence[Hit], k: int) -> tuple[Cheaper, ...]:
    if not product.price or product.price <= 0:
        return ()
    found = []
    for hit in of_kind:
        other = hit.product
        if other.price is None or other.price <= 0 or other.currency != product.currency or other.stock == 0:
            continue
        saving = 1 - other.price / product.price
        if hit.close and saving >= SAVING:
            found.append(Cheaper(hit, saving))
    found.sort(key=lambda one: (-(one.hit.match + SAVING_WEIGHT * one.saving), one.hit.product.id))
    return tuple(found[:k])


def _of_kind(engine: SearchEngine, product: Product) -> tuple[Hit, ...]:
    field = "subcategory" if product.subcategory else "category"
    if not getattr(product, field):
        return ()
    return engine.similar(product.id, DEPTH, {field: (getattr(product, field),)}).hits


def colors_of(engine: SearchEngine, product: Product) -> frozenset[str]:
    """The basic colours that a record names; where it names none, what its pictures surely show."""
    named = text_colors(product.color) or ((product.color.lower(),) if product.color else ())
    if named:
        return frozenset(named)
    label, sure = engine.seen_of(product.id).best("color")
    return frozenset((label,)) if label and sure >= SURE else frozenset()


class Titles:
    """How much two titles say the same: the weighted share of words that both have, colours left out, in [0, 1].

    A word weighs log(n / products that have it) of n products (Spaerck Jones, J. of Documentation 28, 1972).
    """

    def __init__(self, engine: SearchEngine) -> None:
        every = engine.opened.products
        products = every[:: -(-len(every) // MOST_TITLES) or 1]
        seen = Counter(word for product in products for word in _title_words(product))
        self._n = max(len(products), 1)
        self._weight = {word: math.log(self._n / times) + 0.1 for word, times in seen.items()}
        self._times = seen

    def alike(self, one: Product, other: Product) -> float:
        """Weighted Jaccard index."""
        a, b = _title_words(one), _title_words(other)
        union = self._sum(a | b)
        return self._sum(a & b) / union if union else 0.0

    def share_rare(self, one: Product, other: Product) -> bool:
        """Whether both have a word that few products have: a series, a collection."""
        both = _title_words(one) & _title_words(other)
        return any(word.isalpha() and self._times[word] <= max(2.0, _RARE * self._n) for word in both)

    def _sum(self, words_: Iterable[str]) -> float:
        return sum(self._weight.get(word, 0.0) for word in words_)


def _title_words(product: Product) -> frozenset[str]:
    said = frozenset(words(product.title))
    return frozenset(stem(word) for word in said if not text_colors(word))


# ---------------------------------------------------------------------- what goes with it


class Styles:
    """The kinds of a catalogue, their mean pictures, and what of a picture is not its kind's: its style."""

    def __init__(self, engine: SearchEngine, scenes: Sequence[Sequence[str]] | None = None) -> None:
        self._rows = kept(engine, Rows)
        self.of_kind: dict[str, list[Product]] = defaultdict(list)
        for product in engine.opened.products:
            if product.id in self._rows and kind_of(product):
                self.of_kind[kind_of(product)].append(product)
        # Evenly spaced ones are enough for a mean, and for what is shown of a large kind.
        for kind, products in self.of_kind.items():
            self.of_kind[kind] = products[:: -(-len(products) // MOST_OF_A_KIND)]
        self.means = {kind: self._pictures(products).mean(axis=0) for kind, products in self.of_kind.items()}
        scenes = scenes_of(engine) if scenes is None else scenes
        self.company: Company = learn(engine.opened.products, self.means, scenes)

    def _pictures(self, products: Sequence[Product]) -> Vectors:
        return self._rows.centred(product.id for product in products)

    def style(self, kind: str, products: Sequence[Product]) -> Vectors:
        """float32 (n, dim), unit rows; a kind of few products keeps more of its own picture."""
        n = len(self.of_kind[kind])
        rest = self._pictures(products) - self.means[kind] * np.float32(n / (n + 3))
        return rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)


def goes_with(engine: SearchEngine, product: Product, k: int = 8, styles: Styles | None = None) -> tuple[Goes, ...]:
    """One product a kind, of other kinds, not out of stock, the best company first.

    None where nothing is known: no scenes, and no category above the kinds. `styles` learnt from other scenes than
    those beside the catalogue may stand in.
    """
    styles, titles = styles or kept(engine, Styles), kept(engine, Titles)
    kind, company = kind_of(product), styles.company
    if kind not in styles.of_kind or product.id not in kept(engine, Rows):
        return ()
    own = styles.style(kind, [product])[0]
    found = []
    for other, score in company.of(kind)[:_KINDS_TRIED]:
        if score <= UNKNOWN:
            break
        goes = _best_of(styles, titles, product, own, other)
        if goes is not None:
            fits, chosen = goes
            picture = chosen.pictures[0] if chosen.pictures else ""
            hit = Hit(chosen, fits, 0.0, True, picture)
            found.append((score + fits, Goes(hit, other, company.together(kind, other), company.scenes)))
    found.sort(key=lambda one: (-one[0], one[1].hit.product.id))
    return tuple(replace(goes, hit=replace(goes.hit, score=round(score, 4))) for score, goes in found[:k])


def _best_of(styles: Styles, titles: Titles, product: Product, own: Vectors, kind: str) -> tuple[float, Product] | None:
    """The product of `kind` that fits best, and how well."""
    offered = [other for other in styles.of_kind[kind] if other.stock != 0]
    if not offered:
        return None
    fits = STYLE_WEIGHT * (styles.style(kind, offered) @ own)
    for place, other in enumerate(offered):
        fits[place] += TITLE_SHARED * titles.share_rare(product, other)
        fits[place] += SHOWN_WEIGHT * math.log1p(styles.company.shown.get(other.id, 0))
    best = min(range(len(offered)), key=lambda i: (-fits[i], offered[i].id))
    return float(fits[best]), offered[best]
