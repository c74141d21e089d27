"""Searches over HTTP with gradio_client: `python examples/search.py [PHOTO]` while the app runs."""

import base64
import json
import os
import sys
from pathlib import Path

from gradio_client import Client
from gradio_client.exceptions import AppError

URL = os.environ.get("VISEARCH_URL", "http://127.0.0.1:7860")
TOKEN = os.environ.get("VISEARCH_TOKEN", "")
PHOTO = Path(sys.argv[1] if len(sys.argv) > 1 else "data/sample/queries/mug-01-photo.jpg")

# A private catalogue needs a token.
client = Client(URL, headers={"Authorization": f"Bearer {TOKEN}"} if TOKEN else None, verbose=False)


def ask(name, **arguments):
    answer = client.predict(api_name=f"/{name}", **arguments)
    print(json.dumps({name: answer}))
    return answer


photo = "data:image/jpeg;base64," + base64.b64encode(PHOTO.read_bytes()).decode()

ask("catalog")
ask("search", text="striped mug under 20", k=3)
boxes = ask("detect", image=photo)["boxes"]
found = ask("search", image=photo, box=boxes[0], k=3, filters={"category": "Kitchen & Dining"})
ask("similar", product_id=found["hits"][0]["id"], k=3)
ask("product", product_id=found["hits"][0]["id"])

# What is wrong with a question is told in a sentence.
try:
    ask("product", product_id="no-such-id")
except AppError as error:
    print(json.dumps({"error": str(error)}))
