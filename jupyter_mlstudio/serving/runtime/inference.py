"""The Open Inference Protocol, version 2: columns as tensors."""

import base64
import binascii
import math
from typing import Any

from jupyter_mlstudio.serving.runtime.answers import plain
from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.rows import Table

DATATYPES = {
    "boolean": "BOOL",
    "integer": "INT32",
    "long": "INT64",
    "float": "FP32",
    "double": "FP64",
    "string": "BYTES",
    "binary": "BYTES",
    "datetime": "BYTES",
}
MATRIX = 2
TENSORS = {"bool": "BOOL", "str": "BYTES", "object": "BYTES"}
KNOWN = {
    "BOOL",
    "BYTES",
    "FP16",
    "FP32",
    "FP64",
    *(f"{sign}INT{size}" for sign in ("", "U") for size in (8, 16, 32, 64)),
}


def table_of_tensors(content: dict[str, Any], names: list[str]) -> Table:
    """Read the inputs of an inference request; a single matrix stands for all columns in their order."""
    inputs = content.get("inputs")
    if not isinstance(inputs, list) or not inputs or not all(isinstance(item, dict) for item in inputs):
        raise RefusedError("form", 'The body must hold "inputs", a list with one tensor a column.')
    tensors = [_tensor(item) for item in inputs]
    if len(tensors) == 1 and len(tensors[0][1]) == MATRIX and tensors[0][0] not in names:
        return _matrix(tensors[0][1], tensors[0][2], names)
    given = [name for name, _, _ in tensors]
    if len(set(given)) < len(given):
        raise RefusedError("duplicate_column", "An input is there twice.")
    lengths = {name: shape[0] for name, shape, _ in tensors}
    if len(set(lengths.values())) > 1:
        raise RefusedError("ragged", f"The inputs differ in length: {lengths}.")
    return Table(given, [values for _, _, values in tensors], tensors[0][1][0])


def wanted_outputs(content: dict[str, Any], methods: tuple[str, ...]) -> list[str]:
    """Return the methods that a request asks for by naming outputs; the first one if it names none."""
    outputs = content.get("outputs") or [{"name": methods[0]}]
    if not isinstance(outputs, list) or not all(isinstance(item, dict) for item in outputs):
        raise RefusedError("form", '"outputs" must be a list of objects with a name.')
    names = [str(item.get("name")) for item in outputs]
    for name in names:
        if name not in methods:
            told = f"The model has no output {name!r}; it has {', '.join(methods)}."
            raise RefusedError("unknown_output", told, expected=list(methods))
    return names


def output_tensors(method: str, raw: Any) -> list[dict[str, Any]]:
    """Describe what the model answered as tensors; a table gives one a column."""
    answer = plain(raw)
    if answer and isinstance(answer[0], dict):
        return [_described(str(name), [row[name] for row in answer]) for name in answer[0]]
    return [_described(method, answer)]


def model_metadata(
    name: str, version: str, inputs: tuple[Field, ...], outputs: tuple[Field, ...], methods: tuple[str, ...]
) -> dict[str, Any]:
    """Describe the model as the protocol wants it."""
    first = DATATYPES.get(outputs[0].type, "FP64") if len(outputs) == 1 else "FP64"
    return {
        "name": name,
        "versions": [version],
        "platform": "mlflow",
        "inputs": [_input(field, number) for number, field in enumerate(inputs)],
        "outputs": [
            {"name": method, "datatype": "FP64" if number else first, "shape": [-1, -1] if number else [-1]}
            for number, method in enumerate(methods)
        ],
    }


def _input(field: Field, number: int) -> dict[str, Any]:
    datatype = DATATYPES.get(field.type) or TENSORS.get(field.dtype) or _numeric(field.dtype or "float64")
    return {"name": field.name or f"input-{number}", "datatype": datatype, "shape": list(field.shape) or [-1]}


def _numeric(dtype: str) -> str:
    return dtype.upper().replace("FLOAT", "FP")


def _tensor(item: dict[str, Any]) -> tuple[str, list[int], list[Any]]:
    name, shape, datatype, values = (item.get(key) for key in ("name", "shape", "datatype", "data"))
    if not isinstance(name, str) or not isinstance(values, list):
        raise RefusedError("form", 'Every input needs "name", "shape", "datatype" and "data".')
    if datatype not in KNOWN:
        told = f"Input {name!r}: the datatype {datatype!r} is not known. Use one of {', '.join(sorted(KNOWN))}."
        raise RefusedError("datatype", told, column=name)
    if not isinstance(shape, list) or not shape or not all(type(size) is int and size >= 0 for size in shape):
        raise RefusedError("shape", f"Input {name!r}: the shape must be a list of lengths.", column=name)
    flat = _flat(values)
    if math.prod(shape) != len(flat):
        told = f"Input {name!r}: the shape {shape} holds {math.prod(shape)} values, the data {len(flat)}."
        raise RefusedError("shape", told, column=name)
    if len(shape) > MATRIX:
        raise RefusedError("shape", f"Input {name!r}: the shape must be [rows] or [rows, 1].", column=name)
    if datatype == "BYTES" and (item.get("parameters") or {}).get("content_type") == "base64":
        flat = [_decoded(name, value) for value in flat]
    return name, shape, flat


def _matrix(shape: list[int], values: list[Any], names: list[str]) -> Table:
    rows, width = shape
    if names and width != len(names):
        raise RefusedError("width", f"A row has {width} values; the model wants {len(names)}.", expected=names)
    columns = [values[number::width] for number in range(width)]
    return Table(names or None, columns, rows)


def _flat(values: list[Any]) -> list[Any]:
    while any(isinstance(value, list) for value in values):
        values = [cell for value in values for cell in (value if isinstance(value, list) else [value])]
    return values


def _decoded(name: str, value: Any) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (ValueError, TypeError, binascii.Error):
        raise RefusedError("type", f"Input {name!r} holds a value that is not base64.", column=name) from None


def _described(name: str, values: list[Any]) -> dict[str, Any]:
    shape = [len(values)]
    if values and isinstance(values[0], list):
        shape.append(len(values[0]))
    flat = _flat(values)
    kinds = {type(value) for value in flat}
    if kinds <= {bool}:
        datatype = "BOOL"
    elif kinds <= {int}:
        datatype = "INT64"
    elif kinds <= {int, float}:
        datatype = "FP64"
    else:
        datatype, flat = "BYTES", [value if isinstance(value, str) or value is None else str(value) for value in flat]
    return {"name": name, "shape": shape, "datatype": datatype, "data": flat}
