"""JSON files: a list of records, or one record a line."""

import json
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.binary import opened
from jupyter_mlstudio.wrangling.sources.dialect import beginning
from jupyter_mlstudio.wrangling.sources.head import Head, identifier, relative, sql_name, sql_text, without_nan
from jupyter_mlstudio.wrangling.sources.types import FileSource, JsonOptions
from jupyter_mlstudio.wrangling.writing import call, meant, quote

READ_AT_ONCE = 64 * 1024 * 1024
_NULLABLE = 'dtype_backend="numpy_nullable"'
_FIRST, _ALL = "infer_schema_length=10_000", "infer_schema_length=None"


def is_lines(path: Path) -> bool:
    """Tell whether a file called .json holds one record a line."""
    lines = beginning(path, 64 * 1024).lstrip(b"\xef\xbb\xbf \t\r\n").splitlines()
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines[:2])
    except ValueError:
        return False


def open_json(path: Path, source: FileSource) -> Head:
    """Open a JSON document that holds a list of records, or lists of values by column.

    Raises:
        InvalidError: It is no JSON, or holds no records where they should be.
    """
    content = _parsed(path)
    options = source.document or JsonOptions(records=_records_of(content))
    shown = quote(relative(path))
    lines = (f"pl.read_json({shown}, {_ALL})", *_unwrapped(path, content, options), ".lazy()")
    table = opened(lines, path, "JSON")
    lines, table = without_nan(lines, table)
    name = identifier(path.name.split(".")[0])
    below = f"[{quote(options.records)}]" if options.records else ""
    return Head(
        lines,
        table,
        name,
        "json",
        source.model_copy(update={"document": options}),
        pandas=(f"pd.DataFrame(json.loads(Path({shown}).read_text()){below})", ".convert_dtypes()"),
        sql=f"read_json({sql_text(relative(path))})" if isinstance(content, list) else sql_name(name),
        sql_reads=isinstance(content, list),
        pandas_imports=("import json", "from pathlib import Path"),
    )


def open_lines(path: Path, source: FileSource, *, whole: bool = False) -> Head:
    """Open a file of one JSON record a line.

    Args:
        path: The file.
        source: What is known of it.
        whole: Read it whole, however large, to know the types of all rows and keys that come late.

    Raises:
        InvalidError: A line is no JSON record.
    """
    import polars as pl

    shown = quote(relative(path))
    small = path.stat().st_size <= READ_AT_ONCE
    first, lines = _scan(shown, _FIRST), _scan(shown, _ALL)
    try:
        known = opened(first, path, "NDJSON")
        table = opened(lines, path, "NDJSON") if whole or small else known
        if table.collect_schema() == known.collect_schema():
            lines, table = first, known
        if whole or small:
            table.select(pl.all().last()).collect(engine="streaming")
    except (pl.exceptions.PolarsError, InvalidError) as error:
        raise _broken(path, error) from error
    late = [name for name in table.collect_schema() if name not in known.collect_schema()]
    lines, table = without_nan(lines, table)
    return Head(
        lines,
        table,
        identifier(path.name.split(".")[0]),
        "ndjson",
        source,
        pandas=(f"pd{call('read_json', [shown, 'lines=True', 'convert_dates=False', _NULLABLE])}",),
        sql=f"read_json({sql_text(relative(path))}, format = 'newline_delimited', sample_size = -1)",
        sql_reads=True,
        notes=tuple(f"Column “{name}” comes only after the first 10,000 lines." for name in late),
        settle=None if whole or small else lambda: open_lines(path, source, whole=True),
    )


def _scan(shown: str, length: str) -> tuple[str, ...]:
    return (f"pl.scan_ndjson({shown}, {length})",)


def _parsed(path: Path) -> Any:  # whatever JSON holds
    if path.stat().st_size == 0:
        raise InvalidError(f"“{path.name}” is empty. Choose a file with rows.", code="empty_file")
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise InvalidError(f"“{path.name}” is no readable JSON file: {error}.", code="wrong_file") from None


def _records_of(content: object) -> str:
    """Find the key whose value is a list of records."""
    if isinstance(content, dict) and not _by_column(content):
        return next((key for key, value in content.items() if _are_records(value)), "")
    return ""


def _are_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _by_column(content: object) -> bool:
    """Tell whether an object holds equally long lists of plain values."""
    if not isinstance(content, dict) or not content:
        return False
    values = list(content.values())
    return all(isinstance(each, list) and not _are_records(each) for each in values) and len({*map(len, values)}) == 1


def _unwrapped(path: Path, content: object, options: JsonOptions) -> tuple[str, ...]:
    """Write the calls that make rows of what is inside an object."""
    key = options.records
    if not key:
        return (".explode(pl.all())",) if _by_column(content) else ()
    if not isinstance(content, dict) or not _are_records(content.get(key)):
        known = [name for name, value in content.items() if _are_records(value)] if isinstance(content, dict) else []
        raise InvalidError(f"“{path.name}” has no list of records under “{key}”.{meant(key, known)}", code="wrong_file")
    return (f".select({quote(key)})", f".explode({quote(key)})", f".unnest({quote(key)})")


def _broken(path: Path, error: Exception) -> InvalidError:
    """Name the line that is no record, or say what the engine says."""
    if isinstance(error, InvalidError) and error.code == "empty_file":
        return error
    for number, line in enumerate(beginning(path, READ_AT_ONCE).splitlines(), 1):
        try:
            record = json.loads(line) if line.strip() else {}
        except ValueError:
            record = None
        if not isinstance(record, dict):
            return InvalidError(f"“{path.name}”: line {number:,} is no JSON record.", code="wrong_file")
    reason = str(error).split("\n", 1)[0]
    known = isinstance(error, InvalidError)
    return InvalidError(reason if known else f"“{path.name}” is no readable NDJSON file: {reason}.", code="wrong_file")
