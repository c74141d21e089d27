"""Every sentence of the page, by key and language; a language is one more column."""

from __future__ import annotations

from typing import Protocol

DEFAULT = "en"

TEXTS: dict[str, dict[str, str]] = {
    "app": {"en": "visearch"},
    "tagline": {"en": "Find products by photo, by words, or both."},
    # the question
    "photo": {"en": "Photo"},
    "photo_hint": {"en": "Add a photo\nDrop, paste, choose or take one"},
    "words": {"en": "Keywords"},
    "words_hint": {"en": "What are you looking for?"},
    "search": {"en": "Search"},
    "strength": {"en": "Share of the words in the search"},
    "strength_photo": {"en": "Photo"},
    "strength_words": {"en": "Words"},
    "try_photo": {"en": "Try a photo"},
    "try_words": {"en": "Try words"},
    "example_photo": {"en": "Search with example photo {n}"},
    # filters
    "filters": {"en": "Filters"},
    "filter_category": {"en": "Category"},
    "filter_subcategory": {"en": "Kind"},
    "filter_brand": {"en": "Brand"},
    "price_from": {"en": "Price from"},
    "price_to": {"en": "to"},
    "in_stock": {"en": "In stock"},
    "on_offer": {"en": "On offer"},
    "clear_filters": {"en": "Clear filters"},
    # what answers
    "answers": {"en": "{catalog} · {products} products · {model} model"},
    "starting": {"en": "Starting"},
    "preparing": {"en": "Preparing the catalogue"},
    "preparing_more": {"en": "Search answers as soon as this is done. You can already choose a photo or type."},
    "preparing_next": {"en": "Preparing a better catalogue in the background"},
    "stage_reading": {"en": "reading products"},
    "stage_embedding": {"en": "looking at pictures"},
    "stage_indexing": {"en": "building the index"},
    "stage_saving": {"en": "saving"},
    "of": {"en": "{done} of {total}"},
    "failed": {"en": "The catalogue could not be opened"},
    "failed_short": {"en": "No catalogue answers"},
    "failed_title": {"en": "Nothing to search in yet"},
    "failed_hint": {"en": "Once the cause is mended, search again or reload the page."},
    "licence": {"en": "Licence of the catalogue: {licence}"},
    # the answer
    "browse": {"en": "A look around the catalogue"},
    "found": {"en": "{n} products in {ms}"},
    "found_one": {"en": "1 product in {ms}"},
    "found_none": {"en": "No products in {ms}"},
    "for_words": {"en": "for “{words}”"},
    "for_photo": {"en": "for your photo"},
    "for_both": {"en": "for your photo and “{words}”"},
    "for_product": {"en": "like {title}"},
    "of_total": {"en": "{n} of {total} products"},
    "back": {"en": "Back to the search"},
    "start_over": {"en": "Start over"},
    "not_close": {"en": "Nothing close in this catalogue. The nearest:"},
    "less_close": {"en": "Less close"},
    "nothing_title": {"en": "No product passes these filters"},
    "nothing_hint": {"en": "Take a filter away or widen the price range."},
    "empty_title": {"en": "This catalogue has no products yet"},
    "waiting_title": {"en": "Your search is waiting for the catalogue"},
    "waiting_hint": {"en": "It runs by itself as soon as the catalogue is ready."},
    "products": {"en": "Products"},
    "similar": {"en": "More like this"},
    "similar_short": {"en": "Similar"},
    "similar_to": {"en": "More like {title}"},
    "to_shop": {"en": "{title} (opens the shop in a new tab)"},
    "match": {"en": "Match {n} of 100"},
    "rating": {"en": "Rated {rating} of 5"},
    "rating_by": {"en": "Rated {rating} of 5 by {n} people"},
    "discount": {"en": "−{n}%"},
    "list_price": {"en": "List price {price}"},
    "stock_out": {"en": "Out of stock"},
    "stock_few": {"en": "Only {n} left"},
    "stock_in": {"en": "In stock"},
    "no_picture": {"en": "No picture"},
    "untitled": {"en": "Product {id}"},
    # what went wrong
    "went_wrong": {"en": "Something went wrong here, not with what you entered."},
    "went_wrong_hint": {"en": "Try again; the server's log has the details."},
    "photo_lost": {"en": "The photo is no longer on the server."},
    "photo_lost_hint": {"en": "Choose it again."},
}


class Say(Protocol):
    """Looks a text up and fills it in."""

    def __call__(self, key: str, **fields: object) -> str: ...


def speaker(language: str = DEFAULT) -> Say:
    """A function from key and fields to a sentence in `language`, English where that has none.

    The function raises KeyError for a key that is not in the table: a slip of ours, found by the tests.
    """

    def say(key: str, **fields: object) -> str:
        row = TEXTS[key]
        return row.get(language, row[DEFAULT]).format(**fields)

    return say


def knows(key: str) -> bool:
    """Whether the table has this key."""
    return key in TEXTS
