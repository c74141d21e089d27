"""visearch: visual product search over a catalogue, by photo and by words.

`from visearch import open_engine` is the way in; docs/api.md tells more. Importing the package loads nothing: a name is
imported when it is first asked for.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

# After every product of matrices numpy's threads wait for the next one busily, for about 25 ms, and take the cores from
# the encoder: a photo query took 85 instead of 55 ms on two cores. Read by OpenBLAS when numpy is first imported.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

__version__ = "0.1.0"

if TYPE_CHECKING:
    from visearch.answers import hit_to_json as hit_to_json
    from visearch.answers import result_to_json as result_to_json
    from visearch.api import open_detector as open_detector
    from visearch.api import open_engine as open_engine
    from visearch.engine import SearchEngine as SearchEngine
    from visearch.errors import CatalogError as CatalogError
    from visearch.errors import ModelError as ModelError
    from visearch.errors import PictureError as PictureError
    from visearch.errors import QueryError as QueryError
    from visearch.errors import StoreError as StoreError
    from visearch.errors import VisearchError as VisearchError
    from visearch.images import load_image as load_image
    from visearch.types import Box as Box
    from visearch.types import Hit as Hit
    from visearch.types import Product as Product
    from visearch.types import Query as Query
    from visearch.types import SearchResult as SearchResult

_FROM = {
    "answers": ("hit_to_json", "result_to_json"),
    "api": ("open_detector", "open_engine"),
    "engine": ("SearchEngine",),
    "errors": ("CatalogError", "ModelError", "PictureError", "QueryError", "StoreError", "VisearchError"),
    "images": ("load_image",),
    "types": ("Box", "Hit", "Product", "Query", "SearchResult"),
}
_MODULE_OF = {name: module for module, names in _FROM.items() for name in names}

__all__ = ["__version__", *_MODULE_OF]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'visearch' has no attribute {name!r}")
    return getattr(importlib.import_module(f"visearch.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
