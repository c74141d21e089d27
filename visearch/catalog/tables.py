"""Tables of rows, read through the `datasets` library: CSV, JSON lines, parquet, and folders of pictures."""

from __future__ import annotations

import glob
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visearch.catalog import csvfile
from visearch.catalog.mapping import BINARY, IMAGE, NUMBER, OTHER, TEXT, kind_of
from visearch.catalog.values import read_json
from visearch.errors import CatalogError, VisearchError

Rows = Iterator[tuple[str, Mapping[str, Any]]]
PEEK = 50


@dataclass(frozen=True)
class Table:
    """Rows that can be read again and again.

    `kinds` maps a column to what mapping.py calls IMAGE, BINARY, TEXT, NUMBER or OTHER; `samples` are its
    first rows where they were at hand; `read` yields (name of the row, its cells), a text instead of the
    cells being the reason why that row is unusable; `total` is the number of usable rows or None; `broken`
    are unusable ones known beforehand.
    """

    kinds: Mapping[str, str]
    read: Callable[[], Iterator[tuple[str, Mapping[str, Any] | str]]]
    samples: Sequence[Mapping[str, Any]] = ()
    total: int | None = None
    broken: Sequence[tuple[str, str]] = field(default=())


def open_table(path: Path) -> Table:
    """The table in a .csv, .tsv, .jsonl, .ndjson or .parquet file. Raises CatalogError for other files."""
    opener = READERS.get(path.suffix.lower())
    if opener is None:
        raise CatalogError(
            f"The file {path} is no catalogue: its name ends in {path.suffix or 'nothing'!r}.",
            f"A catalogue file is one of {', '.join(READERS)}.",
        )
    if not path.is_file():
        raise CatalogError(f"There is no file {path}.", "Check the path.")
    return opener(path)


def csv_table(path: Path, plain: bool = False) -> Table:
    """A CSV file. `plain` reads it without `datasets`: the same rows, a second and a half earlier.

    Every column is read as text: guessed types turn the id 007 into 7 and the brand "NA" into nothing. A file
    with lines longer than its header is always read plainly: pandas, under `datasets`, takes its first
    column for row names then, and so shifts all others.
    """
    shape = csvfile.look(path)
    plain = plain or shape.ragged

    def read() -> Iterator[tuple[str, Mapping[str, Any] | str]]:
        rows = csvfile.read(path, shape) if plain else _stream_csv(path, shape)
        for number, cells in enumerate(rows, 1):
            yield f"row {number}", cells

    samples = list(itertools.islice(csvfile.read(path, shape), PEEK))
    return Table(dict.fromkeys(shape.header, TEXT), read, samples, shape.rows, shape.broken)


def _stream_csv(path: Path, shape: csvfile.CsvShape) -> Iterator[Mapping[str, Any]]:
    from datasets import Features, Value

    names = list(shape.header)
    return stream(
        "csv",
        path,
        features=Features({name: Value("string") for name in names}),
        names=names,
        header=0,
        delimiter=shape.separator,
        na_filter=False,
        encoding="utf-8-sig",
    )


def json_lines_table(path: Path) -> Table:
    """A file with one JSON object a line; a line that is none is left out and counted.

    Read as lines of text: the `json` reader of `datasets` gives up the whole file when a column holds a
    number in one row and a text in another, as prices do.
    """

    def read() -> Iterator[tuple[str, Mapping[str, Any] | str]]:
        for number, cells in enumerate(stream("text", path, encoding="utf-8-sig"), 1):
            line = cells["text"]
            if line.strip():
                yield f"line {number}", _object(line)

    samples = _json_samples(path)
    return Table(kinds_of(samples), read, samples)


