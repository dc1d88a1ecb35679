"""The slow way from what was sent to rows: value by value, so that a refusal can say exactly what is wrong."""

from typing import Any, NoReturn

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.arrays import guessed, rows_of_lists, rows_of_matrix
from jupyter_mlstudio.serving.runtime.wire.columns import checked, shown
from jupyter_mlstudio.serving.runtime.wire.forms import Table
from jupyter_mlstudio.serving.runtime.wire.schema import MOST_CELLS, Schema

MATRIX = 2
KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "f": ((int, float), "a number"),
    "i": ((int,), "a whole number"),
    "u": ((int,), "a whole number"),
    "b": ((bool,), "true or false"),
    "U": ((str,), "a text"),
    "S": ((str,), "a text"),
    "O": ((str,), "a text"),
}


def rows_of_table(schema: Schema, table: Table) -> Rows:
    """Hold a table against the signature.

    Raises:
        RefusedError: A column is missing, too many, or holds a value of another type; it names column and row.
    """
    schema.check_count(table.rows)
    if schema.tensor is not None:
        return _tensor(schema, schema.tensor, table)
    if not schema.fields:
        return _as_it_comes(table)
    if table.rows == 0 and not table.names:
        return Rows(0, [])
    lists = _in_order(schema, table)
    found = [checked(field, values, text=table.text) for field, values in zip(schema.fields, lists, strict=True)]
    for field, values in zip(schema.fields, found, strict=True):
        if field.type == "tensor":
            _check_named_tensor(field, values)
    return rows_of_lists(schema, found, table.rows)


def _in_order(schema: Schema, table: Table) -> list[list[Any]]:
    if table.names is not None:
        missing = [None] * table.rows
        return [missing if place is None else table.columns[place] for place in schema.places(table.names)]
    if len(schema.fields) == len(table.columns) == 1:
        return table.columns  # there is nothing to mix up
    if schema.names:
        schema.refuse_unnamed()
    if len(table.columns) != len(schema.fields):
        told = f"A row has {len(table.columns)} values; the model wants {len(schema.fields)}."
        raise RefusedError("width", told, expected=len(schema.fields))
    return table.columns


def _as_it_comes(table: Table) -> Rows:
    """Take any table; arrays without names are kept as one."""
    if table.names is None:
        content = _content(table)
        return Rows(table.rows, columns=[_array(content)]) if table.rows else Rows(0, [])
    lists = [checked(Field(None, "any", False), values, text=table.text) for values in table.columns]
    if table.rows <= MOST_CELLS:
        return Rows(table.rows, list(zip(*lists, strict=True)), names=table.names)
    return Rows(table.rows, columns=[*map(guessed, lists)], names=table.names)


def _content(table: Table) -> list[Any]:
    return table.nested if table.nested is not None else list(zip(*table.columns, strict=True))


def _tensor(schema: Schema, field: Field, table: Table) -> Rows:
    if not table.rows:
        return Rows(0, [])
    content = _content(table)
    if table.text:
        content = list(
            zip(*(checked(Field("", "double", True), column, text=True) for column in table.columns), strict=True)
        )
    array = _check_tensor(field, content)
    if len(field.shape) == MATRIX:
        return rows_of_matrix(schema, array)
    return Rows(len(array), columns=[array])


def _check_named_tensor(field: Field, content: list[Any]) -> None:
    try:
        _check_tensor(field, content)
    except RefusedError as refusal:
        details = {**refusal.details, "column": field.name}
        raise RefusedError(refusal.reason, f"Column {field.name!r}: {refusal}", **details) from None


def _check_tensor(field: Field, content: list[Any]) -> Any:
    """Return an array of the wanted type and shape."""
    import numpy as np

    wanted = np.dtype(field.dtype)
    types, words = KINDS[wanted.kind]
    for row, item in enumerate(content):
        _check_leaves(item, types, words, row)
    array = _array(content)
    fits = len(array.shape) == len(field.shape) and all(
        size in (-1, given) for size, given in zip(field.shape, array.shape, strict=True)
    )
    if not fits:
        told = f"Expected the shape {list(field.shape)}, where -1 is any length; got {list(array.shape)}."
        raise RefusedError("shape", told, expected=list(field.shape))
    try:
        return np.array(content, dtype=wanted)
    except (OverflowError, ValueError):
        raise RefusedError("type", f"A number does not fit into {field.dtype}.", expected=field.dtype) from None


def _check_leaves(item: Any, types: tuple[type, ...], words: str, row: int) -> None:
    if isinstance(item, list | tuple):
        for part in item:
            _check_leaves(part, types, words, row)
    elif not isinstance(item, types) or (isinstance(item, bool) and bool not in types):
        _refuse_leaf(item, words, row)


def _refuse_leaf(item: Any, words: str, row: int) -> NoReturn:
    got = "null" if item is None else shown(item)
    raise RefusedError("null" if item is None else "type", f"Row {row}: expected {words}, got {got}.", row=row)


def _array(content: list[Any]) -> Any:
    import numpy as np

    try:
        return np.array(content)
    except (ValueError, OverflowError):
        raise RefusedError("ragged", "The rows differ in shape.") from None
