"""The OpenAPI document of the public functions, from their docstrings and types.

Gradio makes one too. It is not served: it names an address for uploads, which is closed here, tells no descriptions,
limits or answers, and its `null` types do not belong into its version of OpenAPI.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from visearch import __version__
from visearch.ui.api_types import ANSWERS
from visearch.ui.described import Described, described

VERSION = "3.1.0"
_REFS = "#/components/schemas/{model}"
_ABOUT = (
    "Visual product search: a photo, words in English or Chinese, or both in; ranked products of one catalogue out.\n\n"
    "A function is called in two steps: POST its arguments by name to `/gradio_api/call/v2/NAME`, which answers "
    '`{"event_id": ID}`; then GET `/gradio_api/call/NAME/ID`, a stream of server-sent events that ends with `event: '
    'complete` and `data: [ANSWER]`, or with `event: error` and `data: {"error": SENTENCE}`. In one step: POST '
    '`{"data": [...]}` with all arguments by position to `/gradio_api/run/NAME`, which answers `{"data": [ANSWER]}`.'
)
_LIMITS = {
    "401": {"description": "The catalogue is private: sign in, or send a token."},
    "413": {"description": "The request is too large; a photo may have 25 MB."},
    "429": {"description": "Too many questions: 40 at once, then 2 a second for one visitor."},
}


def openapi(functions: dict[str, Callable[..., Any]], root: str, private: bool) -> dict[str, Any]:
    """The document. `root` is the server's address; with `private` a token is needed. JSON types throughout."""
    told = [described(function) for function in functions.values()]
    paths: dict[str, Any] = {}
    for one in told:
        paths[f"/gradio_api/call/v2/{one.name}"] = {"post": _ask(one)}
        paths[f"/gradio_api/call/{one.name}/{{event_id}}"] = {"get": _fetch(one)}
        paths[f"/gradio_api/run/{one.name}"] = {"post": _run(one)}
    paths["/thumbs/{sha256}.jpg"] = {"get": _thumbnail()}
    components: dict[str, Any] = {"schemas": _schemas()}
    document: dict[str, Any] = {
        "openapi": VERSION,
        "info": {"title": "visearch", "version": __version__, "description": _ABOUT},
        "servers": [{"url": root}],
        "paths": paths,
        "components": components,
    }
    if private:
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "token": {"type": "apiKey", "in": "header", "name": "X-Visearch-Token"},
        }
        document["security"] = [{"bearer": []}, {"token": []}]
    return document


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for answer in dict.fromkeys(ANSWERS.values()):
        schema = TypeAdapter(answer).json_schema(ref_template=_REFS)
        found |= schema.pop("$defs", {})
        found[answer.__name__] = schema
    return found


def _answer(one: Described) -> dict[str, Any]:
    answer = ANSWERS.get(one.name)
    return {"$ref": _REFS.format(model=answer.__name__)} if answer else {"type": "object", "description": one.returns}


def _ask(one: Described) -> dict[str, Any]:
    event = {"type": "object", "properties": {"event_id": {"type": "string"}}, "required": ["event_id"]}
    return {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"{one.text}\n\nAnswers: {one.returns}",
        "tags": ["functions"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": one.schema()}}},
        "responses": {"200": _json("What to fetch the answer with.", event), **_LIMITS},
    }


def _fetch(one: Described) -> dict[str, Any]:
    event = {"name": "event_id", "in": "path", "required": True, "schema": {"type": "string"}}
    stream = {"schema": {"type": "string"}}
    return {
        "operationId": f"{one.name}_answer",
        "summary": f"The answer of {one.name}.",
        "description": f"The data of the last event is a list of one: {one.returns}",
        "tags": ["answers"],
        "parameters": [event],
        "responses": {"200": {"description": "Server-sent events.", "content": {"text/event-stream": stream}}},
    }


def _run(one: Described) -> dict[str, Any]:
    given = [{"title": name, **schema} for name, schema in one.parameters.items()]
    values: dict[str, Any] = {"type": "array", "minItems": len(given), "maxItems": len(given)}
    if given:  # an empty prefixItems is not allowed
        values |= {"prefixItems": given, "items": False}
    answers = {"type": "array", "prefixItems": [_answer(one)], "minItems": 1, "maxItems": 1}
    return {
        "operationId": f"{one.name}_at_once",
        "summary": f"{one.summary} In one step.",
        "description": "All arguments, by position.",
        "tags": ["in one step"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _object("data", values)}}},
        "responses": {
            "200": _json("The answer.", _object("data", answers)),
            "500": _json("What was wrong with the question.", _object("error", {"type": "string"})),
            **_LIMITS,
        },
    }


def _thumbnail() -> dict[str, Any]:
    name = {"name": "sha256", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    picture = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "operationId": "thumbnail",
        "summary": "A product's picture, at most 384 pixels a side.",
        "tags": ["pictures"],
        "parameters": [name],
        "responses": {
            "200": {"description": "The picture.", "content": picture},
            "404": {"description": "There is no such picture."},
        },
    }


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _object(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: schema}, "required": [name]}
