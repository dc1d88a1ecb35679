"""Holds columns of a table against what a model takes, whole columns at a time, and says which rows do not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.batch.values import Wrong, what
from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHOWN = 12
MATRIX = 2


@dataclass(frozen=True)
class Input:
    """One column that the model takes, and where it stands in the table.

    Attributes:
        name: In the table; None if the table has none and needs none.
    """

    field: Field
    name: str | None


def inputs_of(fields: Sequence[Field], schema: "pa.Schema", carried: Sequence[str]) -> list[Input]:
    """Find the model's columns in a table.

    Raises:
        InvalidError: One is missing, or can never fit.
    """
    if not fields:
        return [Input(Field(name, "any", False), name) for name in schema.names if name not in carried]
    if len(fields) == 1 and fields[0].type == "tensor" and fields[0].name is None:
        return _of_matrix(fields[0], schema.names, carried)
    if fields[0].name is None:
        names = _as_many(len(fields), schema.names, carried)
        return [Input(field, name) for field, name in zip(fields, names, strict=True)]
    found = [_found(field, schema.names) for field in fields]
    for each in found:
        if each.name is not None:
            _check_kind(each, schema.field(each.name).type)
    return found


def arrow_type(field: Field) -> "pa.DataType | None":
    """Return the type of Arrow that a column of the model has; None if any will do."""
    import pyarrow as pa

    types = {
        "double": pa.float64(), "float": pa.float32(), "long": pa.int64(), "integer": pa.int32(),
        "boolean": pa.bool_(), "string": pa.string(), "datetime": pa.timestamp("us"), "binary": pa.binary(),
        "tensor": pa.float64(),
    }  # fmt: skip
    return types.get(field.type)


def _of_matrix(field: Field, names: list[str], carried: Sequence[str]) -> list[Input]:
    if len(field.shape) != MATRIX:
        raise InvalidError(f"The model takes arrays of the shape {list(field.shape)}, which a table does not hold.")
    width = field.shape[1] if field.shape[1] > 0 else len([name for name in names if name not in carried])
    single = Field(None, "tensor", required=True, dtype=field.dtype)
    return [Input(single, name) for name in _as_many(width, names, carried)]


def _as_many(width: int, names: list[str], carried: Sequence[str]) -> list[str]:
    rest = [name for name in names if name not in carried]
    for candidates in (rest, names):
        if len(candidates) == width:
            return candidates
    raise InvalidError(
        f"The model's {width} columns have no names, and the table has {len(rest)} beside those that are carried along."
    )


def _found(field: Field, names: list[str]) -> Input:
    if field.name in names:
        return Input(field, field.name)
    if not field.required:
        return Input(field, None)
    near = get_close_matches(str(field.name), names, 1)
    listed = ", ".join(map(repr, names[:SHOWN]))
    hint = f"Did you mean {near[0]!r}?" if near else f"The table has {listed}."
    type_ = arrow_type(field)
    wanted = what(type_) if type_ is not None else field.type
    raise InvalidError(f"source: column {field.name!r} is missing; the model wants {wanted} there. {hint}")


def _check_kind(each: Input, found: "pa.DataType") -> None:
    """Refuse a column that cannot hold a single value that fits."""
    import pyarrow as pa

    wanted = arrow_type(each.field)
    if wanted is None or pa.types.is_null(found):
        return
    number = pa.types.is_integer(found) or pa.types.is_floating(found) or pa.types.is_decimal(found)
    text = pa.types.is_string(_plain(found)) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
    fits = {
        "double": number, "float": number, "long": number, "integer": number, "tensor": number,
        "boolean": pa.types.is_boolean(found), "string": text, "binary": _is_binary(found),
        "datetime": text or pa.types.is_timestamp(found) or pa.types.is_date(found),
    }  # fmt: skip
    if not fits[each.field.type]:
        raise InvalidError(f"source: column {each.name!r} holds {found}; the model wants {what(wanted)} there.")


def _is_binary(type_: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(type_) or pa.types.is_large_binary(type_))


def _plain(type_: "pa.DataType") -> "pa.DataType":
    import pyarrow as pa

    return type_.value_type if pa.types.is_dictionary(type_) else type_


class Fitter:
    """Makes the rows that a model takes of a part of a table."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self._inputs = list(inputs)
        self._names = [str(each.name) for each in inputs] if all(_unsigned(each) for each in inputs) else None

    def fit(self, batch: "pa.RecordBatch", wrong: list[Wrong]) -> Rows:
        """Convert the columns; a value that does not fit is added to what is wrong, and stands there as missing."""
        columns = [self._column(each, batch, wrong) for each in self._inputs]
        return Rows(batch.num_rows, columns=columns, names=self._names)

    def _column(self, each: Input, batch: "pa.RecordBatch", wrong: list[Wrong]) -> Any:
        import pyarrow as pa

        type_ = arrow_type(each.field)
        column = pa.nulls(batch.num_rows, type_) if each.name is None else batch.column(each.name)
        if type_ is not None and column.type != type_:
            column = _cast(each, column, type_, wrong)
        if each.field.required and column.null_count:
            _tell_missing(each, column.is_null(), type_, wrong)
        made = _numpy(column)
        if each.field.type in ("double", "float", "tensor"):
            _tell_infinite(each, made, wrong)
        return made.astype(each.field.dtype) if each.field.dtype and each.field.type == "tensor" else made


