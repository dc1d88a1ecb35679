"""How logs are cut into records: TensorFlow's record files, and the block format of LevelDB's logs that W&B writes.

Checksums are not verified: computing them in Python costs more than everything else. A log whose end is cut off, as a
killed process leaves it, is read as far as it goes.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from jupyter_mlstudio.core.errors import InvalidError

LENGTH, CHECKED = struct.Struct("<QI"), 4
LARGEST = 1 << 30
"""Bytes that no record has; what claims more is no such file."""

BLOCK = 32_768
HEAD = struct.Struct("<IHB")
MAGIC = b":W&B"
OPENING = 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def tensorflow_records(path: Path) -> Iterator[bytes]:
    """Yield the records of an event file.

    Raises:
        InvalidError: It is no such file.
    """
    with path.open("rb") as file:
        while len(head := file.read(LENGTH.size)) == LENGTH.size:
            length, _ = LENGTH.unpack(head)
            if length > LARGEST:
                raise InvalidError(f"{path.name!r} is no event file, or it is damaged.")
            record = file.read(length)
            if len(record) < length or len(file.read(CHECKED)) < CHECKED:
                return
            yield record


def wandb_records(path: Path) -> Iterator[bytes]:
    """Yield the records of a W&B log.

    Raises:
        InvalidError: It is no such file.
    """
    with path.open("rb") as file:
        if file.read(OPENING)[: len(MAGIC)] != MAGIC:
            raise InvalidError(f"{path.name!r} is no log of W&B.")
        parts: list[bytes] = []
        for kind, part in _pieces(file):
            parts = [part] if kind in (FULL, FIRST) else [*parts, part]
            if kind in (FULL, LAST):
                yield b"".join(parts)
                parts = []


def _pieces(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of records; none of them crosses the end of a block."""
    place = OPENING
    while True:
        left = BLOCK - place % BLOCK
        if left < HEAD.size:
            file.read(left)
            place += left
        head = file.read(HEAD.size)
        if len(head) < HEAD.size:
            return
        _, length, kind = HEAD.unpack(head)
        part = file.read(length)
        if len(part) < length or kind not in (FULL, FIRST, MIDDLE, LAST):
            return
        place += HEAD.size + length
        yield kind, part
