"""Which column means what: from the types of the columns, their names, and what the user says.

`mapping={"title": "my_column"}` overrides; `"image": "front|back"` names several picture columns, and `"brand": ""`
says that no column is the brand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visearch.errors import CatalogError

IMAGE = "image"
BINARY = "binary"  # bytes that may be a picture, or a mesh or a vector
TEXT = "text"
NUMBER = "number"
OTHER = "other"

_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic")

# Names are compared without case, spaces and punctuation; the field's own name wins, then the order here.
_SYNONYMS = {
    "id": ("productid sku asin itemid uniqid uniqueid uid articleid variantid productcode code gtin 商品编号 编号"),
    "title": (
        "name productdisplayname productname itemname producttitle displayname prodname headline "
        "标题 名称 商品名称 caption text"
    ),
    "description": (
        "productdescription desc longdescription body details aboutproduct featurebullets bulletpoint "
        "bulletpoints features summary shortdescription detaildesc 描述 商品描述"
    ),
    "category": (
        "mastercategory maincategory productcategory categoryname producttype category1 department "
        "productgroupname categories type label 分类 类别"
    ),
    "subcategory": ("articletype category2 producttypename subcategoryname class indexname 子分类"),
    "brand": "brandname manufacturer vendor maker 品牌",
    "color": "colour basecolour basecolor colors colours colorname colourgroupname 颜色",
    "material": "materials fabric composition 材质",
    "pattern": "graphicalappearancename print 图案",
    "price": "saleprice sellingprice currentprice actualprice discountedprice finalprice prices 价格",
    "list_price": (
        "listprice originalprice regularprice msrp rrp compareatprice strikeprice oldprice retailprice 原价"
    ),
    "currency": "currencycode pricecurrency 货币",
    "discount": "discountpercent discountpercentage percentoff 折扣",
    "rating": "ratings averagerating stars starrating reviewrating avgrating 评分",
    "reviews": "reviewcount numreviews numberofreviews ratingcount ratingscount noofratings 评论数",
    "stock": "quantity inventory stockquantity instock availability 库存",
    "barcode": "ean ean13 upc gtin13 isbn 条码",
    "url": "producturl link productlink pageurl purl 链接",
    "title_zh": "titlecn namezh nametitlezh chinesetitle",
    "description_zh": "descriptioncn desczh",
    "image": (
        "images img imgs picture pictures photo photos mainimage imageurl imageurls imgurl imageurlhigh "
        "pictureurl photourl primaryimage imagepath imagefile imagefilename filename filenames imagelink "
        "thumbnail thumbnailurl imagesrc 图片 主图"
    ),
}
SYNONYMS: Mapping[str, tuple[str, ...]] = {field: tuple(names.split()) for field, names in _SYNONYMS.items()}
FIELDS = tuple(SYNONYMS)


@dataclass(frozen=True)
class Mapped:
    """`fields[field]` is the column, `pictures` the picture columns, `rest` the columns kept as attributes."""

    fields: Mapping[str, str]
    pictures: tuple[str, ...]
    rest: tuple[str, ...]


def find_columns(
    kinds: Mapping[str, str],
    samples: Sequence[Mapping[str, Any]] = (),
    override: Mapping[str, str] | None = None,
    what: str = "The catalogue",
) -> Mapped:
    """Gives every field its column.

    `kinds` maps a column to IMAGE, BINARY, TEXT, NUMBER or OTHER; `samples` are a few rows. Raises CatalogError when
    `override` names a field or a column that there is not, or when no column holds pictures.
    """
    chosen = _checked(override or {}, kinds, what)
    named = chosen.pop("image", None)
    pictures = _pictures(kinds, samples) if named is None else tuple(part for part in named.split("|") if part)
    if not pictures:
        raise CatalogError(
            f"{what} has no column with pictures; its columns are {_listed(kinds)}.",
            'Name one "image" (a path, a URL or the picture itself), or say which with the mapping '
            '{"image": "your_column"}.',
        )
    taken = {*pictures, *chosen.values()}
    names = {_plain(name): name for name in reversed(list(kinds)) if kinds[name] not in (IMAGE, BINARY)}
    for field in FIELDS:
        if field == "image" or field in chosen:
            continue
        found = next((names[n] for n in _candidates(field) if n in names and names[n] not in taken), None)
        if found is not None:
            chosen[field] = found
            taken.add(found)
    chosen = {field: column for field, column in chosen.items() if column}
    rest = tuple(name for name in kinds if name not in taken and kinds[name] in (TEXT, NUMBER))
    return Mapped(chosen, pictures, rest)


def _checked(override: Mapping[str, str], kinds: Mapping[str, str], what: str) -> dict[str, str]:
    for field, column in override.items():
        if field not in FIELDS:
            raise CatalogError(
                f"The mapping names the field {field!r}, which products do not have.",
                f"The fields are {', '.join(FIELDS)}.",
            )
        missing = [part for part in (column.split("|") if field == "image" else [column]) if part and part not in kinds]
        if missing:
            raise CatalogError(
                f"{what} has no column {missing[0]!r}, which the mapping gives for {field!r}.",
                f"Its columns are {_listed(kinds)}.",
            )
    return dict(override)


def _pictures(kinds: Mapping[str, str], samples: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    typed = [name for name, kind in kinds.items() if kind == IMAGE]
    typed = typed or [name for name, kind in kinds.items() if kind == BINARY]
    candidates = typed or [name for name, kind in kinds.items() if kind in (TEXT, OTHER)]
    names = {_plain(name): name for name in reversed(candidates)}
    best = next((names[n] for n in _candidates("image") if n in names), None)
    if best is None and typed:
        best = typed[0]
    if best is None:
        best = next((name for name in candidates if _look_like_pictures(name, samples)), None)
    if best is None:
        numbered = [name for name in candidates if _stem(name)]
        return tuple(numbered)
    # image, image_2, image_3: further views of the same product
    stem = _plain(best)
    return (best, *(name for name in candidates if name != best and _stem(name) == stem))


def _stem(column: str) -> str:
    """`image_2` -> `image`; "" when the column is not a numbered picture column."""
    plain = _plain(column)
    stem = plain.rstrip("0123456789")
    return stem if stem != plain and stem in _candidates("image") else ""


def _look_like_pictures(column: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    values = [row.get(column) for row in samples]
    texts = [value.split("|")[0].split("?")[0].lower() for value in values if isinstance(value, str) and value]
    return bool(texts) and all(text.endswith(_PICTURE_ENDINGS) for text in texts)


def _candidates(field: str) -> tuple[str, ...]:
    return (_plain(field), *SYNONYMS[field])


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _listed(kinds: Mapping[str, str]) -> str:
    names = list(kinds)
    return ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "") or "none"


def kind_of(value: Any) -> str:
    """The kind of a column from one of its values."""
    if isinstance(value, (bytes, bytearray)):
        return BINARY
    if isinstance(value, dict) and {"bytes", "path"} & set(value):
        return IMAGE
    if isinstance(value, (list, tuple)) and value:
        inner = kind_of(value[0])
        if inner == NUMBER:
            return OTHER
        return TEXT if inner == OTHER else inner
    if isinstance(value, bool | int | float):
        return NUMBER
    return TEXT if isinstance(value, str) else OTHER
