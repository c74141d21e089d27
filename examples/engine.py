"""Searches in Python, without the page: `python examples/engine.py` from the project's folder."""

import json
import sys
from pathlib import Path

from visearch import Query, VisearchError, load_image, open_detector, open_engine, result_to_json

SAMPLE = Path(__file__).parents[1] / "data" / "sample"

# The index is built the first time and opened from then on. Other catalogues: a folder with products.csv, hf:ORG/NAME.
engine = open_engine("sample")

# By words. What was read from them: a price limit.
by_words = engine.search(Query("striped mug under 20", k=3))
for hit in by_words.hits:
    print(f"{hit.match:5.1f} {hit.product.id}: {hit.product.title}, {hit.product.price} {hit.product.currency}")

# By a picture, with filters: one value, several (a tuple), or a range.
photo = load_image(SAMPLE / "queries" / "mug-01-photo.jpg")
by_photo = engine.search(Query(image=photo, k=3, filters={"category": "Kitchen & Dining", "price": {"max": 30}}))
print("by photo:", [hit.product.id for hit in by_photo.hits])

# By both: this, but blue.
by_both = engine.search(Query("in blue", image=photo, k=3))
print("in blue:", [hit.product.id for hit in by_both.hits])

# The like of a product, and the record of one.
alike = engine.similar(by_photo.hits[0].product.id, k=3)
print("alike:", [hit.product.id for hit in alike.hits])
print("brand:", engine.product("mug-01").brand)

# The things in a photo of a room; a box goes into the search as it is.
room = load_image(SAMPLE / "scenes" / "living-1.jpg")
boxes = open_detector().detect(room)
in_box = engine.search(Query(image=room, box=boxes[0], k=3))
print(f"{len(boxes)} boxes; the first finds", [hit.product.id for hit in in_box.hits])

# What can be filtered, and answers as JSON.
print("colours:", list(engine.facets().values["color"])[:3])
print(json.dumps(result_to_json(by_words), ensure_ascii=False)[:60], "...")

# What is wrong with a question is told in a sentence, with what to do.
try:
    engine.similar("no-such-id")
except VisearchError as error:
    print(error.message, error.hint, file=sys.stderr)
