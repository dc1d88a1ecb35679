"""Tensors of the Open Inference Protocol, in JSON and as bytes behind it, and what a model answers as tensors."""

import math
import struct
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import msgspec

from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import plain

DTYPES = {
    "BOOL": "?",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
    **{f"INT{8 * size}": f"<i{size}" for size in (1, 2, 4, 8)},
    **{f"UINT{8 * size}": f"<u{size}" for size in (1, 2, 4, 8)},
}
KNOWN = {"BYTES", *DTYPES}
NAMES = {("b", 1): "BOOL", **{(kind[1], int(kind[2])): name for name, kind in DTYPES.items() if name != "BOOL"}}
FLOATS = msgspec.json.Decoder(list[float])
DECODERS: dict[str, Any] = {
    **{name: msgspec.json.Decoder(list[int]) for name in DTYPES},
    "FP16": FLOATS,
    "FP32": FLOATS,
    "FP64": FLOATS,
    "BOOL": msgspec.json.Decoder(list[bool]),
    "BYTES": msgspec.json.Decoder(list[str]),
}
MOST_LISTED = 2048
LENGTH = struct.Struct("<I")
FAILURES = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Tensor(msgspec.Struct, gc=False):
    """One input as it is written in a request."""

    name: str
    shape: list[int]
    datatype: str
    data: msgspec.Raw = msgspec.Raw()
    parameters: dict[str, Any] = {}

    def values(self, blobs: "Blobs") -> Any:
        """Return what it holds, flat: an array of numbers if it came as bytes, else a list.

        Raises:
            RefusedError: Its datatype is not known, or its shape does not fit what it holds.
        """
        self._check()
        size = self.parameters.get("binary_data_size")
        values = self._listed() if size is None else self._unpacked(blobs.take(self.name, size))
        if math.prod(self.shape) != len(values):
            told = f"the shape {self.shape} holds {math.prod(self.shape)} values, the data {len(values)}."
            raise RefusedError("shape", f"Input {self.name!r}: {told}", column=self.name)
        return values

    def _check(self) -> None:
        if self.datatype not in KNOWN:
            told = f"the datatype {self.datatype[:40]!r} is not known. Use one of {', '.join(sorted(KNOWN))}."
            raise RefusedError("datatype", f"Input {self.name!r}: {told}", column=self.name)
        if not self.shape or min(self.shape) < 0:
            raise RefusedError("shape", f"Input {self.name!r}: the shape must be a list of lengths.", column=self.name)

    def _listed(self) -> Any:
        data = bytes(self.data)
        if not data:
            raise RefusedError("form", f'Input {self.name!r} needs "data".', column=self.name)
        try:
            values: list[Any] = DECODERS[self.datatype].decode(data)
            if len(values) > MOST_LISTED and self.datatype in ("FP64", "FP32"):
                return _packed_floats(values)
        except FAILURES:
            values = _flat(self.name, data)
        if self.datatype == "BYTES" and self.parameters.get("content_type") == "base64":
            return [_decoded(self.name, value) for value in values]
        return values

    def _unpacked(self, blob: memoryview) -> Any:
        import numpy as np

        if self.datatype == "BYTES":
            return list(_texts(self.name, blob))
        dtype = np.dtype(DTYPES[self.datatype])
        if len(blob) % dtype.itemsize:
            told = f"{len(blob)} bytes are no whole number of {self.datatype}."
            raise RefusedError("shape", f"Input {self.name!r}: {told}", column=self.name)
        return np.frombuffer(blob, dtype=dtype)


class Blobs:
    """The bytes that follow the JSON of a request, taken in the order of its inputs."""

    def __init__(self, content: memoryview) -> None:
        self._content, self._at = content, 0

    def take(self, name: str, size: Any) -> memoryview:
        """Return the next so many bytes."""
        if type(size) is not int or size < 0 or self._at + size > len(self._content):
            left = len(self._content) - self._at
            told = f"binary_data_size is {str(size)[:20]}, but {left} bytes are left of the body."
            raise RefusedError("cut_off", f"Input {name!r}: {told}", column=name)
        self._at += size
        return self._content[self._at - size : self._at]

    def check_end(self) -> None:
        """Refuse a body that holds more than its inputs say."""
        if self._at != len(self._content):
            raise RefusedError("form", f"{len(self._content) - self._at} bytes of the body belong to no input.")


