"""Ways to damage a file: each takes its bytes and a seeded chance."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from tests.trust.picture_seeds import good_pictures


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 40))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _head_changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(min(64, len(changed)))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _hole(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 200) :]


def _number_changed(data: bytes, chance: random.Random) -> bytes:
    """Four bytes that may be a length or a size become an extreme one."""
    at = chance.randrange(max(1, len(data) - 4))
    value = chance.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
    return data[:at] + struct.pack(chance.choice("<>") + "I", value) + data[at + 4 :]


def _spliced(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(list(good_pictures().values()))
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.randint(1, 400)] * chance.randint(2, 50) + data[start:]


def _noise(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(min(600, len(data)))
    return data[:start] + chance.randbytes(chance.randint(1, 500)) + data[start:]


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped,
    _head_changed,
    _cut,
    _hole,
    _number_changed,
    _spliced,
    _doubled,
    _noise,
)
