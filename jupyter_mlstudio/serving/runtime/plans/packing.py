"""Writes a plan as one JSON document and one file of arrays, which a worker maps instead of reading."""

import json
import mmap
from pathlib import Path
from typing import Any

ARRAYS = "arrays.bin"
PREPARED = "prepared.json"
FAILED = "failed.json"
VERSION = 1
ALIGNED = 64

Spec = dict[str, Any]
"""A part of a plan: JSON, and arrays between."""


def write(folder: Path, head: Spec, content: Spec) -> None:
    """Write a plan into its folder; the JSON comes last and atomically, so that it stands for a whole plan.

    `head` is what others read of it: the digest of the model, and the report.
    """
    from jupyter_mlstudio.core.files import write_atomically

    folder.mkdir(parents=True, exist_ok=True)
    arrays: list[Any] = []
    told = _taken_apart(content, arrays)
    places, end = [], 0
    with (folder / ARRAYS).open("wb") as file:
        for array in arrays:
            file.write(b"\0" * (-end % ALIGNED))
            start = end + -end % ALIGNED
            file.write(array.tobytes())
            end = start + array.nbytes
            places.append([array.dtype.str, list(array.shape), start])
    write_atomically(folder / PREPARED, json.dumps({"version": VERSION, **head, "arrays": places, "content": told}))


def read(folder: Path, digest: str) -> Spec | None:
    """Read the plan of a folder, its arrays mapped from disk; None if there is none for these files."""
    try:
        document = json.loads((folder / PREPARED).read_bytes())
    except FileNotFoundError:
        return None
    if document.get("version") != VERSION or document.get("digest") != digest:
        return None
    content: Spec = {"report": document["report"]}
    content |= _put_together(document["content"], _mapped(folder / ARRAYS, document["arrays"]))
    return content


def _mapped(path: Path, places: list[list[Any]]) -> list[Any]:
    if not places:
        return []
    import numpy as np

    with path.open("rb") as file:
        size = path.stat().st_size
        content = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
    found = []
    for kind, shape, start in places:
        dtype, count = np.dtype(kind), 1
        for length in shape:
            count *= length
        array = np.frombuffer(content, dtype, count, start) if count else np.empty(0, dtype)
        found.append(array.reshape(shape))
    return found


def _taken_apart(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, dict):
        return {key: _taken_apart(each, arrays) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_taken_apart(each, arrays) for each in value]
    if not hasattr(value, "dtype"):
        return value
    if not value.ndim:
        return value.item()
    if value.dtype.kind in "OU":
        return {"$list": value.tolist(), "kind": value.dtype.kind}
    arrays.append(value if value.flags.c_contiguous else value.copy(order="C"))
    return {"$array": len(arrays) - 1}


def _put_together(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, dict):
        if "$array" in value:
            return arrays[value["$array"]]
        if "$list" in value:
            import numpy as np

            return np.array(value["$list"], dtype=object if value["kind"] == "O" else str)
        return {key: _put_together(each, arrays) for key, each in value.items()}
    return [_put_together(each, arrays) for each in value] if isinstance(value, list) else value
