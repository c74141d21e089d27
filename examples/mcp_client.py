"""Asks the MCP server as an agent does: `python examples/mcp_client.py [PHOTO]` while the app runs."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

URL = os.environ.get("VISEARCH_URL", "http://127.0.0.1:7860")
TOKEN = os.environ.get("VISEARCH_TOKEN", "")
PHOTO = Path(sys.argv[1] if len(sys.argv) > 1 else "data/sample/queries/mug-01-photo.jpg")


async def main():
    # A private catalogue needs a token.
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else None
    async with (
        httpx.AsyncClient(headers=headers, timeout=60) as http,
        streamable_http_client(f"{URL}/gradio_api/mcp/", http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        server = await session.initialize()
        print(json.dumps({"server": server.serverInfo.name}))
        print(json.dumps({"tools": [tool.name for tool in (await session.list_tools()).tools]}))

        async def call(name, **arguments):
            result = await session.call_tool(name, arguments)
            text = result.content[0].text
            # What is wrong with a question is told in a sentence, which the model reads.
            print(json.dumps({"error": text}) if result.isError else json.dumps({name: json.loads(text)}))
            return None if result.isError else json.loads(text)

        photo = "data:image/jpeg;base64," + base64.b64encode(PHOTO.read_bytes()).decode()
        await call("catalog")
        await call("search", text="striped mug under 20", k=3)
        boxes = (await call("detect", image=photo))["boxes"]
        hits = (await call("search", image=photo, box=boxes[0], k=3, filters={"category": "Kitchen & Dining"}))["hits"]
        await call("similar", product_id=hits[0]["id"], k=3)
        await call("product", product_id=hits[0]["id"])
        await call("product", product_id="no-such-id")


asyncio.run(main())
