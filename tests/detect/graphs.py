"""Writes GraphDefs by hand, one field at a time."""

from __future__ import annotations


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def shape(*sides: int) -> bytes:
    return field(2, b"".join(field(2, field(1, side)) for side in sides))


def node(name: str, op: str, inputs: tuple[str, ...] = (), tensor: bytes | None = None) -> bytes:
    body = field(1, name.encode()) + field(2, op.encode()) + b"".join(field(3, i.encode()) for i in inputs)
    body += field(5, field(1, b"dtype") + field(2, field(6, 1)))
    if tensor is not None:
        body += field(5, field(1, b"value") + field(2, field(8, tensor)))
    return field(1, body)
