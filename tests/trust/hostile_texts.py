"""Texts, file names, rows and calls that strangers might send: a seed always gives the same ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.trust.hostile_words import CELLS, COLUMNS, FILTERS, ODD, PATHS, STATE_FIELDS, TEXTS


def texts(count: int, seed: int = 6) -> Iterator[str]:
    """`count` texts: the written ones first, then mixtures of them."""
    chance = random.Random(seed)
    yield from TEXTS[:count]
    for _ in range(count - len(TEXTS)):
        yield _mixed(chance)


def _mixed(chance: random.Random) -> str:
    some = [chance.choice(TEXTS)[: chance.choice((3, 20, 300))] for _ in range(chance.randint(1, 5))]
    words = ("red", "bag", "under 20", "not leather", "红色", "over", "cm", "\n", "")
    pieces = [*some, *chance.choices(words, k=chance.randint(0, 4))]
    chance.shuffle(pieces)
    text = chance.choice((" ", "", ",", "\u200b")).join(pieces)
    if chance.random() < 0.3:
        characters = list(text)
        chance.shuffle(characters)
        text = "".join(characters[:500])
    return text


def tables(count: int, seed: int = 6) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of table files: CSV above all, of every encoding, and files that only claim to be tables."""
    chance = random.Random(seed)
    made = list(_whole_tables())
    yield from made if count >= len(made) else chance.sample(made, count)
    for number in range(count - len(made)):
        ending = chance.choice((".csv", ".csv", ".tsv", ".jsonl"))
        yield f"table {number}{ending}", _table(chance, ending)


def _whole_tables() -> Iterator[tuple[str, bytes]]:
    row = "id,title,image\n1,Red,red.png\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "gb18030", "shift-jis", "cp037"):
        yield (
            f"{encoding}.csv",
            row.replace("Red", "Tasse é 红" if "utf" in encoding or "gb" in encoding else "Red").encode(encoding),
        )
    yield "nothing.csv", b""
    yield "only a mark.csv", b"\xef\xbb\xbf"
    yield "zeros.csv", bytes(5000)
    yield "noise.csv", random.Random(1).randbytes(5000)
    yield "one line.csv", b"id,title,image"
    yield "open quote.csv", b'id,title,image\n1,"Red,red.png\n' + b"x,y,z\n" * 2000
    yield "large cell.csv", b"id,title,image\n1," + b"x" * (2 << 20) + b",red.png\n"
    yield "huge cell.csv", b"id,title,image\n1," + b"x" * (17 << 20) + b",red.png\n"
    yield "many columns.csv", ",".join(f"c{n}" for n in range(20_000)).encode() + b"\n" + b"," * 19_999 + b"\n"
    yield "many names alike.csv", b"image," * 300 + b"id\n" + b"red.png," * 300 + b"1\n"
    yield "many rows.csv", b"id,title,image\n" + b"1,Red,red.png\n" * 20_000
    yield "long rows.csv", b"id,title,image\n" + (b"1," * 5000 + b"\n") * 20
    yield "returns.csv", b"id,title,image\r1,Red,red.png\r2,Blue,blue.png\r"
    yield "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(500)
    yield "zip.csv", b"PK\x03\x04" + bytes(500)
    yield "deep.jsonl", b'{"id": "1", "image": ' + b"[" * 100_000 + b"\n"
    yield "deep and whole.jsonl", b'{"id":"1","image":' + b"[" * 900 + b"]" * 900 + b"}\n"
    yield "numbers.jsonl", b'{"id": 1e999, "price": NaN, "stock": ' + b"9" * 400 + b', "image": "red.png"}\n'
    yield "long number.jsonl", b'{"id": 1, "price": ' + b"9" * 6000 + b', "image": "red.png"}\n'
    yield "types.jsonl", b'{"id":[1],"title":{"a":1},"price":[],"image":{"path":"/etc/passwd"}}\n[1]\n"x"\nnull\n'
    yield "surrogate.jsonl", b'{"id": "\\ud800", "title": "\\udfff", "image": "red.png"}\n'
    yield "localised.jsonl", b'{"id":"1","title":[{"language_tag":7,"value":{"value":[]}}],"image":"red.png"}\n'
    yield "nothing.parquet", b""
    yield "damaged.parquet", b"PAR1" + bytes(200) + b"PAR1"
    yield "pickle.parquet", b"\x80\x04cos\nsystem\n(S'id'\ntR."


def _table(chance: random.Random, ending: str) -> bytes:

    columns = ["image", *chance.choices(COLUMNS, k=chance.randint(1, 8))]
    rows = [[chance.choice(CELLS) for _ in columns] for _ in range(chance.randint(1, 6))]
    if ending == ".jsonl":
        values = [dict(zip(columns, [chance.choice((cell, *ODD)) for cell in row], strict=True)) for row in rows]
        return "\n".join(json.dumps(value) for value in values).encode(errors="replace")
    separator = "\t" if ending == ".tsv" else chance.choice(",;,")
    lines = [
        separator.join(line if chance.random() < 0.5 else [_quoted(cell) for cell in line]) for line in (columns, *rows)
    ]
    return (
        chance.choice(("\n", "\r\n"))
        .join(lines)
        .encode(chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")), "replace")
    )


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def calls(count: int, seed: int = 6) -> Iterator[tuple[str, list[Any]]]:
    """(name, arguments) of the public functions, and of the page's as ("page:ask", [what is sent])."""
    chance = random.Random(seed)
    values = (*PATHS, *ODD, *TEXTS)
    for _ in range(count):
        name = chance.choice(
            ("search", "search", "detect", "similar", "page:ask", "page:ask", "page:suggest", "page:poll", "page:room")
        )
        yield name, _arguments(name, chance, values)


def _arguments(name: str, chance: random.Random, values: tuple[Any, ...]) -> list[Any]:
    if name == "search":
        return [
            chance.choice((chance.choice(TEXTS), chance.choice(ODD), "red")),
            chance.choice((None, chance.choice(PATHS), chance.choice(ODD))),
            chance.choice((None, chance.choice(ODD))),
            chance.choice((3, chance.choice(ODD))),
            chance.choice((None, chance.choice(ODD), _filters(chance))),
        ]
    if name == "detect":
        return [chance.choice((*PATHS, *ODD))]
    if name == "similar":
        return [chance.choice((*TEXTS, *ODD)), chance.choice((3, chance.choice(ODD))), _filters(chance)]
    if chance.random() < 0.1:
        return [chance.choice(values)]
    sent = {field: chance.choice(values) for field in chance.choices(STATE_FIELDS, k=chance.randint(1, 6))}
    if chance.random() < 0.3:
        sent["filters"] = _filters(chance)
    if name == "page:room":
        sent |= {
            "room": chance.choice(("catalogue", "insights", "x")),
            "do": chance.choice(("open", "poll", "draft", "x", "look", "finish")),
        }
    return [sent]


def _filters(chance: random.Random) -> dict[str, Any]:
    return {
        chance.choice(FILTERS): chance.choice((*ODD, *TEXTS[:30], "5..1", "..", "nan..inf"))
        for _ in range(chance.randint(0, 3))
    }
