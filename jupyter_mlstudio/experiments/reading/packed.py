"""One body with a header as JSON and columns as plain buffers: the browser reads it without copying a number.

`b"MLSP"`, version and length of the header (uint32, little endian), the header padded with spaces, then the buffers;
the prefix and each buffer end on a multiple of eight bytes. In the header a buffer is `[offset from the first, bytes]`.
"""

import json
import struct
import sys
from array import array
from typing import Any

from pydantic_core import to_json

MAGIC = b"MLSP"
VERSION = 1
MEDIA_TYPE = "application/vnd.mlstudio.packed"
PREFIX = struct.Struct("<4sII")
ALIGNED = 8

Place = list[int]
"""Where a buffer is: its offset from the first buffer, and its bytes."""


class Packer:
    """Collects buffers, and says where each of them will be."""

    def __init__(self) -> None:
        self._buffers: list[bytes] = []
        self._length = 0

    def put(self, values: "array[Any]") -> Place:
        """Add a buffer and return its place."""
        if sys.byteorder == "big":
            values = values[:]
            values.byteswap()
        content = values.tobytes()
        place = [self._length, len(content)]
        self._buffers.append(content)
        if padding := -len(content) % ALIGNED:
            self._buffers.append(bytes(padding))
        self._length += len(content) + padding
        return place

    def body(self, header: dict[str, Any]) -> bytes:
        """Return the whole body."""
        try:
            text = to_json(header, inf_nan_mode="null")
        except ValueError:  # a name with half a character, which only escapes can carry
            text = json.dumps(header).encode()
        text += b" " * (-(PREFIX.size + len(text)) % ALIGNED)
        return b"".join([PREFIX.pack(MAGIC, VERSION, len(text)), text, *self._buffers])


class Packed:
    """A body that is read again."""

    def __init__(self, body: bytes) -> None:
        magic, version, length = PREFIX.unpack_from(body)
        if (magic, version) != (MAGIC, VERSION):
            raise ValueError("This is no packed body of a version that is known.")
        self.header: dict[str, Any] = json.loads(body[PREFIX.size : PREFIX.size + length])
        self._body, self._first = body, PREFIX.size + length

    def buffer(self, place: Place, form: str) -> "array[Any]":
        """Return a buffer as numbers; `form` is the letter that `array` knows."""
        values: array[Any] = array(form)
        begin = self._first + place[0]
        values.frombytes(self._body[begin : begin + place[1]])
        if sys.byteorder == "big":
            values.byteswap()
        return values