def _json_samples(path: Path) -> list[Mapping[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            rows = [_object(line) for line in itertools.islice(file, PEEK) if line.strip()]
    except UnicodeDecodeError as error:
        raise CatalogError(f"The file {path.name} is not UTF-8.", "Save it as UTF-8.") from error
    samples = [row for row in rows if not isinstance(row, str)]
    if not samples:
        raise CatalogError(
            f"The file {path} holds no products: none of its first {PEEK} lines is a JSON object.",
            'Write one object a line, such as {"id": "1", "title": "Mug", "image": "mug.jpg"}.',
        )
    return samples


def _object(line: str) -> Mapping[str, Any] | str:
    try:
        value = read_json(line)
    except ValueError:
        return "no JSON"
    return value if isinstance(value, dict) else "no JSON object"


def parquet_table(path: Path) -> Table:
    """A parquet file, its pictures left undecoded."""
    import pyarrow.parquet
    from datasets import Features

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            features = Features.from_arrow_schema(file.schema_arrow)
            total = file.metadata.num_rows
    except Exception as error:
        raise CatalogError(f"The file {path} cannot be read as parquet: {one_line(error)}.") from error

    def read() -> Iterator[tuple[str, Mapping[str, Any] | str]]:
        for number, cells in enumerate(stream("parquet", path), 1):
            yield f"row {number}", named_labels(cells, features)

    return Table(kinds_of_features(features), read, total=total)


def stream(builder: str, path: Path | Sequence[Path], **options: Any) -> Iterator[Mapping[str, Any]]:
    """Rows of local files by a reader of `datasets`, pictures undecoded, nothing written to its cache.

    Raises CatalogError when the files cannot be read on, saying how far they could.
    """
    import datasets

    # Reading a local file is no reason to call a server, which `datasets` does to count its users.
    datasets.config.HF_UPDATE_DOWNLOAD_COUNTS = False
    paths = [path] if isinstance(path, Path) else path
    files = {"train": [glob.escape(str(one.resolve())) for one in paths]}
    number = 0
    try:
        rows = datasets.load_dataset(builder, data_files=files, split="train", streaming=True, **options)
        for cells in undecoded(rows):
            yield cells
            number += 1
    except (VisearchError, GeneratorExit):
        raise
    except Exception as error:
        raise CatalogError(
            f"{paths[0].name} cannot be read after row {number}: {one_line(error)}.", "Mend it or write it anew."
        ) from error


def undecoded(rows: Any) -> Any:
    """The same `IterableDataset` with pictures as bytes or paths; without known features there is no decoding."""
    return rows.decode(False) if rows.features is not None else rows


def kinds_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The kinds of the columns of these rows, from the first value of each that says something."""
    kinds: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None and value != "" and value != []:
                kinds.setdefault(str(name), kind_of(value))
    return {str(name): kinds.get(str(name), TEXT) for row in rows for name in row}


def kinds_of_features(features: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of the columns from the feature types of `datasets`."""
    return {name: _kind(feature) for name, feature in features.items()}


def _kind(feature: Any) -> str:
    if isinstance(feature, (list, tuple)) and feature:
        return _kind_in_list(feature[0])
    if isinstance(feature, dict):
        return IMAGE if set(feature) == {"bytes", "path"} else TEXT
    inner = getattr(feature, "feature", None)
    if inner is not None:
        return _kind_in_list(inner)
    name = type(feature).__name__
    if name == "Value":
        dtype = str(feature.dtype)
        if "binary" in dtype:
            return BINARY
        return TEXT if "string" in dtype or dtype.startswith(("date", "timestamp")) else NUMBER
    return {"Image": IMAGE, "ClassLabel": TEXT}.get(name, OTHER)


def _kind_in_list(feature: Any) -> str:
    kind = _kind(feature)
    return OTHER if kind == NUMBER else kind


def named_labels(cells: Mapping[str, Any], features: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with class numbers replaced by the names of the classes."""
    labels = {name: f for name, f in features.items() if type(f).__name__ == "ClassLabel" and name in cells}
    if not labels:
        return cells
    return {**cells, **{name: _label(feature, cells[name]) for name, feature in labels.items()}}


def _label(feature: Any, value: Any) -> str:
    known = isinstance(value, int) and 0 <= value < feature.num_classes
    return str(feature.int2str(value)) if known else ""


def one_line(error: BaseException) -> str:
    """The first line of an error for a sentence of ours, without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(". ") if lines else "nothing says why"


READERS: Mapping[str, Callable[[Path], Table]] = {
    ".csv": csv_table,
    ".tsv": csv_table,
    ".jsonl": json_lines_table,
    ".ndjson": json_lines_table,
    ".parquet": parquet_table,
}
