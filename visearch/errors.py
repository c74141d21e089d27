"""The errors that reach a person. Everything else is a bug."""

from __future__ import annotations


class VisearchError(Exception):
    """One sentence on what was wrong (`message`) and one on what to do (`hint`).

    Only this class and its subclasses are shown in the page, the API and the command line. `key` and `values` name the
    same two sentences in other languages, where there are any (visearch.ui.texts.errors).
    """

    def __init__(self, message: str, hint: str = "", key: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class PictureError(VisearchError):
    """A picture that cannot be used: unreadable, too large, of an unknown type."""


class CatalogError(VisearchError):
    """A catalogue that is missing, empty, unreachable or has the wrong columns."""


class ModelError(VisearchError):
    """A model that is unknown, not installed or cannot be fetched."""


class StoreError(VisearchError):
    """An index that is missing, damaged or was made for something else."""


class QueryError(VisearchError):
    """A query that cannot be answered: empty, an unknown field, a bad range."""
