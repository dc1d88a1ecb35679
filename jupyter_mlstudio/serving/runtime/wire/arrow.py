"""Tables in Arrow's own form and in Parquet: column by column into NumPy, without a copy where there need be none."""

from typing import Any, NoReturn

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import items
from jupyter_mlstudio.serving.runtime.wire.arrays import array_of, guessed, rows_of_columns, rows_of_matrix
from jupyter_mlstudio.serving.runtime.wire.columns import checked, refuse_missing
from jupyter_mlstudio.serving.runtime.wire.schema import NUMBERS, WANTED, Schema
from jupyter_mlstudio.serving.runtime.wire.vectors import checked_numbers

STREAM = b"application/vnd.apache.arrow.stream"
MAGIC = b"PAR1"


def rows_of_arrow(schema: Schema, body: bytes) -> Rows:
    """Read rows from an Arrow stream, or an Arrow file.

    Raises:
        RefusedError: It is none, or its columns are not those of the model.
    """
    import pyarrow as pa

    try:
        source = pa.ipc.open_file(body) if body.startswith(b"ARROW1") else pa.ipc.open_stream(body)
        table = source.read_all()
        table.validate()
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise RefusedError("malformed", f"The body is no Arrow stream: {_first_line(error)}") from None
    return rows_of_arrow_table(schema, table)


def rows_of_parquet(schema: Schema, body: bytes) -> Rows:
    """Read rows from a Parquet file.

    Raises:
        RefusedError: It is none, or its columns are not those of the model.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(body))
        schema.check_count(file.metadata.num_rows)
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise RefusedError("malformed", f"The body is no Parquet file: {_first_line(error)}") from None
    return rows_of_arrow_table(schema, table)


def rows_of_arrow_table(schema: Schema, table: Any) -> Rows:
    """Hold an Arrow table against the signature; the index that pandas may have stored is left out."""
    schema.check_count(table.num_rows)
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    if schema.tensor is not None:
        return _matrix(schema, [_number(Field(name, "double", True), _whole(table[name])) for name in names])
    if not schema.fields:
        columns = [_plain(_whole(table[name])) for name in names]
        rows = rows_of_columns(columns, table.num_rows)
        rows.names = names
        return rows
    if not schema.names:
        places: list[int | None] = list(range(len(names)))
        if len(names) != len(schema.fields):
            raise RefusedError("width", f"A row has {len(names)} values; the model wants {len(schema.fields)}.")
    else:
        places = schema.places(names)
    columns = [
        array_of(field, [None] * table.num_rows) if place is None else _checked(field, _whole(table[names[place]]))
        for field, place in zip(schema.fields, places, strict=True)
    ]
    return rows_of_columns(columns, table.num_rows)


def to_arrow(raw: Any, method: str) -> bytes:
    """Write an answer as an Arrow stream: one column named after the method, or as many as it has."""
    import pyarrow as pa

    table = _answered(pa, raw, method)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _answered(pa: Any, raw: Any, method: str) -> Any:
    if hasattr(raw, "ndim") and not hasattr(raw, "iloc") and raw.ndim <= 2:  # noqa: PLR2004  # one column or several
        if raw.ndim == 1:
            return pa.table({method: pa.array(raw)})
        return pa.table({f"{method}_{number}": pa.array(column) for number, column in enumerate(raw.T)})
    rows = items(raw)
    if rows and isinstance(rows[0], dict):
        return pa.Table.from_pylist(rows)
    if rows and isinstance(rows[0], list | tuple):
        return pa.table(
            {f"{method}_{number}": pa.array(list(column)) for number, column in enumerate(zip(*rows, strict=True))}
        )
    return pa.table({method: pa.array(rows)})


def _matrix(schema: Schema, columns: list[Any]) -> Rows:
    import numpy as np

    wanted = schema.tensor.shape if schema.tensor is not None else ()
    if len(wanted) != 2 or wanted[1] not in (-1, len(columns)):  # noqa: PLR2004  # a matrix
        raise RefusedError(
            "shape", f"Expected the shape {list(wanted)}, where -1 is any length; got {len(columns)} columns."
        )
    return rows_of_matrix(schema, np.array(columns).T)


def _whole(column: Any) -> Any:
    """Return one array of a column that may have come in parts, its dictionary undone."""
    import pyarrow as pa

    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _checked(field: Field, array: Any) -> Any:
    if array.null_count and field.required:
        refuse_missing(field, _first(array.is_null()))
    if field.type in NUMBERS:
        return _number(field, array)
    known = CHECKS.get(field.type)
    return _plain(array) if known is None else known(field, array)


def _number(field: Field, array: Any) -> Any:
    import pyarrow as pa

    if not (pa.types.is_floating(array.type) or pa.types.is_integer(array.type) or pa.types.is_null(array.type)):
        _refuse_type(field, array)
    return checked_numbers(field, array.to_numpy(zero_copy_only=False))


def _boolean(field: Field, array: Any) -> Any:
    import pyarrow as pa

    if not (pa.types.is_boolean(array.type) or pa.types.is_null(array.type)):
        _refuse_type(field, array)
    return array.to_numpy(zero_copy_only=False)


def _string(field: Field, array: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_string(array.type):
        return array
    kinds = (pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    if not any(kind(array.type) for kind in kinds):
        _refuse_type(field, array)
    return array.cast(pa.string())


def _datetime(field: Field, array: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array_of(field, checked(field, array.to_pylist(), text=False))
    if not (pa.types.is_timestamp(array.type) or pa.types.is_date(array.type) or pa.types.is_null(array.type)):
        _refuse_type(field, array)
    return array.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False)


def _binary(field: Field, array: Any) -> Any:
    import pyarrow as pa

    if not (pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type) or pa.types.is_null(array.type)):
        _refuse_type(field, array)
    return array.to_numpy(zero_copy_only=False)


CHECKS = {"boolean": _boolean, "string": _string, "datetime": _datetime, "binary": _binary}


def _plain(array: Any) -> Any:
    """Take a column as it comes."""
    import pyarrow as pa

    if pa.types.is_string(array.type):
        return array
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type) or pa.types.is_boolean(array.type):
        return array.to_numpy(zero_copy_only=False)
    return guessed(array.to_pylist())


def _first(mask: Any) -> int:
    import pyarrow.compute as pc

    return int(pc.index(mask, True).as_py())


def _refuse_type(field: Field, array: Any) -> NoReturn:
    told = f"Column {field.name!r}: expected {WANTED[field.type]} in every row, got a column of type {array.type}."
    raise RefusedError("type", told, column=field.name, expected=field.type)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["it cannot be read."])[0][:200]
