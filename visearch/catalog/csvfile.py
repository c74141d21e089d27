"""A first look at a CSV file with the standard library: separator, header, number of rows, broken lines."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from visearch.errors import CatalogError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEPARATORS = ",;\t"
MOST_COLUMNS = 2000
MAX_CELL = 16 * 1024 * 1024


@dataclass(frozen=True)
class CsvShape:
    """`rows` counts the usable rows; `broken` names the lines with more filled cells than the header has.

    `ragged` is True when any line is longer than the header, be it by a separator at its end.
    """

    separator: str
    header: tuple[str, ...]
    rows: int
    broken: tuple[tuple[str, str], ...]
    ragged: bool


def look(path: Path) -> CsvShape:
    """Reads the file once. Raises CatalogError when it is empty, no UTF-8, or a quote is never closed."""
    separator = _separator(path)
    broken: list[tuple[str, str]] = []
    rows, ragged = 0, False
    lines = _lines(path, separator)
    header = _header(next(lines, (0, []))[1], path)
    for line, cells in lines:
        ragged = ragged or len(cells) > len(header)
        if any(cells[len(header) :]):
            broken.append((f"line {line}", f"{len(cells)} cells where the header has {len(header)}"))
        else:
            rows += 1
    return CsvShape(separator, header, rows, tuple(broken), ragged)


def read(path: Path, shape: CsvShape | None = None) -> Iterator[dict[str, str]]:
    """The usable rows as text, short ones filled up with empty cells."""
    shape = shape or look(path)
    for _, cells in itertools.islice(_lines(path, shape.separator), 1, None):
        if not any(cells[len(shape.header) :]):
            padded = [*cells, *[""] * len(shape.header)][: len(shape.header)]
            yield dict(zip(shape.header, padded, strict=True))


def _separator(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(MAX_CELL)
    except UnicodeDecodeError as error:
        raise _no_utf8(path) from error
    except OSError as error:
        raise CatalogError(f"The file {path} cannot be read: {error.strerror or error}.") from error
    return max(_SEPARATORS, key=first.count)


def _lines(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    # The limit is one for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    with path.open(encoding="utf-8-sig", newline="") as file:
        recent: list[str] = []
        reader = csv.reader(_recorded(file, recent), delimiter=separator)
        start = 1
        try:
            for cells in reader:
                if file_ends := _open_quote(recent, separator):
                    raise csv.Error(file_ends)
                recent.clear()
                if len(cells) > 1 or (cells and cells[0].strip()):
                    yield start, cells
                start = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise _no_utf8(path) from error
        except csv.Error as error:
            raise CatalogError(
                f"The file {path.name} is no CSV from line {start} on: {error}.",
                "Mend the line, or save the table again.",
            ) from error


def _recorded(lines: Iterable[str], recent: list[str]) -> Iterator[str]:
    for line in lines:
        recent.append(line)
        yield line


def _open_quote(lines: list[str], separator: str) -> str:
    """Why the row that these lines make has no end, or ""; only a row of several lines can be one."""
    if len(lines) < 2 and not (lines and lines[0].count('"') % 2):
        return ""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "a quote is never closed" if "unexpected end" in str(error) else ""
    return ""


def _header(cells: list[str], path: Path) -> tuple[str, ...]:
    if not any(cell.strip() for cell in cells):
        raise CatalogError(f"The file {path} is empty.", "Its first line names the columns, such as id,title,image.")
    if len(cells) > MOST_COLUMNS:
        raise CatalogError(
            f"The file {path.name} has {len(cells):,} columns; the limit is {MOST_COLUMNS:,}.",
            "Leave out those that say nothing about a product.",
        )
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        # The reader of `datasets` would end a name at a NUL.
        name = _CONTROL.sub("", cell).strip() or f"column {number}"
        name = name if name not in names else f"{name} {number}"
        while name in names:
            name += "'"
        names[name] = None
    return tuple(names)


def _no_utf8(path: Path) -> CatalogError:
    return CatalogError(
        f"The file {path.name} is not UTF-8.", 'Save it as "CSV UTF-8" in the program that it comes from.'
    )
