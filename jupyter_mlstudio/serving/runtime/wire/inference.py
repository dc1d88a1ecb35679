"""The Open Inference Protocol, version 2, over HTTP: columns as tensors, with its extension for binary ones."""

from typing import Any, NoReturn

import msgspec

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Predictor, Question, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import to_json
from jupyter_mlstudio.serving.runtime.wire.arrays import (
    guessed,
    rows_of_cells,
    rows_of_columns,
    rows_of_lists,
    rows_of_matrix,
)
from jupyter_mlstudio.serving.runtime.wire.columns import checked
from jupyter_mlstudio.serving.runtime.wire.exact import rows_of_table
from jupyter_mlstudio.serving.runtime.wire.forms import Table, load_json
from jupyter_mlstudio.serving.runtime.wire.invocations import METHOD, method_of, unpacked
from jupyter_mlstudio.serving.runtime.wire.schema import NUMBERS, Schema
from jupyter_mlstudio.serving.runtime.wire.tensors import FAILURES, Blobs, Tensor, outputs_of
from jupyter_mlstudio.serving.runtime.wire.vectors import checked_numbers

MATRIX = 2
BINARY = b"application/octet-stream"
LENGTH = b"inference-header-content-length"
STANDARD = frozenset(
    ["sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "binary_data_output", "content_type"]
)
Inputs = list[tuple[str, list[int], Any]]


class Asked(msgspec.Struct):
    """An output that a request names."""

    name: str
    parameters: dict[str, Any] = {}


class Inference(msgspec.Struct):
    """A request."""

    inputs: list[Tensor]
    outputs: list[Asked] | None = None
    id: str | None = None
    parameters: dict[str, Any] = {}


DECODER = msgspec.json.Decoder(Inference)


def read_inference(exchange: Exchange, predictor: Predictor) -> Question:
    """Make the question of an inference request.

    Raises:
        RefusedError: A tensor is missing, wrong or cut off; it names the tensor.
    """
    body = exchange.body if b"content-encoding" not in exchange.headers else unpacked(exchange)
    told = exchange.headers.get(LENGTH)
    head = _head_length(told, len(body)) if told is not None else len(body)
    request, blobs = _request(body[:head]), Blobs(memoryview(body)[head:])
    inputs = [(tensor.name, tensor.shape, tensor.values(blobs)) for tensor in request.inputs]
    blobs.check_end()
    methods = _methods(request, predictor)
    rows = rows_of_inputs(predictor.schema, inputs)
    params = _params(request)
    if METHOD in params:
        first, params = method_of(params, predictor)
        methods = methods if request.outputs else (first,)
    answer = Answer(exchange, predictor, request, methods)
    kind = BINARY if answer.binary else b"application/json"
    name = request.id or exchange.id
    return Question(rows, methods[0], answer.write, kind, params, name, also=methods[1:])


class Answer:
    """How the answer of one request is written."""

    def __init__(self, exchange: Exchange, predictor: Any, request: Inference, methods: tuple[str, ...]) -> None:
        self._methods, self._id = methods, request.id
        self._model = exchange.argument.get("model", "")
        self._version = exchange.argument.get("version") or getattr(predictor, "version", "1")
        always = bool(request.parameters.get("binary_data_output"))
        asked = {each.name: bool(each.parameters.get("binary_data", always)) for each in request.outputs or ()}
        self._binary = [asked.get(method, always) for method in methods]
        self.binary = any(self._binary)

    def write(self, raw: Any) -> bytes | tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
        """Write tensors as JSON, or as JSON with bytes behind it."""
        answers = raw if len(self._methods) > 1 else (raw,)
        outputs, blobs = [], []
        for method, binary, answer in zip(self._methods, self._binary, answers, strict=True):
            for output in outputs_of(method, answer):
                told, blob = output.written(binary=binary)
                outputs.append(told)
                blobs.append(blob)
        content: dict[str, Any] = {"model_name": self._model, "model_version": self._version, "outputs": outputs}
        if self._id is not None:
            content["id"] = self._id
        head = to_json(content)
        if not self.binary:
            return head
        length = (b"Inference-Header-Content-Length", str(len(head)).encode())
        return head + b"".join(blobs), (length,)


def rows_of_inputs(schema: Schema, inputs: Inputs) -> Rows:
    """Read rows from tensors; a single matrix stands for all columns in their order."""
    name, shape, values = inputs[0]
    if schema.tensor is not None or (not schema.fields and len(inputs) == 1):
        return _array(schema, shape, values)
    if len(inputs) == 1 and len(shape) == MATRIX and name not in schema.known:
        return _matrix(schema, shape, values)
    lengths = {name: shape[0] for name, shape, _ in inputs}
    if len(set(lengths.values())) > 1:
        raise RefusedError("ragged", f"The inputs differ in length: {lengths}.")
    for name, shape, _ in inputs:
        if len(shape) > MATRIX or (len(shape) == MATRIX and shape[1] != 1):
            told = f"Input {name!r}: the shape must be [rows] or [rows, 1]; it is {shape}."
            raise RefusedError("shape", told, column=name)
    return _columns(schema, [name for name, _, _ in inputs], [values for _, _, values in inputs], inputs[0][1][0])


def _columns(schema: Schema, names: list[str], lists: list[Any], count: int) -> Rows:
    schema.check_count(count)
    if not schema.fields:
        rows = rows_of_columns([guessed(_list(values)) for values in lists], count)
        rows.names = names
        return rows
    if schema.names:
        places = schema.places(names)
        lists = [[None] * count if place is None else lists[place] for place in places]
    elif len(lists) != len(schema.fields):
        raise RefusedError("width", f"A row has {len(lists)} values; the model wants {len(schema.fields)}.")
    pairs = list(zip(schema.fields, lists, strict=True))
    if all(not isinstance(values, list) and field.type in NUMBERS for field, values in pairs):
        return rows_of_columns([_numbers(field, values) for field, values in pairs], count)
    return rows_of_lists(schema, [checked(field, _list(values), text=False) for field, values in pairs], count)


def _matrix(schema: Schema, shape: list[int], values: Any) -> Rows:
    count, width = shape
    if width != len(schema.fields):
        told = f"A row has {width} values; the model wants {len(schema.fields)}."
        raise RefusedError("width", told, expected=schema.names)
    if not schema.numbers:
        columns = [values[number::width] for number in range(width)]
        return _columns(schema, schema.names or [str(number) for number in range(width)], columns, count)
    schema.check_count(count)
    if isinstance(values, list) and set(map(type, values)) <= {float}:
        return rows_of_cells(schema, list(zip(*[iter(values)] * width, strict=True)))
    if isinstance(values, list):
        lists = [checked(field, values[number::width], text=False) for number, field in enumerate(schema.fields)]
        return rows_of_lists(schema, lists, count)
    return rows_of_matrix(schema, _checked_matrix(schema, values.astype("float64").reshape(count, width)))


def _checked_matrix(schema: Schema, matrix: Any) -> Any:
    import numpy as np

    if not np.isfinite(matrix).all():
        for number, field in enumerate(schema.fields):
            checked_numbers(field, matrix[:, number])
    return matrix


def _array(schema: Schema, shape: list[int], values: Any) -> Rows:
    """Read a model's one array, or any array for a model that does not say what it takes."""
    import numpy as np

    schema.check_count(shape[0])
    if schema.tensor is not None and not isinstance(values, list) and _fits(schema.tensor, shape, values):
        return rows_of_matrix(schema, values.reshape(shape))
    nested = np.array(_list(values), dtype=object if isinstance(values, list) else None).reshape(shape).tolist()
    return rows_of_table(schema, Table(None, [], shape[0], nested=nested))


def _fits(field: Field, shape: list[int], values: Any) -> bool:
    """Tell whether an array can be taken as it is for a matrix of numbers; if not, somebody else finds out why."""
    import numpy as np

    fits = len(shape) == len(field.shape) == MATRIX and field.shape[1] in (-1, shape[1])
    safe = values.dtype.kind in "fiu" and np.can_cast(values.dtype, field.dtype, "same_kind")
    return fits and safe and bool(np.isfinite(values).all())


def _numbers(field: Field, values: Any) -> Any:
    if values.dtype.kind == "b":
        checked(field, values.tolist(), text=False)  # that is refused, with words
    return checked_numbers(field, values)


def _list(values: Any) -> list[Any]:
    """Return values as a list, NaN as null."""
    if isinstance(values, list):
        return values
    listed: list[Any] = values.tolist()
    if values.dtype.kind != "f":
        return listed
    return [None if value != value else value for value in listed]  # noqa: PLR0124  # that is NaN


def _methods(request: Inference, predictor: Predictor) -> tuple[str, ...]:
    """Return the methods that a request asks for by naming outputs; the first one if it names none."""
    names = tuple(dict.fromkeys(each.name for each in request.outputs or ())) or predictor.methods[:1]
    for name in names:
        if name not in predictor.methods:
            told = f"The model has no output {name[:80]!r}; it has {', '.join(predictor.methods)}."
            raise RefusedError("unknown_output", told, expected=list(predictor.methods))
    return names


def _params(request: Inference) -> dict[str, Any]:
    """Return parameters that are the model's own, not the protocol's."""
    return {name: value for name, value in request.parameters.items() if name not in STANDARD}


def _head_length(told: bytes, length: int) -> int:
    if not told.isdigit() or int(told) > length:
        raise RefusedError(
            "cut_off", f"Inference-Header-Content-Length is {told[:20].decode('latin-1')}, the body {length}."
        )
    return int(told)


def _request(content: bytes) -> Inference:
    try:
        request: Inference = DECODER.decode(content)
    except FAILURES:
        _refuse_form(load_json(content))
    if not request.inputs:
        _refuse_form({})
    names = [tensor.name for tensor in request.inputs]
    if len(set(names)) < len(names):
        double = next(name for number, name in enumerate(names) if name in names[:number])
        raise RefusedError("duplicate_column", f"Input {double!r} is there twice.", column=double)
    return request


def _refuse_form(content: dict[str, Any]) -> NoReturn:
    """Say what is wrong with a request that is JSON, but none of the protocol's."""
    inputs = content.get("inputs")
    if not isinstance(inputs, list) or not inputs or not all(isinstance(item, dict) for item in inputs):
        raise RefusedError("form", 'The body must hold "inputs", a list with one tensor a column.')
    for number, item in enumerate(inputs):
        fits = isinstance(item.get("name"), str) and isinstance(item.get("datatype"), str)
        shape = item.get("shape")
        if not fits or not isinstance(shape, list) or not all(type(size) is int for size in shape):
            told = 'it needs "name", "shape" (a list of lengths), "datatype" and "data".'
            name = item.get("name") if isinstance(item.get("name"), str) else number
            raise RefusedError("form", f"Input {name!r}: {told}", column=str(name))
    told = '"outputs" must be a list of objects with a name, "id" a text, "parameters" an object.'
    raise RefusedError("form", told)
