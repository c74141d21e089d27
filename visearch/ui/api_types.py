"""What the public functions take and give, as types: their limits and examples stand in OpenAPI and in MCP's tools."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

# Python 3.10 and 3.11 have a TypedDict that pydantic cannot read.
from typing_extensions import NotRequired, TypedDict

from visearch.order import MAX_K

EXAMPLE_ID = "mug-01"
_PHOTOS = ["https://example.com/photo.jpg", "data:image/jpeg;base64,/9j/4AAQ..."]

Words = Annotated[str, Field(examples=["striped mug", "red leather handbag under 200", "红色手提包"])]
Photo = Annotated[str, Field(min_length=1, examples=_PHOTOS)]
MaybePhoto = Annotated[str | None, Field(examples=_PHOTOS)]
Area = Annotated[
    Annotated[list[float], Field(min_length=4, max_length=4)] | dict[str, Any] | None,
    Field(examples=[[40, 60, 320, 480]]),
]
Count = Annotated[int, Field(ge=1, le=MAX_K, examples=[10])]
Wanted = Annotated[
    dict[str, Any] | None,
    Field(examples=[{"category": ["Kitchen & Dining"], "color": "red", "price": {"min": 5, "max": 20}}]),
]
ProductId = Annotated[str, Field(min_length=1, examples=[EXAMPLE_ID])]
MaybeProductId = Annotated[str, Field(examples=[EXAMPLE_ID])]
Code = Annotated[str, Field(examples=["4006381333931"])]


class Hit(TypedDict):
    """A product of an answer: `match` 0-100, `close` False below the floor, `score` raw, `image` an address."""

    id: str
    title: str
    brand: str
    category: str
    subcategory: str
    color: str
    price: float | None
    list_price: float | None
    currency: str
    discount: float | None
    rating: float | None
    reviews: int | None
    stock: int | None
    url: str
    score: float
    match: float
    close: bool
    image: str
    why: dict[str, Any]


class Understood(TypedDict):
    """One thing that was read from the words."""

    key: str
    field: str
    said: str
    values: list[str]


class Found(TypedDict):
    """The answer of a search: `total` products pass the filters, `close` of those looked at are close."""

    hits: list[Hit]
    timings_ms: dict[str, float]
    model: str
    index: str
    notes: list[str]
    total: int
    close: int
    understood: list[Understood]


class FoundBox(TypedDict):
    """A thing in a photo, in pixels of the upright photo."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str
    score: float


class Boxes(TypedDict):
    """The things in a photo, the likeliest first."""

    boxes: list[FoundBox]
    detector: str
    timings_ms: dict[str, float]


class Record(TypedDict):
    """A product as the catalogue has it; "" and null where it says nothing. `pictures` are addresses."""

    id: str
    title: str
    title_zh: str
    description: str
    description_zh: str
    brand: str
    category: str
    subcategory: str
    color: str
    material: str
    pattern: str
    price: float | None
    list_price: float | None
    currency: str
    discount: float | None
    rating: float | None
    reviews: int | None
    stock: int | None
    barcode: str
    url: str
    attributes: dict[str, str]
    pictures: list[str]


class Label(TypedDict):
    """What a picture shows, and how sure that is, 0-1."""

    label: str
    sure: float


class OneProduct(TypedDict):
    """A product, what is `seen` of it (field to labels), and the ids of others with the same barcode."""

    product: Record
    seen: dict[str, list[Label]]
    same_code: list[str]


class Range(TypedDict):
    """Smallest and largest value."""

    min: float
    max: float


class Shop(TypedDict):
    """What answers: `facets` are values to filter by with how many products have them, `ranges` of numbers."""

    name: str
    title: str
    licence: str
    products: int
    facets: dict[str, dict[str, int]]
    ranges: dict[str, Range]
    currency: str
    model: dict[str, Any]
    detector: str
    reason: NotRequired[str]


ANSWERS: dict[str, type] = {
    "search": Found,
    "similar": Found,
    "detect": Boxes,
    "product": OneProduct,
    "catalog": Shop,
}
"""What the functions answer that have a type; the others' answers are told in words."""