def _unsigned(each: Input) -> bool:
    return each.field.type == "any"


def _cast(each: Input, column: "pa.Array", type_: "pa.DataType", wrong: list[Wrong]) -> "pa.Array":
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = column.cast(pa.timestamp("us", "UTC"), safe=False)
    if pa.types.is_floating(type_):
        return column.cast(type_, safe=False)
    try:
        return column.cast(type_, safe=not pa.types.is_timestamp(column.type))
    except pa.ArrowInvalid:
        if pa.types.is_integer(type_):
            return _whole(each, column, type_, wrong)
        from jupyter_mlstudio.serving.batch.values import from_text

        array, found = from_text(str(each.name), compute.cast(column, pa.string()), type_, [])
        wrong += found
        return array


def _whole(each: Input, column: "pa.Array", type_: "pa.DataType", wrong: list[Wrong]) -> "pa.Array":
    """Take whole numbers out of numbers, and tell of the others."""
    import numpy as np
    import pyarrow as pa

    from jupyter_mlstudio.serving.batch.values import reason

    values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    bound = 2.0 ** (type_.bit_width - 1)
    missing = np.asarray(column.is_null())
    with np.errstate(invalid="ignore"):
        bad = ~missing & ~((np.trunc(values) == values) & (values >= -bound) & (values < bound))
    wrong += [(int(row), each.name, reason(str(each.name), type_, float(values[row]))) for row in np.flatnonzero(bad)]
    return pa.array(np.where(bad | missing, 0, values), mask=bad | missing, type=pa.float64()).cast(type_)


def _tell_missing(each: Input, gone: "pa.Array", type_: "pa.DataType | None", wrong: list[Wrong]) -> None:
    import numpy as np

    told = {row for row, name, _ in wrong if name == each.name or name is None}
    wanted = what(type_) if type_ is not None else each.field.type
    sentence = f"Column {each.name!r} has no value; {wanted} is required there."
    wrong += [(int(row), each.name, sentence) for row in np.flatnonzero(np.asarray(gone)) if int(row) not in told]


def _tell_infinite(each: Input, column: "np.ndarray", wrong: list[Wrong]) -> None:
    """Find numbers that are none; a sum tells quickly that there are none of these."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(column.sum()):
            return
    told = {row for row, name, _ in wrong if name == each.name or name is None}
    bad = ~np.isfinite(column) if each.field.required else np.isinf(column)
    for row in np.flatnonzero(bad):
        if int(row) not in told:
            got = "no value" if np.isnan(column[row]) else "infinity"
            wrong.append((int(row), each.name, f"Column {each.name!r}: expected a number, got {got}."))


def _numpy(column: "pa.Array") -> Any:
    """Return an array of NumPy, where there is one for the type; a missing number is NaN then."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    type_ = column.type
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return column.cast(pa.string())
    if pa.types.is_string(type_):
        return column
    if pa.types.is_integer(type_) and column.null_count:
        column = column.cast(pa.float64(), safe=False)
    return column.to_numpy(zero_copy_only=False)


def pick(rows: Rows, places: Any) -> Rows:
    """Take some of the rows: a slice, or an array of their places."""
    import pyarrow as pa

    assert rows.columns is not None
    if isinstance(places, slice):
        count = places.stop - places.start
        columns = [column[places.start : places.stop] for column in rows.columns]
    else:
        count = len(places)
        columns = [
            column.take(pa.array(places)) if isinstance(column, pa.Array) else column[places] for column in rows.columns
        ]
    return Rows(count, columns=columns, names=rows.names)