class Output(msgspec.Struct):
    """One tensor of an answer: an array of numbers, or a list of texts."""

    name: str
    shape: list[int]
    datatype: str
    values: Any

    def written(self, *, binary: bool) -> tuple[dict[str, Any], bytes]:
        """Return what goes into the JSON, and what behind it."""
        told: dict[str, Any] = {"name": self.name, "shape": self.shape, "datatype": self.datatype}
        if not binary:
            listed = self.values if isinstance(self.values, list) else self.values.tolist()
            return {**told, "data": listed}, b""
        blob = _packed(self.values) if isinstance(self.values, list) else self.values.tobytes()
        return {**told, "parameters": {"binary_data_size": len(blob)}}, blob


def outputs_of(method: str, raw: Any) -> list[Output]:
    """Describe what a model answered as tensors; a table gives one a column."""
    if hasattr(raw, "dtype") and hasattr(raw, "ravel") and (raw.dtype.kind, raw.dtype.itemsize) in NAMES:
        return [Output(method, list(raw.shape), NAMES[raw.dtype.kind, raw.dtype.itemsize], raw.ravel())]
    if isinstance(raw, dict):
        return [output for name, column in raw.items() for output in outputs_of(str(name), column)]
    answer = plain(raw)
    if isinstance(answer, list) and answer and isinstance(answer[0], dict):
        return [_described(str(name), [row.get(name) for row in answer]) for name in answer[0]]
    return [_described(method, answer if isinstance(answer, list) else [answer])]


def _described(name: str, values: list[Any]) -> Output:
    import numpy as np

    shape, flat = [len(values)], values
    while flat and all(isinstance(value, list) for value in flat) and len({*map(len, flat)}) == 1:
        shape.append(len(flat[0]))
        flat = [cell for value in flat for cell in value]
    kinds = set(map(type, flat))
    dtype = "bool" if kinds == {bool} else "int64" if kinds == {int} else "float64"
    if kinds <= {bool} or kinds <= {int, float, type(None)}:
        try:
            array = np.array(flat, dtype=dtype)
            return Output(name, shape, NAMES[array.dtype.kind, array.dtype.itemsize], array)
        except OverflowError:
            pass
    return Output(name, shape, "BYTES", [_text(value) for value in flat])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else str(value)


def _packed_floats(values: list[float]) -> Any:
    import numpy as np

    return np.frombuffer(struct.pack(f"{len(values)}d", *values), dtype="float64")


def _packed(values: list[str | None]) -> bytes:
    encoded = [b"" if value is None else value.encode() for value in values]
    return b"".join(LENGTH.pack(len(value)) + value for value in encoded)


def _texts(name: str, blob: memoryview) -> Iterator[str]:
    """Read texts, each behind four bytes that hold its length."""
    at = 0
    while at < len(blob):
        begin = at + LENGTH.size
        size = LENGTH.unpack_from(blob, at)[0] if begin <= len(blob) else len(blob)
        at = begin + size
        if at > len(blob):
            raise RefusedError("cut_off", f"Input {name!r}: the last text is cut off.", column=name)
        try:
            yield str(blob[begin:at], "utf-8")
        except UnicodeDecodeError:
            raise RefusedError("not_utf8", f"Input {name!r} holds a text that is not UTF-8.", column=name) from None


def _flat(name: str, data: bytes) -> list[Any]:
    """Read data of any nesting, and of any types, which are checked later."""
    try:
        values: list[Any] = msgspec.json.decode(data)
        if not isinstance(values, list):
            raise RefusedError("form", f'Input {name!r}: "data" must be a list.', column=name)
        while any(isinstance(value, list) for value in values):
            values = [cell for value in values for cell in (value if isinstance(value, list) else [value])]
    except FAILURES:
        raise RefusedError("type", f"Input {name!r} holds data that cannot be read.", column=name) from None
    return values


def _decoded(name: str, value: Any) -> str:
    try:
        return b64decode(value, validate=True).decode()
    except (ValueError, TypeError):
        raise RefusedError("type", f"Input {name!r} holds a value that is not base64.", column=name) from None
