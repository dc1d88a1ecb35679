"""Rows as CSV: with a header line, or without one, as SageMaker's callers send them."""

import csv
import io

from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.arrow import rows_of_arrow_table
from jupyter_mlstudio.serving.runtime.wire.exact import rows_of_table
from jupyter_mlstudio.serving.runtime.wire.forms import Table, check_names, check_widths
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

LARGE = 2**15
ARROW = {"double": "float64", "float": "float64", "long": "int64", "integer": "int32", "boolean": "bool_"}
"""What Arrow reads a type as; everything else is read as text and checked here."""
TRUE, FALSE = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]


def rows_of_csv(schema: Schema, body: bytes, header: bool | None) -> Rows:
    """Read rows from CSV; empty cells are nulls.

    Args:
        schema: What the model wants.
        body: What was sent.
        header: Whether the first line names the columns; None if the sender did not say.
    """
    if len(body) > LARGE and header is not False and (found := _quick(schema, body)) is not None:
        return found
    lines = _lines(body)
    if not lines:
        raise RefusedError("malformed", "The body is empty. Send a header line and at least one row.")
    if header is None:
        header = _has_header(schema, lines[0])
    names = lines.pop(0) if header else _names(schema, len(lines[0]))
    if names is not None:
        check_names(names)
    check_widths(lines, len(names) if names is not None else len(lines[0]))
    columns = [[cell if cell != "" else None for cell in column] for column in zip(*lines, strict=True)]
    return rows_of_table(schema, Table(names, columns or [[] for _ in names or []], len(lines), text=True))


def _quick(schema: Schema, body: bytes) -> Rows | None:
    """Read a large body with a header as Arrow does; None if it finds anything unusual."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    lowered = body.lower()
    if not schema.names or b"nan" in lowered or b"inf" in lowered:  # numbers to Arrow, but not to us
        return None
    types = {field.name: getattr(pa, ARROW.get(field.type, "string"))() for field in schema.fields}
    told = arrow_csv.ConvertOptions(
        column_types=types, null_values=[""], strings_can_be_null=True, true_values=TRUE, false_values=FALSE
    )
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body), arrow_csv.ReadOptions(use_threads=False), convert_options=told
        )
        return rows_of_arrow_table(schema, table)
    except (pa.ArrowException, ValueError, RefusedError):  # the slow way finds the words for it, or knows better
        return None


def _lines(body: bytes) -> list[list[str]]:
    try:
        return [line for line in csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True) if line]
    except UnicodeDecodeError:
        raise RefusedError("not_utf8", "The body is not UTF-8 text. Encode it as UTF-8.") from None
    except csv.Error as error:
        raise RefusedError("malformed", f"The body is not CSV: {error}.") from None


def _has_header(schema: Schema, first: list[str]) -> bool:
    """Tell whether a first line names columns: not if it has as many cells as there are columns, and reads as a row.

    Where all columns are texts, any line would; then there must be a header, or the sender must say that there is none.
    """
    if schema.tensor is not None:
        return not _reads(schema, first)
    if not schema.names or schema.known & set(first):
        return True
    texts = all(field.type in ("string", "any") for field in schema.fields)
    return texts or len(first) != len(schema.fields) or not _reads(schema, first)


def _reads(schema: Schema, line: list[str]) -> bool:
    table = Table(schema.names or None, [[cell if cell != "" else None] for cell in line], 1, text=True)
    try:
        rows_of_table(schema, table)
    except RefusedError:
        return False
    return True


def _names(schema: Schema, width: int) -> list[str] | None:
    """Return the names of columns that came without them."""
    if not schema.names:
        return None
    if width != len(schema.names):
        told = f"A row has {width} values; the model wants {len(schema.names)}."
        raise RefusedError("width", told, expected=schema.names)
    return schema.names
