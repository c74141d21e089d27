"""What the public functions say of themselves: from their docstrings and annotations, for OpenAPI and for MCP."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import gradio as gr
from pydantic import TypeAdapter

_SECTION = re.compile(r"^(Args|Returns):\s*$", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): ", re.MULTILINE)


@dataclass(frozen=True)
class Described:
    """`summary` is the first sentence of `text`; `parameters` name -> JSON schema (draft 2020-12) with a description
    and a default; `returns` says what is answered."""

    name: str
    summary: str
    text: str
    parameters: dict[str, dict[str, Any]]
    returns: str

    def schema(self) -> dict[str, Any]:
        """Of the object that holds all parameters; those without a default are needed."""
        needed = [name for name, told in self.parameters.items() if "default" not in told]
        found: dict[str, Any] = {"type": "object", "properties": self.parameters, "additionalProperties": False}
        return found | ({"required": needed} if needed else {})


def public_functions(demo: gr.Blocks) -> dict[str, Callable[..., Any]]:
    """Name -> function of all that programs may call."""
    return {fn.api_name: fn.fn for fn in demo.fns.values() if fn.api_visibility == "public"}


@lru_cache(maxsize=64)
def described(function: Callable[..., Any]) -> Described:
    """Reads a function that `gr.api` was given. Raises ValueError when an argument is not described."""
    head, arguments, returns = _sections(inspect.getdoc(function) or "")
    hints, parameters = typing.get_type_hints(function, include_extras=True), {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.annotation == "gr.Request | None":
            continue
        if name not in arguments:
            raise ValueError(f"{function.__name__} does not say what {name} is")
        schema = {**TypeAdapter(hints[name]).json_schema(), "description": arguments[name]}
        # An empty default that the type refuses is there for the sentence that the caller is told then.
        if parameter.default is not inspect.Parameter.empty and not (parameter.default == "" and "minLength" in schema):
            schema["default"] = parameter.default
        parameters[name] = schema
    text = _line(head)
    return Described(function.__name__, re.split(r"(?<=[.])\s", text)[0], text, parameters, _line(returns))


def _sections(doc: str) -> tuple[str, dict[str, str], str]:
    head, *rest = _SECTION.split(doc)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    _, *entries = _ENTRY.split(sections.get("Args", ""))
    arguments = {name: _line(text) for name, text in zip(entries[::2], entries[1::2], strict=True)}
    return head, arguments, sections.get("Returns", "")


def _line(text: str) -> str:
    return " ".join(text.split())
