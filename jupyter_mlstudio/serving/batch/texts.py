"""Reads CSV and JSON lines: at once where every value is what it should be, else value by value."""

import csv
import io
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.batch.values import array_of, from_text, judged

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"]
"""What stands for a missing number; of texts only the empty one does."""
LOOK = 2**20
"""Bytes at the beginning of a file by which the types of carried columns are judged."""

Wrong = tuple[int, str | None, str]


@dataclass(frozen=True)
class CsvForm:
    """How a CSV file is written."""

    names: list[str]
    delimiter: str


def csv_form(path: Path) -> CsvForm:
    """Read the header line."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file, delimiter=delimiter), [])
    if len(set(names)) < len(names):
        double = next(name for number, name in enumerate(names) if name in names[:number])
        raise InvalidError(f"source: column {double!r} is there twice in {path.name}.")
    return CsvForm(names, delimiter)


def csv_schema(path: Path) -> "pa.Schema":
    """Judge the types by the first rows."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    form = csv_form(path)
    convert = arrow_csv.ConvertOptions(null_values=MISSING)
    try:
        with arrow_csv.open_csv(
            path,
            arrow_csv.ReadOptions(block_size=LOOK, use_threads=False),
            _parsing(form, []),
            convert,
        ) as reader:
            types = [pa.string() if pa.types.is_null(field.type) else field.type for field in reader.schema]
    except (pa.ArrowInvalid, StopIteration):
        types = [pa.string()] * len(form.names)
    return pa.schema(list(zip(form.names, types, strict=True)))


def read_csv(
    content: bytes,
    form: CsvForm,
    columns: Sequence[str],
    types: "Mapping[str, pa.DataType]",
    loose: Container[str] = (),
) -> "tuple[pa.Table, list[Wrong]]":
    """Read lines of CSV without a header; rows that are none become empty rows, and are told of."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    try:
        convert = arrow_csv.ConvertOptions(column_types=dict(types), include_columns=list(columns), null_values=MISSING)
        reading = arrow_csv.ReadOptions(column_names=form.names, use_threads=False)
        table = arrow_csv.read_csv(io.BytesIO(content), reading, _parsing(form), convert)
        return _without_empty(table), []
    except pa.ArrowInvalid:
        return _one_by_one(content, form, columns, types, loose)


def _parsing(form: CsvForm, skipped: list[Any] | None = None) -> Any:
    from pyarrow import csv as arrow_csv

    def skip(row: Any) -> str:
        if skipped is None:
            return "error"
        skipped.append(row)
        return "skip"

    return arrow_csv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=skip)


def _one_by_one(
    content: bytes, form: CsvForm, columns: Sequence[str], types: "Mapping[str, pa.DataType]", loose: Container[str]
) -> "tuple[pa.Table, list[Wrong]]":
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    skipped: list[Any] = []
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(columns, pa.string()), include_columns=list(columns), check_utf8=False
    )
    reading = arrow_csv.ReadOptions(column_names=form.names, use_threads=False)
    table = arrow_csv.read_csv(io.BytesIO(content), reading, _parsing(form, skipped), convert)
    table, wrong = _with_gaps(table, skipped)
    arrays = []
    for name in columns:
        array, found = from_text(name, table[name].combine_chunks(), types[name], MISSING, loose=name in loose)
        arrays.append(array)
        wrong += found
    return _without_empty(pa.table(arrays, names=list(columns))), wrong


def _with_gaps(table: "pa.Table", skipped: list[Any]) -> "tuple[pa.Table, list[Wrong]]":
    """Put an empty row where a line was no row, so that all others keep their places."""
    import pyarrow as pa

    if not skipped:
        return table, []
    reasons = {
        row.number - 1: f"The line has {row.actual_columns} values; {row.expected_columns} were expected."
        for row in skipped
    }
    kept = iter(range(table.num_rows))
    places = [None if row in reasons else next(kept) for row in range(table.num_rows + len(reasons))]
    return table.take(pa.array(places, pa.int64())), [(row, None, reason) for row, reason in sorted(reasons.items())]


def _without_empty(table: "pa.Table") -> "pa.Table":
    """Take empty texts for missing ones."""
    import pyarrow as pa
    from pyarrow import compute

    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(place)
            if compute.any(compute.equal(column, "")).as_py():
                nothing = pa.scalar(None, pa.string())
                table = table.set_column(place, field, compute.if_else(compute.equal(column, ""), nothing, column))
    return table


def lines_schema(path: Path) -> "pa.Schema":
    """Judge the columns and types by the first rows."""
    import pyarrow as pa
    from pyarrow import json as arrow_json

    with path.open("rb") as file:
        begin = file.read(LOOK)
    begin = begin[: begin.rfind(b"\n") + 1] or begin
    try:
        found = arrow_json.read_json(io.BytesIO(begin)).schema
    except pa.ArrowInvalid:
        rows = [row for row in _objects(begin)[0] if row is not None]
        names = dict.fromkeys(name for row in rows for name in row)
        return pa.schema([(name, judged(row.get(name) for row in rows)) for name in names])
    types = [pa.string() if pa.types.is_null(field.type) else field.type for field in found]
    return pa.schema(list(zip(found.names, types, strict=True)))


def read_lines(
    content: bytes, columns: Sequence[str], types: "Mapping[str, pa.DataType]", loose: Container[str] = ()
) -> "tuple[pa.Table, list[Wrong]]":
    """Read JSON objects, one a line; what is none becomes an empty row, and is told of."""
    import pyarrow as pa
    from pyarrow import json as arrow_json

    schema = pa.schema([(name, types[name]) for name in columns])
    try:
        parsing = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
        reading = arrow_json.ReadOptions(block_size=max(len(content), 1), use_threads=False)
        table = arrow_json.read_json(io.BytesIO(content), reading, parsing)
        return table.select(list(columns)), []
    except pa.ArrowInvalid:
        rows, wrong = _objects(content)
        arrays = []
        for name in columns:
            values = [None if row is None else row.get(name) for row in rows]
            array, found = array_of(name, values, types[name], loose=name in loose)
            arrays.append(array)
            wrong += found
        return pa.table(arrays, names=list(columns)), wrong


def _objects(content: bytes) -> tuple[list[dict[str, Any] | None], list[Wrong]]:
    rows: list[dict[str, Any] | None] = []
    wrong: list[Wrong] = []
    for line in content.splitlines():
        if not line.strip():
            continue
        row = None
        try:
            row = json.loads(line)
            reason = "" if isinstance(row, dict) else "The line is no JSON object."
        except (ValueError, RecursionError) as error:
            reason = f"The line is not JSON: {error}."
        if reason:
            wrong.append((len(rows), None, reason))
        rows.append(None if reason else row)
    return rows, wrong
