"""The workflows' functions with gradio_client: `python examples/workflows.py [PHOTO]` while the app runs."""

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

client = Client(URL, headers={"Authorization": f"Bearer {TOKEN}"} if TOKEN else None, verbose=False)


def ask(name, **arguments):
    try:
        print(json.dumps({name: client.predict(api_name=f"/{name}", **arguments)}))
    except AppError as error:
        print(json.dumps({name: {"error": str(error)}}))


photo = "data:image/jpeg;base64," + base64.b64encode(PHOTO.read_bytes()).decode()

ask("related", product_id="mug-01", k=2)
ask("reviews", product_id="mug-01", language="en")
ask("for_you", events=[{"kind": "view", "product": "mug-01", "age_days": 0}, {"kind": "search", "text": "vase"}], k=3)
ask("offers", text="lamp", k=3)
ask("board", images=[photo], text="green vase", k=4, pinned=["mug-02"])
# The first call begins to read all pictures for their marks, and says so.
ask("marks", image=photo, box=[60, 60, 320, 320], k=3)
ask("campaigns")
ask("identify", image=photo, k=3)
ask("shelf", image=photo)
ask("supplier", items=[{"id": "S-1", "title": "Green mug", "image": photo}])
